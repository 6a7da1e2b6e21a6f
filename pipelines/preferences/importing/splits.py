"""Give new families their splits, one for all families that are linked.

A prompt in training and nearly the same prompt in testing would leak. So families are put into
groups of linked ones, also over several links, and a group gets its split as a family does
elsewhere. A group that reaches a family which has a split already gets that one; of several it gets
the one that holds out the most. A prompt that holds a story of the project has that story's split.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.records import Kind
from pipelines.stories.library import seeded_hash
from pipelines.stories.split import assign, stratum_of, strictest

THEME = "imported"


@dataclass(frozen=True)
class Group:
    """Linked families, as `assign` sees them; the id is the least of theirs."""

    id: str
    kind: str = Kind.PREFERENCE
    theme: str = THEME
    stance: str | None = None


@dataclass
class Splits:
    """The split of every family by its number, and what was noticed."""

    of: list[str]
    groups: int  # how many groups of more than one family there are
    largest: int  # families in the largest group
    torn: int  # groups whose families had different splits before
    told: int = 0  # new families with the split of a story that they hold


def split_families(
    ids: Sequence[str],
    links: Sequence[tuple[int, int]],
    known: Mapping[str, str],
    seed: int,
    taken: Counter,
    told: Mapping[str, str] | None = None,
) -> Splits:
    """Return the splits of all families; `known` has those that have one, by their ids.

    `told` has the splits of the stories that prompts hold, by the ids of the prompts' families.
    `taken` counts the splits there are, as `count_splits` gives them; it is brought up to date.
    """
    groups = sorted(group_families(len(ids), links), key=lambda group: hashed(ids, group, seed))
    told = {name: split for name, split in (told or {}).items() if name not in known}
    found = [known.get(name) or told.get(name, "") for name in ids]
    torn = 0
    for group in groups:
        there = [found[number] for number in group if found[number]]
        torn += len(set(there)) > 1
        split = strictest(there) if there else split_of_group(least(ids, group), seed, taken)
        # the first family of a new group has been counted where the group got its split
        count_more(taken, split, len(group) - max(len(there), 1))
        for number in group:
            found[number] = found[number] or split
            if ids[number] in told:
                count_more(taken, found[number], 1)
    sizes = [len(group) for group in groups]
    return Splits(found, sum(size > 1 for size in sizes), max(sizes, default=0), torn, len(told))


def group_families(count: int, links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the groups of families that links connect, each in rising order."""
    from scipy.sparse import coo_array  # noqa: PLC0415  (loads scipy)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415  (loads scipy)

    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for number, label in enumerate(labels.tolist()):
        groups[label].append(number)
    return list(groups.values())


def split_of_group(name: str, seed: int, taken: Counter) -> str:
    """Return the split that the next group gets."""
    return assign([Group(name)], seed, taken)[name]


def least(ids: Sequence[str], group: Sequence[int]) -> str:
    """Return the least id of a group, which names it."""
    return min(ids[number] for number in group)


def hashed(ids: Sequence[str], group: Sequence[int], seed: int) -> int:
    """Return the number by which groups are put in order."""
    return seeded_hash(seed, least(ids, group))


def count_more(taken: Counter, split: str, families: int) -> None:
    """Count more families of a split."""
    taken[stratum_of(Kind.PREFERENCE, THEME, None), split] += families
    taken[Kind.PREFERENCE, split] += families
