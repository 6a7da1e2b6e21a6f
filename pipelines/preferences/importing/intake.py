"""Take the rows of a file into a collection: parse, clean, check, compare.

Every row is taken or counted under the reason why it is not.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.preferences.importing.cleaning import cleaned
from pipelines.preferences.importing.collection import Collection
from pipelines.preferences.importing.contamination import BenchmarkIndex
from pipelines.preferences.importing.leaks import LeakCounts
from pipelines.preferences.importing.row import Parse, ParsedRow, RowSkipped


@dataclass
class Intake:
    """What has been read of one file; `index` is None where contamination is not looked for."""

    collection: Collection
    parse: Parse
    index: BenchmarkIndex | None
    read: int = 0
    skipped: Counter = field(default_factory=Counter)  # reason -> rows
    repaired: Counter = field(default_factory=Counter)  # what -> rows
    contaminated: Counter = field(default_factory=Counter)  # benchmark -> rows
    contradictions: int = 0
    before: LeakCounts = field(default_factory=LeakCounts)  # as the file has them
    after: LeakCounts = field(default_factory=LeakCounts)  # as they are taken

    @property
    def taken(self) -> int:
        """How many rows have been taken."""
        return len(self.collection.spool) - self.collection.present

    def take(self, place: int, row: Mapping[str, Any]) -> None:
        """Take in one row of the file, which may make several."""
        self.read += 1
        try:
            parsed = self.parse(row)
        except RowSkipped as reason:
            self.skipped[str(reason)] += 1
            return
        for one in parsed:
            try:
                self.take_parsed(place, one)
            except RowSkipped as reason:
                self.skipped[str(reason)] += 1

    def take_parsed(self, place: int, raw: ParsedRow) -> None:
        """Clean and check a row, look for its like, and keep it.

        Raises:
            RowSkipped: if it is not to be taken.
        """
        repaired: Counter = Counter()
        row = cleaned(raw, repaired)
        earlier = self.collection.duplicate_of(row)
        if earlier is not None:
            where = "of the file" if earlier >= self.collection.present else "imported before"
            raise RowSkipped(f"an exact duplicate of a row {where}")
        self.repaired.update(repaired)
        self.before.add(raw.chosen, raw.rejected)
        self.after.add(row.chosen, row.rejected)
        flags = self.contradiction(row)
        spoilt = self.contamination(row)
        self.collection.add(
            row,
            place=place,
            category=row.category,
            flags=[*flags, *spoilt],
            excluded=bool(spoilt),
        )

    def contradiction(self, row: ParsedRow) -> list[str]:
        """Return a sentence if another row prefers the other answer."""
        other = self.collection.contradicted_by(row)
        if other is None:
            return []
        self.contradictions += 1
        return [f"Contradicts {named(self.collection, other)}, which prefers the other answer."]

    def contamination(self, row: ParsedRow) -> list[str]:
        """Return a sentence for each benchmark of which the row holds a sentence."""
        if self.index is None:
            return []
        found = self.index.sentences_on(row.texts())
        self.contaminated.update(found.keys())
        return list(found.values())


def named(collection: Collection, number: int) -> str:
    """Return how a row is called in a sentence: by its place in the file, or as known before."""
    if number < collection.present:
        family = collection.families[collection.family_of[number]]
        return f"a row of {family.id}, imported before"
    return f"row {collection.spool[number]['place']} of the same file"
