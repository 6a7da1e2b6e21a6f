"""Lay two arms of one wording side by side, and tell gender apart from every other difference.

The words are aligned by class with the fewest replaced, added and left-out words (Levenshtein).
A pair of unlike words is *gender* where both have the same class and case (he | she, wife |
husband, Adam | Anna) or both are gendered nouns (guys | girls), or where one has to follow: the
verb after singular they (walks | walk) and the article (a | an). A pair of other names that stand
for each other throughout is a *swapped name*. All else is a *change*.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.gate.tokens import NAME, PRONOUN, PRONOUNS, Words, gendered_nouns
from pipelines.swap.words import word_class

PLURAL_VERBS = {
    "is": ("are",), "was": ("were",), "has": ("have",), "does": ("do",), "isn't": ("aren't",),
    "wasn't": ("weren't",), "hasn't": ("haven't",), "doesn't": ("don't",), "'s": ("'re", "'ve"),
}  # fmt: skip
SAME_CASE = frozenset(
    [("himself", "themselves"), ("herself", "themselves")]
    + [
        (one, other)
        for first in PRONOUNS.values()
        for second in PRONOUNS.values()
        for one, other in zip(first, second, strict=True)
    ]
)
"""Pronouns that may stand for each other: he | she, her | him, her | his …"""

ARTICLES = {"a", "an"}

Step = tuple[int | None, int | None]
"""Two positions that belong together; None where only the other arm has a word."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class Comparison:
    """Two arms side by side: which words are unlike, and which of them not for gender."""

    left: Words
    right: Words
    pairs: list[Pair]
    unlike: list[Pair]  # the pairs of different words, for whatever reason
    swapped_names: list[tuple[str, str]]
    changes: list[tuple[str, str]]  # neighbouring changed words of the left and of the right arm

    @property
    def changed_words(self) -> int:
        """Number of words that differ for another reason than gender."""
        return sum(max(len(one.split()), len(other.split())) for one, other in self.changes)


def compare(left: Words, right: Words) -> Comparison:
    """Align two arms and sort their differences; the arm with singular they must be the right."""
    steps = align(left, right)
    pairs = [(i, j) for i, j in steps if i is not None and j is not None]
    unlike = [(i, j) for i, j in pairs if left.low[i] != right.low[j]]
    names = swapped_names(left, right, unlike)
    with_they = {
        left.sentence[i] for i, j in unlike if left.classes[i] == PRONOUN and right.low[j] == "they"
    }
    changed = {
        (i, j)
        for i, j in unlike
        if (left.raw[i], right.raw[j]) not in names and not is_gender(left, i, right, j, with_they)
    }
    places = [
        number
        for number, (i, j) in enumerate(steps)
        if (i, j) in changed or ((i is None or j is None) and not of_name(left, i, right, j))
    ]
    changes = [
        (one, other)
        for one, other in joined(left, right, steps, places)
        if not is_phrase(one, other)
    ]
    return Comparison(left, right, pairs, unlike, sorted(names), changes)


def align(left: Words, right: Words) -> list[Step]:
    """Return the positions that belong together, in order of the text."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415  (only when stories are compared)

    steps: list[Step] = []
    for edit in Levenshtein.opcodes(left.classes, right.classes):
        ours = range(edit.src_start, edit.src_end)
        others = range(edit.dest_start, edit.dest_end)
        if edit.tag in ("equal", "replace"):
            steps += zip(ours, others, strict=True)
        else:
            steps += [(i, None) for i in ours] + [(None, j) for j in others]
    return steps


def is_gender(left: Words, i: int, right: Words, j: int, with_they: set[int]) -> bool:
    """Tell whether two unlike words differ by gender, or by what has to follow from it."""
    one, other = left.low[i], right.low[j]
    if left.classes[i] == right.classes[j]:
        return left.classes[i] != PRONOUN or (one, other) in SAME_CASE
    nouns = gendered_nouns()
    if {one, other} == ARTICLES or (one in nouns and other in nouns):
        return True
    return left.sentence[i] in with_they and agrees(one, other)


def is_phrase(one: str, other: str) -> bool:
    """Tell whether two runs of words are counterparts: policeman | police officer."""
    shared = word_class(one.lower())
    return shared is not None and shared == word_class(other.lower())


def agrees(singular: str, plural: str) -> bool:
    """Tell whether two forms of one verb go with she and with they: walks | walk, was | were."""
    if plural in PLURAL_VERBS.get(singular, ()):
        return True
    stems = (plural + "s", plural + "es", plural[:-1] + "ies" if plural.endswith("y") else "")
    return singular in stems


def swapped_names(left: Words, right: Words, unlike: Iterable[Pair]) -> set[tuple[str, str]]:
    """Return the pairs of capitalised words that stand for each other wherever one occurs.

    A pair that occurs once has to be inside a sentence, where a capital means a name.
    """
    candidates = [
        (i, j)
        for i, j in unlike
        if left.classes[i] != right.classes[j]
        and is_capital(left.raw[i])
        and is_capital(right.raw[j])
    ]
    if not candidates:
        return set()
    times = Counter((left.raw[i], right.raw[j]) for i, j in candidates)
    inside = {
        (left.raw[i], right.raw[j])
        for i, j in candidates
        if not (opens_sentence(left, i) or opens_sentence(right, j))
    }
    ours, others = Counter(left.raw), Counter(right.raw)
    return {
        (one, other)
        for (one, other), count in times.items()
        if count == ours[one] == others[other] and (count > 1 or (one, other) in inside)
    }


def is_capital(word: str) -> bool:
    """Tell whether a word is written as a name is."""
    return len(word) > 1 and word[0].isupper() and not word.isupper()


def opens_sentence(words: Words, place: int) -> bool:
    """Tell whether a word is the first one of its sentence."""
    return place == 0 or words.sentence[place - 1] != words.sentence[place]


def of_name(left: Words, i: int | None, right: Words, j: int | None) -> bool:
    """Tell whether an extra word is a part of the name, or the 's that James' does without."""
    words, place = (left, i) if i is not None else (right, j or 0)
    after_name = place > 0 and words.classes[place - 1] == NAME
    return words.classes[place] == NAME or (words.low[place] == "'s" and after_name)


def joined(
    left: Words, right: Words, steps: list[Step], places: list[int]
) -> list[tuple[str, str]]:
    """Return the words of both arms at these places, neighbouring ones joined."""
    runs: list[list[int]] = []
    for place in places:
        if runs and place - runs[-1][-1] == 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [
        (
            " ".join(left.raw[i] for i, _ in (steps[place] for place in run) if i is not None),
            " ".join(right.raw[j] for _, j in (steps[place] for place in run) if j is not None),
        )
        for run in runs
    ]
