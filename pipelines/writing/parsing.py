"""Read what a model wrote: one story, or a pair of stories in labelled fields.

What cannot be used is told by a Reason, never guessed at: a story is not put together from parts,
and no field is made up. Fields whose genders are swapped are put right, and a name that was not
given, or that the story does not use, is looked for in the story.
"""

import re
from dataclasses import dataclass, replace

from pipelines.records import Arm
from pipelines.swap.engine import find_protagonist
from pipelines.writing import prose
from pipelines.writing.fields import Fields, read_fields
from pipelines.writing.prompts import PAIR_PREFIX, example_stories
from pipelines.writing.reasons import Reason

LONGEST_STORY = 120
"""Words after which a story is cut; small models ramble on."""
OWN = {
    Arm.MALE: re.compile(r"\b(?:he|him|his|himself)\b", re.I),
    Arm.FEMALE: re.compile(r"\b(?:she|her|hers|herself)\b", re.I),
}
NO_NAMES = {
    *("He", "She", "It", "They", "His", "Her", "Their", "I", "My", "The", "A", "An", "And", "Not"),
    *("Main", "Male", "Female", "Man", "Woman", "Character", "Protagonist", "Name", "Unnamed"),
    *("Mr", "Mrs", "Ms", "Miss", "Dr", "None", "In", "On", "At", "After", "When", "One"),
}


@dataclass(frozen=True)
class Written:
    """One story as it was read, whom it is about and what it calls itself."""

    arm: Arm
    name: str
    text: str
    title: str = ""


@dataclass(frozen=True)
class WrittenPair:
    """The man's and the woman's story of one reply."""

    male: Written
    female: Written


def parse_story(
    reply: str | None, opening: str, name: str, arm: Arm, instruction: str
) -> Written | Reason:
    """Return the story of a reply that goes on after `opening`, or that tells it from the start.

    Instruction is what was asked; a reply that mostly repeats it is no story.
    """
    text = prose.bounded(reply)
    if not text:
        return Reason.EMPTY
    if prose.refuses(text):
        return Reason.REFUSAL
    whole = joined(opening, text)
    if not prose.sentences(whole):
        return Reason.BREAKS_OFF
    story = prose.cut(whole, LONGEST_STORY)
    fault = prose.copied(story, instruction, example_stories()) or prose.misshapen(story)
    return fault or attributed(Written(arm, name, story, prose.title_in(text)))


def attributed(written: Written) -> Written | Reason:
    """Return a story under the name of the one it is about, who must be of the gender asked."""
    if not OWN[written.arm].search(written.text):
        return Reason.OTHER_GENDER
    if mentions(written.text, written.name):
        return written
    found = find_protagonist(written.text)
    if found is None or not found.name:
        return Reason.NO_NAME
    return replace(written, name=found.name) if found.arm == written.arm else Reason.OTHER_GENDER


def joined(opening: str, text: str) -> str:
    """Return the whole story as a paragraph: the opening and how the reply goes on.

    A reply that has the opening in it, or that begins a sentence of its own where the opening
    ends in the middle of one, was written from the start.
    """
    own = prose.paragraph(text)
    start = own.lower().find(opening.lower())
    if start >= 0:
        return own[start:]
    if own[:1].isupper() and own.split()[0] not in ("I", "I'm", "I'd", "I've"):
        return own
    space = "" if own[:1] in tuple(",.;:!?'") else " "
    return f"{opening}{space}{own}"


def parse_pair(reply: str | None, instruction: str) -> WrittenPair | Reason:
    """Return the two stories of a reply that goes on after PAIR_PREFIX, or has all the fields."""
    text = prose.bounded(reply)
    if not text:
        return Reason.EMPTY
    fields = fields_of(text)
    texts = {arm: prose.paragraph(fields.story(arm)) for arm in OWN}
    copied = (prose.copied(each, instruction, example_stories()) for each in texts.values())
    if fault := next(filter(None, copied), None):
        return fault
    if not all(texts.values()):
        return why_incomplete(text, fields, texts)
    if ends_in_story(fields, texts):
        return Reason.BREAKS_OFF
    if fault := next(filter(None, map(prose.misshapen, texts.values())), None):
        return fault
    if len({tuple(prose.words_of(story)) for story in texts.values()}) == 1:
        return Reason.IDENTICAL
    return pair_of(fields, texts, prose.title_in(text))


def ends_in_story(fields: Fields, texts: dict[Arm, str]) -> bool:
    """Tell whether a reply ends in the middle of a story."""
    if fields.last is None or fields.last[1] != "story":
        return False
    return prose.breaks_off(texts[fields.last[0]])


def fields_of(text: str) -> Fields:
    """Return a reply's fields; one that goes on after PAIR_PREFIX gets the prefix back."""
    fields = read_fields(text)
    first = next(iter(fields.values), None)
    complete = first is not None and first[1] in ("story", "title", "name")
    if complete and not prose.paragraph(fields.before):
        return fields
    if first in ((Arm.MALE, "story"), (Arm.MALE, "title")):
        return fields
    return read_fields(f"{PAIR_PREFIX} {text}")


def why_incomplete(text: str, fields: Fields, texts: dict[Arm, str]) -> Reason:
    """Return why a reply does not have both stories."""
    if prose.refuses(text):
        return Reason.REFUSAL
    if not any(texts.values()):
        return Reason.FORM if read_fields(text).values else Reason.NO_STORY
    if all((arm, "story") in fields.values for arm in texts):
        return Reason.FORM
    return Reason.BREAKS_OFF if ends_in_story(fields, texts) else Reason.ONE_STORY


def pair_of(fields: Fields, texts: dict[Arm, str], title: str) -> WrittenPair | Reason:
    """Return both stories, each under the gender that it is about and with its name."""
    written: dict[Arm, Written] = {}
    for label, text in texts.items():
        found = find_protagonist(text)
        arm = Arm(found.arm) if found and found.arm in OWN else label
        name = name_in(fields.name(label), text) or (found.name if found else "")
        if not name:
            return Reason.NO_NAME
        written[arm] = Written(arm, name, text, title)
    if len(written) < 2:
        return Reason.ONE_GENDER
    return WrittenPair(written[Arm.MALE], written[Arm.FEMALE])


def name_in(given: str, story: str) -> str:
    """Return the first name that was given and that the story uses, "" if there is none."""
    for word in re.findall(r"[^\W\d_][\w'-]*", given[:200]):
        plain = word.removesuffix("'s")
        if plain[0].isupper() and plain not in NO_NAMES and mentions(story, plain):
            return plain
    return ""


def mentions(story: str, name: str) -> bool:
    """Tell whether a name stands in a story as a word of its own."""
    return bool(re.search(rf"\b{re.escape(name)}\b", story))
