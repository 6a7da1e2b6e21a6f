"""First names: whose they usually are, and which name stands for which.

Male and female names stand for each other one to one, so the way there and back gives the same
name; the first of them also have a name of people of any gender. A name without a pair gets one
that its letters choose, and the caller is told that it does not lead back.
"""

import zlib
from functools import cache

from pipelines.assets import read_asset
from pipelines.swap.words import ARMS


@cache
def triples() -> tuple[dict[str, str], ...]:
    """Return the names that stand for each other, those of `names.json` first."""
    own = [{arm: row[arm] for arm in ARMS} for row in read_asset("words/names.json")["names"]]
    wide = read_asset("words/swap_names.json")["pairs"]
    return (*own, *(dict(zip(ARMS, row, strict=False)) for row in wide))


@cache
def _rows() -> dict[str, tuple[str, dict[str, str]]]:
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for row in triples():
        for arm, name in row.items():
            found.setdefault(name.lower(), (arm, row))
    return found


@cache
def _unpaired() -> dict[str, str]:
    table = read_asset("words/swap_names.json")
    return {name.lower(): arm for arm in ARMS for name in table[arm]}


def name_arm(name: str) -> str:
    """Return whose name it usually is: male, female, they (anyone's), "" if no table has it."""
    low = name.lower().split("-")[0]  # Anna-Maria is as Anna
    row = _rows().get(low)
    return row[0] if row else _unpaired().get(low, "")


@cache
def _choices(arm: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in triples():
        if arm in row:
            found.setdefault(row[arm][0].lower(), []).append(row[arm])
            found.setdefault("", []).append(row[arm])
    return found


def counterpart(name: str, to: str, taken: frozenset[str] = frozenset()) -> tuple[str, bool]:
    """Return the name that stands for `name` in an arm, and whether it leads back to it.

    `taken` holds names in lower case that another character has. The arm `to` is one of ARMS.
    """
    if "-" in name:
        pairs = [counterpart(part, to, taken) for part in name.split("-")]
        return "-".join(new for new, _ in pairs), all(exact for _, exact in pairs)
    row = _rows().get(name.lower())
    if row and row[1].get(to, name).lower() not in taken and to in row[1]:
        return row[1][to], True
    if not row and not name_arm(name):
        return name, False
    choices = _choices(to).get(name[:1].lower()) or _choices(to)[""]
    start = zlib.crc32(name.lower().encode())
    for step in range(len(choices)):
        choice = choices[(start + step) % len(choices)]
        if choice.lower() not in taken and choice.lower() != name.lower():
            return choice, False
    return name, False
