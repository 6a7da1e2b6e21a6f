"""Text from outside as Markdown that says just that: no markup, no private paths, no long words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.preferences.published import without_private

MARKUP = re.compile(r"([\\`*_{}\[\]|#~!])")
LINKED = re.compile(r":(?=//)|(?<=www)\.|@", re.IGNORECASE)
"""Signs by which the Hub makes links of addresses and people of names."""
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
LONGEST = 400


class Written(str):
    """Markdown that is written already and stays as it is."""

    __slots__ = ()


def plain(value: Any) -> str:
    """Return a value as Markdown on one line; what is `Written` stays as it is.

    Text beyond LONGEST characters is cut, with a sign that it was.
    """
    if isinstance(value, Written):
        return value
    text = without_private(" ".join(UNSEEN.sub(" ", str(value)).split()))
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return LINKED.sub(lambda sign: f"&#{ord(sign.group())};", MARKUP.sub(r"\\\1", text))


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Written:
    """Return a table; numbers are set to the right."""
    lines = [list(row) for row in rows]
    right = [all(isinstance(row[place], int) for row in lines) for place in range(len(head))]
    shown = [
        [f"{cell:,}" if isinstance(cell, int) else plain(cell) for cell in row] for row in lines
    ]
    rule = ["---:" if numbers else "---" for numbers in right]
    return Written("\n".join(f"| {' | '.join(row)} |" for row in [list(head), rule, *shown]))


def count_table(head: Sequence[str], counts: Mapping[str, int]) -> Written:
    """Return a table of counts, the largest first."""
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return table(head, [(name or "–", number) for name, number in ranked])
