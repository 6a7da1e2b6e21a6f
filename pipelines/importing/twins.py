"""Give a family that tells a story which is there already the split of that story.

It may be there as a story of the project, whole in the prompt of a preference row, or in an earlier
row of the same file. Not covered: what `whole_texts` cannot find, and what another process writes
between the look and the writing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pipelines.importing.whole_texts import WholeTexts, divided_texts
from pipelines.stories.split import Divided, assign, count_one, strictest


@dataclass
class Twins:
    """Families of a file that share stories, and the splits that are known of them, by id."""

    first: dict[str, str]  # the family that one follows; not of those that follow none
    splits: dict[str, str]  # only of families that follow none

    def first_of(self, family: str) -> str:
        """Return the family that this one follows in the end; it may be itself."""
        passed = []
        while family in self.first:
            passed.append(family)
            family = self.first[family]
        self.first.update(dict.fromkeys(passed, family))
        return family

    def unite(self, family: str, others: Iterable[str]) -> None:
        """Let a family and all that others follow, follow one of these."""
        found = {self.first_of(other) for other in others}
        if found:
            first = min(found)
            self.first.update(dict.fromkeys({family, *found} - {first}, first))


def find_twins(session: Session, families: Iterable[tuple[str, Sequence[str]]]) -> Twins:
    """Look for the stories of new families, given as (id, texts), among one another and before."""
    texts, twins = WholeTexts(), Twins({}, {})
    for family, stories in families:
        twins.unite(family, set().union(*map(texts.labels_in, stories)))
        for story in stories:
            texts.add(story, family)
    splits: defaultdict[str, set[str]] = defaultdict(set)
    for text, split in divided_texts(session):
        for family in texts.labels_in(text):
            splits[twins.first_of(family)].add(split)
    twins.splits = {family: strictest(found) for family, found in splits.items()}
    return twins


def divide(new: Sequence[Divided], seed: int, taken: Counter, twins: Twins) -> dict[str, str]:
    """Return the split of each new family by its id; `taken` and `twins` are brought up to date."""
    free = [one for one in new if twins.first_of(one.id) == one.id and one.id not in twins.splits]
    splits = assign(free, seed, taken)
    twins.splits |= splits
    for one in new:
        if one.id in splits:
            continue
        first = twins.first_of(one.id)
        if first in twins.splits:
            splits[one.id] = twins.splits[first]
            count_one(taken, one, splits[one.id])
        else:  # the first one comes later, or is in the project with a story that was edited
            splits |= assign([one], seed, taken)
            twins.splits[first] = splits[one.id]
    return splits
