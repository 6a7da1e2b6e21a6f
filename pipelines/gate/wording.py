"""Check one wording: all its arms, against each other and each by itself.

| check | red | amber | green, but said |
|---|---|---|---|
| missing | no male or no female story | | |
| empty | a story without a word | | |
| identical | the male and the female story are one text | the they story is one of them | |
| length | too long to be compared | outside `min_words` to `max_words` | |
| leftover | the other arm's name; a pronoun of nobody else | perhaps another person's | |
| others | | another person or name changes too | |
| gender | | nothing tells the arms' genders apart | |
| name | | the protagonist's name is not in the story | |
| changed | MANY_CHANGED words that are not gender | one or more | |
| rouge | outside the window, with `exclude` | below it, with `note` | above it, with `note` |
| language | clearly another language | perhaps another language | |
| near-duplicate | a copy of an earlier family | near another family | a later family copies it |
| left open | | what the swap engine left open | what it only says |

A missing or empty story, two equal ones and one too long end the comparison of the arms: the
findings that would follow say nothing new. The light is the worst one of all findings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.configs import CheckConfig
from pipelines.gate.alignment import compare
from pipelines.gate.checks import (
    Told,
    check_changed,
    check_gender,
    check_identical,
    check_left_open,
    check_length,
    check_names,
    check_presence,
)
from pipelines.gate.duplicates import Near, check_near
from pipelines.gate.findings import Finding, cut, worst
from pipelines.gate.language import check_language, find_language, name_language
from pipelines.gate.leftovers import (
    foreign_names,
    in_they,
    others_changed,
    shared_nouns,
    shared_pronouns,
)
from pipelines.gate.similarity import check_rouge, rouge1, window_of
from pipelines.gate.tokens import Words, read_words
from pipelines.records import Arm, Light

CHANGES_KEPT = 12
CHARACTERS_KEPT = 60


@dataclass(frozen=True)
class Verdict:
    """What the gate says of one wording."""

    findings: list[Finding]
    words: dict[str, int]  # by arm
    rouge1: float | None = None
    window: str | None = None
    language: str | None = None
    near: Sequence[Near] = ()
    changes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def light(self) -> Light:
        """The worst light of all findings."""
        return worst(self.findings)

    def as_dict(self, arm: str, config: CheckConfig) -> dict[str, Any]:
        """Return what is stored with the story of one arm."""
        return {
            "light": str(self.light),
            "reasons": [finding.as_dict() for finding in self.findings],
            "rouge1": None if self.rouge1 is None else round(self.rouge1, 4),
            "window": self.window,
            "words": self.words.get(arm, 0),
            "language": self.language,
            "near": [
                {"family": near.family, "similarity": round(near.similarity, 4)}
                for near in self.near
            ],
            "changed": [
                [cut(one, CHARACTERS_KEPT), cut(other, CHARACTERS_KEPT)]
                for one, other in self.changes[:CHANGES_KEPT]
            ],
            "settings": asdict(config),
        }


def check_wording(
    stories: Sequence[Told], config: CheckConfig, near: Sequence[Near] = ()
) -> Verdict:
    """Check the arms of one wording; `near` is what `find_near` found for it."""
    told = {story.arm: story for story in stories}
    words = {arm: read_words(story.text, story.name) for arm, story in told.items()}
    findings = [*check_presence(told, words), *check_identical(told)]
    comparable = worst(findings) is not Light.RED
    findings += check_length(words, config)
    rouge, changes = None, []
    if comparable:
        rouge = rouge1(told[Arm.MALE].text, told[Arm.FEMALE].text)
        compared, changes = compare_arms(words)
        findings += [*compared, *check_names(told, words), *check_rouge(rouge, config)]
    longest = max((story.text for story in stories), key=len, default="")
    languages = find_language(longest)
    findings += check_language(languages, config)
    findings += check_near(near)
    findings += check_left_open(stories)
    return Verdict(
        findings,
        {arm: len(read.low) for arm, read in words.items()},
        rouge,
        window_of(rouge, config),
        name_language(languages),
        near,
        changes,
    )


def compare_arms(words: Mapping[str, Words]) -> tuple[list[Finding], list[tuple[str, str]]]:
    """Compare the arms two by two; return the findings, and what the pair differs in."""
    male, female = words[Arm.MALE], words[Arm.FEMALE]
    pair = compare(male, female)
    back = {j: i for i, j in pair.pairs}
    findings = [
        *foreign_names(Arm.FEMALE, female, Arm.MALE, male, back),
        *foreign_names(Arm.MALE, male, Arm.FEMALE, female, dict(pair.pairs)),
        *shared_pronouns(pair),
        *shared_nouns(pair),
        *others_changed(pair),
        *check_gender(pair),
        *check_changed(pair, "female", "male"),
    ]
    if Arm.THEY in words:
        findings += compare_they(male, female, words[Arm.THEY])
    return findings, pair.changes


def compare_they(male: Words, female: Words, they: Words) -> list[Finding]:
    """Compare the they story with the other two; what both comparisons find is said once."""
    found: list[Finding] = []
    for arm, words in ((Arm.MALE, male), (Arm.FEMALE, female)):
        pair = compare(words, they)
        back = {j: i for i, j in pair.pairs}
        found += foreign_names(Arm.THEY, they, arm, words, back)
        found += in_they(arm, pair)
        if arm is Arm.MALE:
            found += check_changed(pair, "they", "male")
    return list(dict.fromkeys(found))
