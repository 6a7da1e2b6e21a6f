"""Give every family its split, once.

Families are taken in the order of their seeded hash and go to the split that is furthest behind
its share, within its stratum (the theme of a plot, the stance of a control) and overall. So the
same families get the same split from the same seed, shares are met almost exactly, and no
theme is only in one split.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.records import Family, Split
from pipelines.stories.library import seeded_hash

SHARES = {Split.TRAIN: 0.50, Split.VALIDATION: 0.125, Split.TEST: 0.375}

STRICTEST = (Split.TEST, Split.VALIDATION, Split.TRAIN)


class Divided(Protocol):
    """What has to be known of a family to give it a split."""

    id: str
    kind: str
    theme: str
    stance: str | None


def assign(scenarios: Iterable[Divided], seed: int, taken: Counter | None = None) -> dict[str, str]:
    """Return the split of each scenario by its id.

    `taken` counts the families that the project already has by (stratum, split) and by
    (kind, split); it is brought up to date.
    """
    counts = Counter() if taken is None else taken
    splits = {}
    for scenario in sorted(scenarios, key=lambda one: seeded_hash(seed, one.id)):
        stratum = stratum_of(scenario.kind, scenario.theme, scenario.stance)
        chosen = furthest_behind(counts, stratum)
        count_one(counts, scenario, chosen)
        splits[scenario.id] = chosen
    return splits


def count_one(counts: Counter, scenario: Divided, split: str) -> None:
    """Count one more family of a split."""
    counts[stratum_of(scenario.kind, scenario.theme, scenario.stance), split] += 1
    counts[scenario.kind, split] += 1


def strictest(splits: Iterable[str]) -> str:
    """Return of several splits the one that holds out the most: test, validation, train."""
    return min(splits, key=STRICTEST.index)


def stratum_of(kind: str, theme: str, stance: str | None) -> str:
    """Return what is to be spread evenly: the theme of a plot, the stance of a control."""
    return f"{kind}:{stance or theme}"


def furthest_behind(counts: Counter, stratum: str) -> Split:
    """Return the split whose count is furthest below its share of the stratum."""
    kind = stratum.split(":")[0]

    def deficit(split: Split, scope: str) -> float:
        total = sum(counts[scope, each] for each in SHARES) + 1
        return SHARES[split] * total - counts[scope, split]

    return max(SHARES, key=lambda split: (deficit(split, stratum) + deficit(split, kind), split))


def count_splits(session: Session) -> Counter:
    """Count the families there are by (stratum, split) and by (kind, split)."""
    counts: Counter = Counter()
    rows = session.execute(
        select(Family.kind, Family.theme, Family.stance, Family.split, func.count()).group_by(
            Family.kind, Family.theme, Family.stance, Family.split
        )
    )
    for kind, theme, stance, split, number in rows:
        counts[stratum_of(kind, theme, stance), split] += number
        counts[kind, split] += number
    return counts
