"""What one line of a reply says about morality: options named, denied, weighed or only echoed.

The rules are stated and argued in `parsing.py`. All expressions are linear in the line's length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from pipelines.records import Stance

MORAL, IMMORAL, BOTH, CANT_SAY = Stance.MORAL, Stance.IMMORAL, Stance.BOTH, Stance.CANT_SAY


class Nothing(Enum):
    """What words about morality can say without choosing a stance."""

    ECHO = auto()  # the menu, repeated
    OPEN = auto()  # "moral or immoral"
    UNCLEAR = auto()  # "neither", "not entirely moral", "Both / Can't say"


ECHO, OPEN, UNCLEAR = Nothing.ECHO, Nothing.OPEN, Nothing.UNCLEAR
Reading = Stance | Nothing


@dataclass(frozen=True)
class Mention:
    """Options named next to each other, what they say together, and where."""

    says: Reading
    start: int
    end: int
    negated: bool = False


SIGNS = {
    **dict.fromkeys(map(ord, "‘’‛ʼ´"), "'"),
    **dict.fromkeys(map(ord, "“”„«»"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2009\u202f\t"), " "),
    **dict.fromkeys(map(ord, "\r\u2028\u2029\v\f\x85"), "\n"),
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full width
}
"""One sign for one sign, so that places in the reply stay the same."""

MARKUP = dict.fromkeys(map(ord, "*~`#\u200b\u200c\u200d\u00ad\ufeff"), "") | {ord("_"): " "}

NOUNS = (
    "ambigu|aspect|code|compass|complexit|concern|conflict|consideration|dilemma|dimension|duty"
    "|gr[ae]y|ground|high|implication|issue|judge?ment|lesson|obligation|of |perspective|point"
    "|principle|problem|question|reason|responsib|rule|side|stance|standard|standpoint|support"
    "|value|view"
)
CANT = (
    r"(?:can ?not|can'?t|could ?n[o']t|unable to|impossible to|hard to|difficult to)"
    r"[ -]+(?:[a-z]+ ){0,2}?"
    r"(?:say|tell|decide|determine|judge|be (?:said|decided|determined|judged))"
    r"\b(?! (?:no|him|her|them|the truth|any(?:one|body)|lies?)\b)"
)
FILLER = (
    "a|an|the|be|been|being|is|was|it|its|it's|that|this|at|all|considered|seen|as|to|do|doing"
    "|thing|say|call|consider|think|believe|seem|find|i"
)
OPTION = re.compile(
    rf"(?P<cant>\b{CANT})"
    r"|(?P<unclear>\bneither\b|(?:\b(?:im|non|un) |[a-z]-)(?:im)?moral\b)"
    rf"|(?:\b(?P<topic>(?:im)?moral)(?= (?:{NOUNS})))"
    r"|(?P<no>\b(?:not|never|cannot|far from|anything but|no|nor|nothing|without|hardly)\b|n't\b)"
    r"(?P<filler>(?: (?!(?:im)?moral\b|both\b)[a-z']+){0,4})"
    r" (?P<denied>moral|immoral|both)\b(?!-\w)"
    r"|\b(?P<named>moral|immoral|both)\b(?!-\w)",
    re.I,
)
BETWEEN = re.compile(
    r"[\s,/|;&()\[\]\"'.:\-•+]*(?:\b(?:or|and|and/or|as well as|but also|and also)\b)?"
    r"[\s,/|;&()\[\]\"'.:\-•+]*(?:\b[a-e1-5][.):]\s*)?(?:\ban? )?",
    re.I,
)
AND = re.compile(r"\band\b(?!/)|&|\bas well as\b|\bbut also\b|\+", re.I)
END = re.compile(
    r"(?:\b(?:because|since|although|though|due to)\b|, as\b| -|- |[:(]|[.;!?](?:[\s\"')]|$))"
    r"(?!\W*(?:no|nope|or|actually|rather|wait|sorry|correction)\b)",  # it takes its words back
    re.I,
)
HEDGE = re.compile(
    r"\b(?:some|others?|many|most (?:people|would)|people|could|might|may|maybe|perhaps|possibly"
    r"|if|whether|unless|depend\w*|unsure|not sure|unclear)\b"
    r"|\b(?:he|she|they|who) (?:thinks?|thought|believe[sd]?|knew|knows|feels?|felt)\b",
    re.I,
)
ANY = rf"(?:(?:not )?(?:moral|immoral|both)|{CANT})"
LEAD = re.compile(
    rf"[\W_]{{0,12}}(?:option )?(?:[a-e1-5][.):][\W_]{{0,4}})?{ANY}(?![a-z])"
    rf"(?:[ ,/|;&().:*_-]{{0,4}}(?:(?:or|and) )?(?:[a-e][.):] ?)?{ANY}(?![a-z])){{0,5}}"
    r"(?=[\W_]*\Z|\s*[.,;:!)\]\-/(\"'\n*_]|\s+(?:because|since|as|though|although|but|whether|if)\b)"
    r"[\s\W_]{0,12}",
    re.I,
)


def is_bare(line: str) -> bool:
    """Tell whether a line holds nothing but a stance."""
    clean = line.translate(MARKUP)
    lead = LEAD.match(clean)
    return bool(lead) and not any(sign.isalnum() for sign in clean[lead.end() :])


def read_line(line: str) -> Reading | None:
    """Return what one line says about morality, or None when it says nothing.

    Read up to the first sentence end, dash, bracket or reason after the first option named.
    """
    clean = line.translate(MARKUP)
    named = [mention for mention in mentions(clean) if mention.says is not ECHO]
    if not named:
        return None
    end = END.search(clean, named[0].end)
    said = {mention.says for mention in named if not end or mention.start < end.start()}
    read = settle(said)
    hedged = read in (MORAL, IMMORAL) and HEDGE.search(clean[: named[0].start])
    return UNCLEAR if hedged else read


def settle(said: set[Reading]) -> Reading:
    """Return the one stance that several mentions come to, or UNCLEAR."""
    for stance in (BOTH, CANT_SAY):
        if stance in said:
            return stance if said - {stance, OPEN} in (set(), {MORAL, IMMORAL}) else UNCLEAR
    return said.pop() if len(said) == 1 else UNCLEAR


def mentions(clean: str) -> Iterator[Mention]:
    """Yield the groups of options named in a line, in order."""
    group: list[Mention] = []
    for option in options(clean):
        gap = clean[group[-1].end : option.start] if group else ""
        if group and not (len(gap) <= 30 and BETWEEN.fullmatch(gap)):
            yield combine(group, clean)
            group = []
        group.append(option)
    if group:
        yield combine(group, clean)


def options(clean: str) -> Iterator[Mention]:
    """Yield every single option named; a denied side counts as the other side."""
    for found in OPTION.finditer(clean):
        negated = bool(found["no"])
        if found["cant"]:
            says: Reading = CANT_SAY
        elif found["unclear"] or (negated and not is_plain(found["no"], found["filler"])):
            says = UNCLEAR
        elif found["topic"] or (found["denied"] or "").lower() == "both":
            continue
        else:
            says = Stance((found["denied"] or found["named"]).capitalize())
            says = {MORAL: IMMORAL, IMMORAL: MORAL}[says] if negated else says
        yield Mention(says, found.start(), found.end(), negated)


def is_plain(no: str, filler: str) -> bool:
    """Tell whether a denial denies the option itself, as "not entirely moral" does not."""
    weak = no.lower() in {"no", "nor", "nothing", "without", "hardly"}
    return not weak and all(re.fullmatch(FILLER, word, re.I) for word in filler.split())


def combine(group: list[Mention], clean: str) -> Mention:
    """Return what options named next to each other say together."""
    start, end = group[0].start, group[-1].end
    gaps = [clean[a.end : b.start] for a, b in pairwise(group)]
    says = together([option.says for option in group], " ".join(gaps))
    negated = any(option.negated for option in group)
    if negated and (len({o.says for o in group}) > 1 or re.search(r"\bor\b", " ".join(gaps))):
        says = UNCLEAR
    return Mention(says, start, end, negated)


def together(said: list[Reading], gaps: str) -> Reading:
    """Return what a list of options says, by its members and by what stands between them."""
    first, members = said[0], set(said)
    if len(members) == 1 or UNCLEAR in members:
        return first if len(members) == 1 else UNCLEAR
    if members == {MORAL, IMMORAL}:
        return BOTH if AND.search(gaps) else OPEN
    if len(members) == 2:
        return BOTH if first is BOTH and CANT_SAY not in members and not gaps.strip() else UNCLEAR
    elaborated = len(members) == 3 and {MORAL, IMMORAL} < members and not re.search(r"[/|]", gaps)
    return first if elaborated and first in (BOTH, CANT_SAY) else ECHO
