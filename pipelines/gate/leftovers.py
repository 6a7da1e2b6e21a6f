"""Find words of one arm that were left in another, and people beside the protagonist who changed.

A word is at the *protagonist's place* where the male and the female story have different pronouns
or nouns of one class. What both stories share may belong to another person. So a pronoun that both
share is red only if nobody else in the story could be meant, and amber if somebody could whose
gender is unknown; with another person of that gender in both stories nothing is said.

Not covered: a leftover pronoun in a story that also has another person of that gender.
"""

from collections.abc import Iterator, Mapping

from pipelines.gate.alignment import Comparison, is_capital
from pipelines.gate.findings import Finding, cut, quoted, times
from pipelines.gate.people import (
    others_of_gender,
    says_what_protagonist_is,
    somebody_else,
    told_by_i,
)
from pipelines.gate.tokens import GENDER_OF_PRONOUN, PRONOUN, Words, gender_of, gendered_nouns
from pipelines.records import Arm, Light

OPPOSITE = {Arm.MALE: Arm.FEMALE, Arm.FEMALE: Arm.MALE}
SUBJECTS = {"he", "i", "it", "she", "they", "we", "you"}


def foreign_names(
    arm: str, story: Words, other_arm: str, other: Words, partner: Mapping[int, int]
) -> Iterator[Finding]:
    """Find the other arm's name in the story of `arm`, unless the two people trade names.

    `partner` gives the other arm's place for a place of this one.
    """
    foreign = other.name - story.name
    if foreign.isdisjoint(story.raw):
        return
    found = [
        word
        for place, word in enumerate(story.raw)
        if word in foreign
        and not is_verb(story, place)
        and not (place in partner and traded(word, other.raw[partner[place]]))
    ]
    if found:
        yield Finding(
            "leftover",
            Light.RED,
            f"The {arm} story says {quoted(found)}, the name in the {other_arm} story. "
            "Write the name of its own main character there.",
        )


def is_verb(words: Words, place: int) -> bool:
    """Tell whether a word that is also a name asks here: "Will she …", "May I …"."""
    following = words.low[place + 1 : place + 2]
    return bool(following) and following[0] in SUBJECTS


def traded(word: str, partner: str) -> bool:
    """Tell whether another name stands where this one does, so that two people trade names."""
    return partner != word and is_capital(partner)


def shared_pronouns(comparison: Comparison) -> Iterator[Finding]:
    """Judge the gendered pronouns that the male and the female story share.

    A story told by "I" without a name is skipped: its pronouns are about others.
    """
    left, right = comparison.left, comparison.right
    if told_by_i(left):
        return
    shared: dict[Arm, list[str]] = {Arm.MALE: [], Arm.FEMALE: []}
    for i, j in comparison.pairs:
        gender = GENDER_OF_PRONOUN.get(left.low[i])
        if gender in shared and left.low[i] == right.low[j]:
            shared[gender].append(left.low[i])
    for gender, found in shared.items():
        if found and gender not in others_of_gender(comparison):
            yield shared_pronoun(gender, found, comparison)


def shared_pronoun(gender: Arm, found: list[str], comparison: Comparison) -> Finding:
    """Return what is said of pronouns of one gender in both stories."""
    said = f"Both stories say {quoted(found)} ({times(len(found))}). "
    wrong, somebody = OPPOSITE[gender], somebody_else(comparison)
    if changed_people(comparison):
        meant = "Other people change gender as well, so one story may have kept a wrong word."
        return Finding("leftover", Light.AMBER, said + meant)
    if somebody:
        meant = (
            f"That is right if it is “{cut(somebody, 40)}”; if it is the main character, change "
            f"it in the {wrong} story."
        )
        return Finding("leftover", Light.AMBER, said + meant)
    meant = f"Nobody else is in the story who could be meant. Change it in the {wrong} story."
    return Finding("leftover", Light.RED, said + meant)


def shared_nouns(comparison: Comparison) -> Iterator[Finding]:
    """Find a gendered noun in both stories that calls the protagonist something ("was a man")."""
    left, right = comparison.left, comparison.right
    swapped = frozenset(i for i, _ in comparison.unlike if left.classes[i] == PRONOUN)
    found: dict[Arm, list[str]] = {Arm.MALE: [], Arm.FEMALE: []}
    for i, j in comparison.pairs:
        gender = gendered_nouns().get(left.low[i])
        same = gender is not None and left.low[i] == right.low[j]
        if same and says_what_protagonist_is(left, i, swapped):
            found[gender].append(left.low[i])
    for gender, nouns in found.items():
        if nouns:
            yield Finding(
                "leftover",
                Light.RED,
                f"Both stories call the main character {quoted(nouns)}. Change it in the "
                f"{OPPOSITE[gender]} story.",
            )


def in_they(arm: Arm, comparison: Comparison) -> Iterator[Finding]:
    """Find words of the other gender in the they story (right) at the protagonist's place.

    That is where the left story, of `arm`, has a word of its own gender. Where it has one of the
    other gender, another person is meant, who may keep it; so are all pronouns where "I" tells.
    """
    left, right = comparison.left, comparison.right
    found = [
        right.low[j]
        for i, j in comparison.unlike
        if left.classes[i] == right.classes[j]
        and gender_of(left.low[i]) is arm
        and gender_of(right.low[j]) is OPPOSITE[arm]
    ]
    pronouns = [word for word in found if word in GENDER_OF_PRONOUN and not told_by_i(left)]
    nouns = [word for word in found if word not in GENDER_OF_PRONOUN]
    if pronouns:
        yield Finding(
            "leftover",
            Light.RED,
            f"The they story says {quoted(pronouns)} ({times(len(pronouns))}) where the main "
            "character is meant. Write they, them, their or themself.",
        )
    if nouns:
        yield Finding(
            "leftover",
            Light.AMBER,
            f"The they story says {quoted(nouns)}, which gives away a gender. "
            "Choose a neutral word if it is about the main character.",
        )


def others_changed(comparison: Comparison) -> Iterator[Finding]:
    """Find people who change gender against the protagonist, and other names that change."""
    found = changed_people(comparison)
    if found:
        yield Finding(
            "others",
            Light.AMBER,
            f"Somebody beside the main character changes too: {quoted(found)}. "
            "A difference in judgment may then come from them.",
        )


def changed_people(comparison: Comparison) -> list[str]:
    """Return swapped names, and words for a woman that become words for a man.

    The protagonist changes from man to woman, so who changes from woman to man is somebody else.
    Where no name is on record, the swapped name that occurs most often is the protagonist's.
    """
    left, right = comparison.left, comparison.right
    names = comparison.swapped_names
    if names and not (left.name or right.name):
        own = max(names, key=lambda pair: (left.raw.count(pair[0]), -left.raw.index(pair[0])))
        names = [pair for pair in names if pair != own]
    return [f"{one} | {other}" for one, other in names] + [
        f"{left.low[i]} | {right.low[j]}"
        for i, j in comparison.unlike
        if gender_of(left.low[i]) is Arm.FEMALE and gender_of(right.low[j]) is Arm.MALE
    ]
