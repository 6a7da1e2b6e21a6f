"""Choose a part of items or stories: whole families, from every stratum in proportion, by seed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pipelines.stories.library import seeded_hash


class OfFamily(Protocol):
    """What belongs to a family, and the family to a stratum."""

    @property
    def family(self) -> str:
        """The unit of statistics."""

    @property
    def stratum(self) -> str:
        """What families are drawn from in proportion, such as a theme."""


One = TypeVar("One", bound=OfFamily)


@dataclass(frozen=True)
class Chosen(Generic[One]):
    """The items that are asked, and what they were chosen from."""

    items: list[One]
    families: int
    all_items: int
    all_families: int
    strata: int
    reached: int
    seed: int

    @property
    def sentence(self) -> str:
        """What was chosen, in one sentence; "" where it is everything."""
        if self.families == self.all_families:
            return ""
        strata = f"{self.strata:,}"
        if self.reached < self.strata:
            strata = f"{self.reached:,} of {strata}"
        among = f", in proportion from {strata} strata" if self.strata > 1 else ""
        return (
            f"{self.families:,} of {self.all_families:,} families were chosen by seed {self.seed}"
            f"{among} ({len(self.items):,} of {self.all_items:,} items)."
        )


def choose(items: Sequence[One], limit: int, seed: int) -> Chosen[One]:
    """Return all items of at most `limit` families; 0 is all.

    Each stratum gets its share of `limit`, see `share_out`; within a stratum families go by seeded
    hash, so a larger limit holds the smaller one's where the shares grow. Nothing but the items,
    the limit and the seed decides: every model is asked the same.
    """
    strata: defaultdict[str, list[str]] = defaultdict(list)
    seen = {}
    for item in items:
        if item.family not in seen:
            seen[item.family] = item.stratum
            strata[item.stratum].append(item.family)
    kept = set(seen)
    if limit and limit < len(seen):
        sizes = {name: len(families) for name, families in strata.items()}
        shares = share_out(sizes, limit, seed)
        kept = {
            family
            for name, families in strata.items()
            for family in sorted(families, key=lambda one: seeded_hash(seed, one))[: shares[name]]
        }
    chosen = [item for item in items if item.family in kept]
    reached = len({seen[family] for family in kept})
    return Chosen(chosen, len(kept), len(items), len(seen), len(strata), reached, seed)


def share_out(sizes: dict[str, int], limit: int, seed: int) -> dict[str, int]:
    """Return how many of `limit` each stratum gets: size / total, by largest remainder.

    Shares are rounded down, and the strata with the largest remainders get one more. Which of those
    with the same remainder is drawn by the seed, so that a limit below the number of strata reaches
    others with another seed. Of strata that differ in size such a limit reaches the larger ones.
    """
    total = sum(sizes.values())
    shares = {name: limit * size // total for name, size in sizes.items()}
    ranked = sorted(
        sizes, key=lambda name: (-(limit * sizes[name] % total), seeded_hash(seed, name))
    )
    for name in ranked[: limit - sum(shares.values())]:
        shares[name] += 1
    return shares
