"""Find wordings of two families that tell nearly the same.

A wording is compared by its words, with names and third-person pronouns taken out: so its arms are
one text, and a copy under another name is a copy. The similarity is the Jaccard index of the sets
of three-word sequences,

    J(A, B) = |A ∩ B| / |A ∪ B|        in [0, 1],

computed exactly for the pairs that MinHash with banding proposes (Broder 1997; the `rensa`
package). Not covered: the same plot in other words, and what follows the first MOST_WORDS words.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.gate.findings import Finding
from pipelines.gate.tokens import GENDER_OF_PRONOUN
from pipelines.records import Light

LETTERS = re.compile(r"[^\W_]+")
SEQUENCE = 3
MOST_WORDS = 5_000
PERMUTATIONS = 128
SEED = 20_250_517
FOUND_WITH = 0.999
"""Smallest probability with which a pair right at the threshold is proposed."""

MOST_CANDIDATES = 32
"""Earlier wordings one is compared with, so that 100,000 copies cost no square."""

CHUNK = 2_000
NEAREST = 3
"""Other families that are named for one wording, the most similar first."""


@dataclass(frozen=True)
class Plain:
    """One wording as it is compared: its family, and its words without gender in one string."""

    family: str
    text: str


@dataclass(frozen=True)
class Near:
    """Another family that tells nearly the same."""

    family: str
    similarity: float
    exact: bool  # the same words in the same order
    earlier: bool  # that family came first


def plain_text(text: str, name: str) -> str:
    """Return the words of a story in small letters; names and third-person pronouns become @."""
    parts = LETTERS.findall(name)
    own = {part.lower() for part in parts if len(parts) == 1 or not part[0].islower()}
    hidden = own | GENDER_OF_PRONOUN.keys()
    words = LETTERS.findall(text.lower())[:MOST_WORDS]
    return " ".join("@" if word in hidden else word for word in words)


@lru_cache(maxsize=10_000)
def sequences(text: str) -> frozenset[str]:
    """Return the three-word sequences of a plain text; a shorter text is one sequence."""
    words = text.split(" ")
    if len(words) < SEQUENCE:
        return frozenset([text])
    return frozenset(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def jaccard(one: str, other: str) -> float:
    """Return |A ∩ B| / |A ∪ B| of the sequences of two plain texts."""
    ours, others = sequences(one), sequences(other)
    shared = len(ours & others)
    return shared / (len(ours) + len(others) - shared)


def find_near(
    wordings: Mapping[Hashable, Plain], threshold: float
) -> dict[Hashable, tuple[Near, ...]]:
    """Return the near-duplicates in other families by wording; the mapping's order is the age.

    Deterministic. Wordings of one family, and wordings without a word, are never duplicates.
    """
    keys = list(wordings)
    found: dict[Hashable, list[Near]] = defaultdict(list)
    for earlier, later, similarity, exact in near_pairs(list(wordings.values()), threshold):
        first, second = keys[earlier], keys[later]
        found[second].append(Near(wordings[first].family, similarity, exact, earlier=True))
        found[first].append(Near(wordings[second].family, similarity, exact, earlier=False))
    return {key: nearest(near) for key, near in found.items()}


def nearest(found: list[Near]) -> tuple[Near, ...]:
    """Return the most similar families, each once."""
    ranked = sorted(
        found, key=lambda near: (-near.similarity, not near.exact, not near.earlier, near.family)
    )
    best: dict[str, Near] = {}
    for near in ranked:
        best.setdefault(near.family, near)
    return tuple(best.values())[:NEAREST]


def near_pairs(
    wordings: Sequence[Plain], threshold: float
) -> Iterator[tuple[int, int, float, bool]]:
    """Yield (earlier, later, similarity, exact) of wordings of different families."""
    first_with: dict[str, int] = {}
    for place, wording in enumerate(wordings):
        if wording.text:
            first = first_with.setdefault(wording.text, place)
            if wordings[first].family != wording.family:
                yield first, place, 1.0, True
    unique = list(first_with.values())
    for later, candidates in propose([wordings[place].text for place in unique], threshold):
        for earlier in candidates:
            one, other = wordings[unique[earlier]], wordings[unique[later]]
            if one.family == other.family:
                continue
            similarity = jaccard(one.text, other.text)
            if similarity >= threshold:
                yield unique[earlier], unique[later], similarity, False


def propose(texts: list[str], threshold: float) -> Iterator[tuple[int, list[int]]]:
    """Yield each text's place with earlier places that may be similar, MOST_CANDIDATES at most."""
    if not texts:
        return
    digests = digest(texts)
    rows = rows_per_band(threshold)
    candidates: dict[int, set[int]] = defaultdict(set)
    for start in range(0, PERMUTATIONS, rows):
        for members in same_band(digests[:, start : start + rows]):
            for number, later in enumerate(members):
                known = candidates[later]
                if len(known) < MOST_CANDIDATES:
                    known.update(members[: min(number, MOST_CANDIDATES)])
    for later in sorted(candidates):
        yield later, sorted(candidates[later])[:MOST_CANDIDATES]


def digest(texts: list[str]) -> np.ndarray:
    """Return the MinHash values of every text, shape (texts, PERMUTATIONS)."""
    from rensa import RMinHash  # noqa: PLC0415  (only when stories are checked)

    values = np.empty((len(texts), PERMUTATIONS), dtype=np.uint32)
    for start in range(0, len(texts), CHUNK):
        sets = [list(sequences(text)) for text in texts[start : start + CHUNK]]
        made = RMinHash.from_token_sets(sets, PERMUTATIONS, SEED)
        values[start : start + CHUNK] = [one.digest() for one in made]
    return values


def same_band(band: np.ndarray) -> Iterator[list[int]]:
    """Yield the places, ascending, of every two or more texts that agree in a whole band."""
    order = np.lexsort(band.T[::-1])
    ranked = band[order]
    changes = np.flatnonzero((ranked[1:] != ranked[:-1]).any(axis=1)) + 1
    bounds = np.concatenate(([0], changes, [len(order)]))
    for group in np.flatnonzero(np.diff(bounds) > 1):
        yield order[bounds[group] : bounds[group + 1]].tolist()


def rows_per_band(threshold: float) -> int:
    """Return the most rows r a band may have so that pairs at the threshold t are proposed.

    P(proposed) = 1 − (1 − t^r)^(PERMUTATIONS / r); it has to reach FOUND_WITH.
    """
    return next(
        rows
        for rows in (16, 8, 4, 2, 1)
        if rows == 1 or 1 - (1 - threshold**rows) ** (PERMUTATIONS // rows) >= FOUND_WITH
    )


def check_near(near: Sequence[Near]) -> list[Finding]:
    """Judge what `find_near` found: a later copy is red, the likeness of both sides amber."""
    return [Finding("near-duplicate", light_of(one), said_of(one)) for one in near]


def light_of(near: Near) -> Light:
    """Return the light of one near-duplicate."""
    if near.exact:
        return Light.RED if near.earlier else Light.GREEN
    return Light.AMBER


def said_of(near: Near) -> str:
    """Return the sentence about one near-duplicate."""
    if near.exact and near.earlier:
        return f"Word for word the same as family {near.family}, names and pronouns apart."
    if near.exact:
        return f"Family {near.family}, which came later, is a copy of this story."
    return (
        f"It shares {near.similarity:.0%} of the word sequences with family {near.family}. "
        "Keep one of the two."
    )
