"""The checks of one wording that need no table of words: presence, length, changes, names.

Each returns findings, none for what is as it should be. `wording.py` has the table of all checks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.configs import CheckConfig
from pipelines.gate.alignment import Comparison
from pipelines.gate.findings import Finding, quoted
from pipelines.gate.tokens import NAME, Words
from pipelines.records import Arm, Light
from pipelines.swap.notes import needs_decision

LONGEST_WORDS = 5_000
LONGEST_CHARACTERS = 50_000
"""A longer story is not compared: alignment takes time with the square of the length."""

MANY_CHANGED_WORDS = 5
MANY_CHANGED_SHARE = 0.10
"""Changed words that make a pair red: more than five, and more than a tenth of the longer story.

One or two words are a slip that a person mends in a moment. From a tenth on, with names and
pronouns on top, the pair falls out of the usual window of 0.80, and what the model answers
to it may come from the other words as well as from the gender. A story of thirty words may have
five, so that one rewritten phrase does not sink a short pair.
"""


@dataclass(frozen=True)
class Told:
    """One story, as the gate reads it."""

    arm: str
    name: str
    text: str
    left_open: tuple[str, ...] = ()


def check_presence(told: Mapping[str, Told], words: Mapping[str, Words]) -> Iterator[Finding]:
    """Check that there is a male and a female story, and that all have words, but not too many."""
    for arm in (Arm.MALE, Arm.FEMALE):
        if arm not in told:
            yield Finding(
                "missing", Light.RED, f"There is no {arm} story, so there is nothing to compare."
            )
    for arm, read in words.items():
        if not read.low:
            yield Finding("empty", Light.RED, f"The {arm} story has no word. Write it.")
        elif len(read.low) > LONGEST_WORDS or len(told[arm].text) > LONGEST_CHARACTERS:
            yield Finding(
                "length",
                Light.RED,
                f"The {arm} story has {len(told[arm].text):,} characters and {len(read.low):,} "
                f"words. More than {LONGEST_CHARACTERS:,} or {LONGEST_WORDS:,} are not compared: "
                "shorten it.",
            )


def check_identical(told: Mapping[str, Told]) -> Iterator[Finding]:
    """Check that no two arms are the same text, spaces apart; red for the pair only."""
    arms_of: dict[str, list[str]] = {}
    for arm, story in told.items():
        arms_of.setdefault(" ".join(story.text.split()), []).append(arm)
    for text, arms in arms_of.items():
        if text and len(arms) > 1:
            yield Finding(
                "identical",
                Light.RED if {Arm.MALE, Arm.FEMALE} <= set(arms) else Light.AMBER,
                f"The stories of {' and '.join(arms)} are the same text. Tell each about its own "
                "main character.",
            )


def check_length(words: Mapping[str, Words], config: CheckConfig) -> list[Finding]:
    """Check that every story has as many words as the config wants."""
    outside = {
        arm: len(read.low)
        for arm, read in words.items()
        if read.low and not config.min_words <= len(read.low) <= config.max_words
    }
    if not outside:
        return []
    counted = ", ".join(f"{arm} {count}" for arm, count in outside.items())
    said = f"Words: {counted}; {config.min_words} to {config.max_words} are wanted."
    return [Finding("length", Light.AMBER, said)]


def check_gender(pair: Comparison) -> Iterator[Finding]:
    """Check that anything tells the male from the female story."""
    left, right = pair.left, pair.right
    shown = any(left.classes[i] == right.classes[j] for i, j in pair.unlike)
    if not shown and not pair.swapped_names:
        yield Finding(
            "gender",
            Light.AMBER,
            "No name, pronoun or noun tells the two genders apart. Name the main character.",
        )


def check_changed(pair: Comparison, arm: str, other: str) -> Iterator[Finding]:
    """Count the words that differ for another reason than gender."""
    count = pair.changed_words
    if not count:
        return
    share = count / max(len(pair.left.low), len(pair.right.low))
    many = count > MANY_CHANGED_WORDS and share > MANY_CHANGED_SHARE
    examples = [f"{one or '–'} | {another or '–'}" for one, another in pair.changes]
    noun = "word differs" if count == 1 else "words differ"
    yield Finding(
        "changed",
        Light.RED if many else Light.AMBER,
        f"{count} {noun} between the {other} and the {arm} story beside gender "
        f"({share:.0%}): {quoted(examples, most=3)}.",
    )


def check_names(told: Mapping[str, Told], words: Mapping[str, Words]) -> Iterator[Finding]:
    """Check that every story names its protagonist; a story without a name on record is skipped."""
    missing = [
        f"{told[arm].name} ({arm})"
        for arm, read in words.items()
        if read.name and NAME not in read.classes
    ]
    if missing:
        yield Finding(
            "name",
            Light.AMBER,
            f"The name {quoted(missing)} is not in its story. Mend the name or the story.",
        )


def check_left_open(stories: Sequence[Told]) -> list[Finding]:
    """Return what the swap engine left open, each sentence once; green if it is only said."""
    sentences = dict.fromkeys(said for story in stories for said in story.left_open)
    lights = {True: Light.AMBER, False: Light.GREEN}
    return [Finding("left open", lights[needs_decision(said)], said) for said in sentences]
