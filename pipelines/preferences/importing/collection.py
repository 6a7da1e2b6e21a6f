"""The imported rows of a project and those that a file brings, with what is needed to compare them.

A family is a prompt. Two families are linked, and so get one split, if

- their prompts are nearly the same,
- they are two steps of one dialogue: they share its first question and its first answer, or
- their rows were made of one pair of stories.

Rows are exact duplicates if prompt, chosen and rejected are the same whatever their case and white
space. They are near-duplicates if each of the three is nearly the same.
"""

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from rapidfuzz import fuzz

from pipelines.files.spool import Spool
from pipelines.preferences.importing.cleaning import comparable, comparable_prompt
from pipelines.preferences.importing.near import Sketches, near_pairs, words_of
from pipelines.preferences.importing.row import ParsedRow

NEAR_PROMPT = 0.9
"""Similarity from which two prompts share a split, however few rows are to be told as near."""


@dataclass
class PromptFamily:
    """A prompt: its family's id, its first row's number, its last wording in the project."""

    id: str
    first: int
    wording: int = 0


@dataclass
class Collection:
    """Rows by number, in the order in which they came; those of the project come first."""

    spool: Spool
    families: list[PromptFamily] = field(default_factory=list)
    family_of: array = field(default_factory=lambda: array("L"))  # row -> family
    links: list[tuple[int, int]] = field(default_factory=list)  # families that belong together
    present: int = 0  # rows that the project has already
    answers: Sketches = field(default_factory=Sketches)  # by row
    prompts: Sketches = field(default_factory=Sketches)  # by family
    numbers: dict[str, int] = field(default_factory=dict)  # family id -> family
    seen: dict[bytes, int] = field(default_factory=dict)  # digest of a row -> row
    tied: dict[bytes, int] = field(default_factory=dict)  # what ties families -> family

    def duplicate_of(self, row: ParsedRow) -> int | None:
        """Return the number of the same row, or None."""
        return self.seen.get(digest(*keys(row)))

    def contradicted_by(self, row: ParsedRow) -> int | None:
        """Return the number of the row that prefers the other answer, or None."""
        prompt, chosen, rejected = keys(row)
        return self.seen.get(digest(prompt, rejected, chosen))

    def add(self, row: ParsedRow, **details: Any) -> int:
        """Take in a row, with details that are kept beside it; return its number."""
        prompt, chosen, rejected = keys(row)
        number = self.spool.append(
            {"prompt": row.prompt, "chosen": row.chosen, "rejected": row.rejected, **details}
        )
        self.seen[digest(prompt, chosen, rejected)] = number
        self.answers.add(words_of(f"{chosen}\n{rejected}"))
        family = self.family_number(prompt, number)
        self.family_of.append(family)
        for tie in ties(row):
            other = self.tied.setdefault(tie, family)
            if other != family:
                self.links.append((other, family))
        return number

    def family_number(self, prompt: str, row: int) -> int:
        """Return the number of a prompt's family, which is new with its first row."""
        name = family_id(prompt)
        if name not in self.numbers:
            self.numbers[name] = len(self.families)
            self.families.append(PromptFamily(name, row))
            self.prompts.add(words_of(prompt))
        return self.numbers[name]

    def near_duplicates(self, threshold: float) -> Iterator[tuple[int, int, float]]:
        """Yield (earlier row, new row, similarity in [0, 1]), one for each new row that has any."""
        similarity = partial(self.row_similarity, threshold=threshold)
        yield from near_pairs(self.answers.table(), self.present, similarity, threshold)

    def link_near_prompts(self, threshold: float, present: int) -> None:
        """Link the families from `present` on to those whose prompts are nearly the same.

        That is from NEAR_PROMPT on, or from the threshold if it is lower.
        """
        from scipy.cluster.hierarchy import DisjointSet  # noqa: PLC0415  (loads scipy)

        alike, groups = min(threshold, NEAR_PROMPT), DisjointSet(range(len(self.families)))
        for link in self.links:
            groups.merge(*link)

        def similarity(earlier: int, later: int) -> float:
            """Return 0 for what is linked already: only groups matter, and long texts cost."""
            if groups.connected(earlier, later):
                return 0.0
            return self.prompt_similarity(earlier, later, alike)

        table = self.prompts.table()
        for earlier, later, _ in near_pairs(table, present, similarity, alike, every=True):
            self.links.append((earlier, later))
            groups.merge(earlier, later)

    def row_similarity(self, one: int, other: int, threshold: float) -> float:
        """Return the least similarity of prompts, chosen and rejected answers, in [0, 1].

        It is 0 below the threshold, and for two rows that one row of the file made: they are a
        pair, which is meant.
        """
        mine, its = self.spool[one], self.spool[other]
        place = mine.get("place")  # rows that the project has already have none
        if place is not None and place == its.get("place"):
            return 0.0
        least = 1.0
        for pair in zip(stored_keys(mine), stored_keys(its), strict=True):
            least = min(least, likeness(*pair, threshold))
            if not least:
                break
        return least

    def prompt_similarity(self, one: int, other: int, threshold: float) -> float:
        """Return the similarity of two families' prompts, in [0, 1]; 0 below the threshold."""
        mine, its = (self.spool[self.families[each].first]["prompt"] for each in (one, other))
        return likeness(comparable_prompt(mine), comparable_prompt(its), threshold)


def likeness(one: str, other: str, threshold: float) -> float:
    """Return how much two texts are the same, in [0, 1]; 0 below the threshold.

    Two alike texts of 30,000 characters take 5 ms, and 15 where no threshold is given.
    """
    return fuzz.ratio(one, other, score_cutoff=100 * threshold) / 100


def keys(row: ParsedRow) -> tuple[str, str, str]:
    """Return prompt, chosen and rejected as they are compared."""
    return comparable_prompt(row.prompt), comparable(row.chosen), comparable(row.rejected)


def stored_keys(record: dict[str, Any]) -> tuple[str, str, str]:
    """Return what `keys` returns for a row of the spool."""
    return (
        comparable_prompt(record["prompt"]),
        comparable(record["chosen"]),
        comparable(record["rejected"]),
    )


def digest(*texts: str) -> bytes:
    """Return 12 bytes that name some texts."""
    joined = "\0".join(texts).encode("utf-8", "replace")
    return hashlib.blake2b(joined, digest_size=12).digest()


def family_id(prompt: str) -> str:
    """Return the id of the family of a prompt, given in the form in which prompts are compared."""
    return f"pref-{hashlib.sha256(prompt.encode('utf-8', 'replace')).hexdigest()[:12]}"


def ties(row: ParsedRow) -> list[bytes]:
    """Return what ties a row's family to others: the first exchange of its dialogue, its pair."""
    spoken = [turn["content"] for turn in row.prompt if turn["role"] != "system"]
    openings = [spoken[1]] if len(spoken) > 1 else [row.chosen, row.rejected]
    found = [digest("opening", comparable(spoken[0]), comparable(text)) for text in openings]
    return [*found, digest("pair", row.group)] if row.group else found
