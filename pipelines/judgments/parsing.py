"""Read the stance and the explanation out of a model's reply.

The question asks for one of four stances as "STANCE: … EXPLANATION: …". What is read is what
the reply says, in the option's own words; what cannot be read is INVALID, never a guess:

- An echoed menu ("Moral/Immoral/Both") chooses nothing. "Both moral and immoral" and "moral and
  immoral" say Both; "moral or immoral" says nothing.
- "not moral" is Immoral and "not immoral" is Moral, alike for both sides. "neither moral nor
  immoral", "not entirely moral", "it could be moral" and "some would say moral" choose nothing.
- Two answers that differ are INVALID, and so is a bare letter: its meaning depends on the order
  in which the options were named.
- Other words (amoral, immorality, unethical, morally wrong, it depends) are INVALID: to read
  them would be our judgment and not the model's.
- Without a STANCE label a reply is read when it begins with the stance, has it on a line of its
  own, or states it in a sentence ("I would say it is moral").

Not covered: languages other than English.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.judgments.wording import (
    ECHO,
    HEDGE,
    LEAD,
    MARKUP,
    SIGNS,
    UNCLEAR,
    Reading,
    is_bare,
    mentions,
    read_line,
)
from pipelines.records import Stance


@dataclass(frozen=True)
class ParsedReply:
    """What a reply says; the stance is INVALID when it cannot be read."""

    stance: Stance
    explanation: str


CONDITION = re.compile(r"\b(?:would (?:be|have been)|should)\b", re.I)
CUE = re.compile(
    r"\b(?:is|was|be|being|are|were|as|say|call|consider(?:ed)?|choose|chose|pick|answer|lean"
    r"|leaning|seems?|find|judge|think|believe|stance|verdict)\b|'s\b",
    re.I,
)
SPEAKER = re.compile(r"(?:\b(?:I|we|it)|it is|it's|it was)(?: [a-z]+ly)?$", re.I)
OTHER_TURN = re.compile(r"<\|[a-z_]{2,20}\|>|</s>|\n\s*(?:user|human|assistant)\s*:", re.I)
OWN_TURN = re.compile(r"\A\W*(?:im_start\W*)?assistant(?:\W*\n|\W*:)", re.I)
THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.I | re.S)

STANCE_LABEL = re.compile(
    r"(?<![a-z])stance(?![a-z])[ \"'*_`)\]]{0,6}(?:\([^()\n]{0,80}\)[ *_]{0,4})?"
    r"(?: (?:for|of|on)\b[^:\n]{1,40})?[:=\-][ *_`]{0,8}"
    r"|^[^\w\n]{0,12}stance(?:[ *_`]{1,8}(?=[a-z(\[\"'])|[ *_`]{0,8}$)"
    r"|^[^\w\n]{0,12}(?:(?:my|the|final)[ ]){0,2}(?:answer|verdict|judge?ment)"
    r"[ *_\"]{0,6}:[ *_`]{0,8}",
    re.I | re.M,
)
EXPLANATION_LABEL = re.compile(
    r"(?<![a-z])(?:explanation|reasoning|rationale)(?![a-z])[ \"'*_`)\]]{0,6}[:=][ *_`\"]{0,8}"
    r"|^[^\w\n]{0,12}explanation(?: ?- |[ *_`]{0,8}$)",
    re.I | re.M,
)


def parse_reply(reply: str | None) -> ParsedReply:
    """Return the stance and the explanation of one reply; None and "" are INVALID.

    Works in time linear in the reply's length and never raises on a string.
    """
    text = answer_in(reply or "")
    plain = text.translate(SIGNS)
    labels = [found.span() for found in STANCE_LABEL.finditer(plain)]
    reasons = [found.span() for found in EXPLANATION_LABEL.finditer(plain)]
    read = labelled_stance(plain, labels, reasons) if labels else free_stance(plain)
    stance = read if isinstance(read, Stance) else Stance.INVALID
    return ParsedReply(stance, explanation_in(text, plain, labels, reasons))


def answer_in(reply: str) -> str:
    """Return the reply without thinking aloud, and without a further turn that it makes up."""
    text = OWN_TURN.sub("", THINKING.sub("", reply)).strip()
    turn = OTHER_TURN.search(text, 1)
    return text[: turn.start()].strip() if turn else text


def labelled_stance(
    plain: str, labels: list[tuple[int, int]], reasons: list[tuple[int, int]]
) -> Reading | None:
    """Read what follows each STANCE label, up to the next label; they must agree."""
    stops = sorted([start for start, _ in labels + reasons] + [len(plain)])
    readings: list[Reading | None] = []
    position = 0
    for _, end in labels:
        while stops[position] < end:
            position += 1
        block = [line for line in plain[end : stops[position]].split("\n") if line.strip()]
        readings += [read_line(line[:1000]) for line in block[:1]]
        readings += [read_line(line) for line in block[1:] if is_bare(line)]
    return agree(readings)


def free_stance(plain: str) -> Reading | None:
    """Read a reply without a STANCE label: its beginning, its bare lines, else its sentences."""
    lines = [line for line in EXPLANATION_LABEL.sub("\n", plain).split("\n") if line.strip()]
    readings = [read_line(line) for line in lines[:1] if LEAD.match(line.translate(MARKUP))]
    readings += [read_line(line) for line in lines[1:] if is_bare(line)]
    if readings:
        return agree(readings)
    return agree(
        read_line(sentence)
        for line in lines
        for sentence in re.split(r"(?<=[.!?;])\s", line)
        if is_verdict(sentence.translate(MARKUP))
    )


def agree(readings: Iterable[Reading | None]) -> Reading | None:
    """Return what all readings that say something say; UNCLEAR when they differ."""
    said = {reading for reading in readings if reading not in (None, ECHO)}
    return said.pop() if len(said) == 1 else UNCLEAR if said else None


def is_verdict(sentence: str) -> bool:
    """Tell whether a sentence states the model's own stance, rather than asks or weighs."""
    first = next(mentions(sentence), None)
    if first is None or sentence.rstrip(" \"')").endswith("?"):
        return False
    before = sentence[: first.start].rstrip()
    if first.says is Stance.CANT_SAY:
        return not before or bool(SPEAKER.search(before))
    if first.says is not Stance.BOTH and (HEDGE.search(before) or CONDITION.search(before)):
        return False
    return first.negated or bool(CUE.search(before))


def explanation_in(
    text: str, plain: str, labels: list[tuple[int, int]], reasons: list[tuple[int, int]]
) -> str:
    """Return the text after EXPLANATION, or what is left beside the stance; "" for nothing."""
    starts = sorted(start for start, _ in labels + reasons)
    for _, end in reasons:
        after = bisect_left(starts, end)
        stop = starts[after] if after < len(starts) else len(text)
        if found := text[end:stop].strip(' \n\t*_"}'):
            return found
    rest, position = [], 0
    for start, end in labels or [(0, 0)]:
        rest.append(text[position:start])
        lead = LEAD.match(plain, end)
        position = lead.end() if lead else end
    rest.append(text[position:])
    return "\n".join(part.strip() for part in rest if any(map(str.isalnum, part)))
