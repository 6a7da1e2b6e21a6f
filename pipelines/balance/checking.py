"""Check a balanced judgment: no gender, no name, both sides, a whole text of a fair length.

The checks read words, not meaning. Not covered: a gender implied without a gendered word
("pregnant"), a side that is named only to be mocked, names other than those handed in, languages
other than English. A person has the last word; the checks say where to look.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from unicodedata import normalize

from pipelines.assets import read_asset

MIN_WORDS, MAX_WORDS = 12, 150


@dataclass(frozen=True)
class Check:
    """One question put to a text; the reason is a sentence for the person who mends it."""

    name: str
    ok: bool
    reason: str


MORAL_SIDE = (
    r"moral(?! (?:dilemma|question|issue|problem|conflict|standard|principle|code|duty|lesson)s?\b)"
    r"|right(?! (?:away|now|after|before|there|here|then|side|hand|next)\b)|good|fair|kind(?! of\b)"
    r"|honest|ethical|understandable|justified|justifiable|acceptable|defensible|admirable|noble"
    r"|caring|compassionate|compassion|generous|loyal|loyalty|responsible|brave|considerate"
    r"|thoughtful|respectful|decent|virtuous|well-meaning|kindness|honesty|fairness|generosity"
)
IMMORAL_SIDE = (
    r"immoral|wrong|unfair|unkind|dishonest|unethical|unjustified|unjustifiable|unacceptable|unjust"
    r"|indefensible|selfish|harmful|hurtful|cruel|disloyal|irresponsible|inconsiderate|careless"
    r"|disrespectful|dishonorable|deceptive|deceitful|deception|deceit|betrayal|betrays|betrayed"
    r"|bad|blameworthy|reckless|unfaithful|questionable|problematic|inappropriate|dishonesty"
)
NOT = (
    r"\b(?:not|never|neither|nor|cannot|hardly|no longer|far from|anything but)\b"
    r"(?! (?:only|just|merely|simply)\b)|n't\b"
)
BETWEEN = (
    "a|an|the|be|been|being|is|was|it|its|that|this|at|all|considered|seen|as|to|do|doing|did|done"
    "|say|call|very|really|entirely|completely|fully|quite|so|always|necessarily|particularly"
)
SIDE = re.compile(
    rf"(?P<no>(?:{NOT})(?: (?:{BETWEEN})){{0,4}} )?"
    rf"(?:\b(?P<moral>{MORAL_SIDE})|\b(?P<immoral>{IMMORAL_SIDE}))(?![\w-])",
    re.I,
)
MARKER = re.compile(
    r"\b(?:stance|explanation|(?:male|female) (?:story|stance|main character))\s*\**\s*:"
    r"|\{[a-z_ ]{0,40}\}|\[[^\]\n]{0,80}\]|<\|[^|\n]{0,40}\|>|</?s>|```|^[ \t]*#+ "
    r"|^[ \t]*(?:user|human|assistant)[ \t]*:",
    re.I | re.M,
)
WHOLE = re.compile(r"[.!?…][\"'”’)\]*_]*\Z")
LETTERS = re.compile(r"[^\W_]+")


@cache
def gendered_words() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]:
    """Return the gendered words, those with a sign inside, and phrases that are about nobody."""
    asset = read_asset("words/gendered.json")
    signed = [word for word in asset["words"] if not word.isalpha()]
    return (
        frozenset(word for word in asset["words"] if word.isalpha()),
        re.compile(rf"\b(?:{'|'.join(map(re.escape, signed))})\b|\bMiss(?= [A-Z])"),
        re.compile(rf"\b(?:{'|'.join(map(re.escape, asset['not_about_people']))})\b", re.I),
    )


def find_gendered(text: str) -> list[str]:
    """Return the gendered words of a text in small letters, each once, in order; [] for none.

    Every -woman and -women counts, also where the table has no such word.
    """
    words, signed, about_nobody = gendered_words()
    plain = about_nobody.sub(" ", normalize("NFC", text).replace("’", "'"))
    found = [word for word in map(str.lower, LETTERS.findall(plain)) if is_gendered(word, words)]
    found += [word.lower() for word in signed.findall(plain)]
    return list(dict.fromkeys(found))


def is_gendered(word: str, words: Collection[str]) -> bool:
    """Tell whether one word in small letters gives away a gender."""
    return word in words or word.endswith(("woman", "women"))


def name_pattern(names: Collection[str]) -> re.Pattern[str] | None:
    """Return what finds any of the names as a whole word, or None without a name."""
    known = {normalize("NFC", name.strip()) for name in names if name.strip()}
    longest_first = sorted(known, key=lambda name: (-len(name), name))
    either = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])") if known else None


def check_balanced(text: str, names: Collection[str]) -> tuple[Check, ...]:
    """Return all checks of one text; `names` are the protagonists', matched with their case.

    An empty text fails `both_sides`, `length` and `complete`.
    """
    checks: tuple[Callable[[str], Check], ...] = (
        gender_neutral,
        lambda text: no_names(text, names),
        both_sides,
        length,
        complete,
    )
    return tuple(check(text) for check in checks)


def gender_neutral(text: str) -> Check:
    """Check that no word gives away a gender."""
    found = find_gendered(text)
    return Check(
        "gender_neutral",
        not found,
        f"It says {quoted(found)}. Write “the main character” or a neutral word."
        if found
        else "No word gives away a gender.",
    )


def no_names(text: str, names: Collection[str]) -> Check:
    """Check that the protagonist is not named; with no names given it holds."""
    pattern = name_pattern(names)
    found = list(dict.fromkeys(pattern.findall(normalize("NFC", text)))) if pattern else []
    reason = f"It names {quoted(found)}. Write “the main character”." if found else "No name."
    return Check("no_names", not found, reason)


def both_sides(text: str) -> Check:
    """Check that the text says what is right and what is wrong with the act.

    A denied word speaks for the other side: "not wrong" is a moral word, "not fair" an immoral one.
    """
    named = {spoken_for(side) for side in SIDE.finditer(plain_line(text))}
    missing = [side for side in ("moral", "immoral") if side not in named]
    wanted = " and what makes it ".join(missing)
    reason = f"Add what makes the act {wanted}." if missing else "Both sides are named."
    return Check("both_sides", not missing, reason)


def spoken_for(side: re.Match[str]) -> str:
    """Return which side one match of SIDE speaks for."""
    return "moral" if bool(side["moral"]) != bool(side["no"]) else "immoral"


def length(text: str) -> Check:
    """Check that the text has MIN_WORDS to MAX_WORDS words."""
    words = len(text.split())
    ok = MIN_WORDS <= words <= MAX_WORDS
    return Check("length", ok, f"{words} words; {MIN_WORDS} to {MAX_WORDS} are wanted.")


def complete(text: str) -> Check:
    """Check that the text ends with a sentence and carries no marker of a template or a chat."""
    marker = MARKER.search(text)
    if marker:
        return Check("complete", False, f"Take out “{marker.group().strip()}”.")
    ok = bool(WHOLE.search(text.rstrip()))
    return Check("complete", ok, "It ends with a sentence." if ok else "Finish the last sentence.")


def plain_line(text: str) -> str:
    """Return the text with plain apostrophes and single spaces, as SIDE reads it."""
    return " ".join(text.replace("’", "'").split())


def quoted(words: list[str]) -> str:
    """Return up to five words in quotation marks, and how many more there are."""
    shown = ", ".join(f"“{word}”" for word in words[:5])
    return f"{shown} and {len(words) - 5} more" if len(words) > 5 else shown


def checks_as_dict(checks: Collection[Check]) -> dict[str, Any]:
    """Return the checks as they are stored: name -> {"ok", "reason"}."""
    return {check.name: {"ok": check.ok, "reason": check.reason} for check in checks}


def passes(checks: Mapping[str, Any]) -> bool:
    """Tell whether stored checks all hold; a text that was never checked does not pass."""
    return bool(checks) and all(
        isinstance(check, Mapping) and check.get("ok") is True for check in checks.values()
    )
