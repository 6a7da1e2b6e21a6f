"""How a metric describes itself, and how it is computed from items and from two sets of items.

An item is any record with `family_id` (the unit of statistics) and `wording` (which item of the
family); `read` gives the number it brings to the metric, or None where it does not take part.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from pipelines.metrics import statistics
from pipelines.metrics.statistics import Change, Estimate

Values = Sequence[Any]
Read = Callable[[Any], float | None]  # None: the item does not take part


@dataclass(frozen=True)
class MetricSpec:
    """What a table, a chart and a report need to know; an empty sample raises UndefinedMetric."""

    key: str
    label: str
    ideal: float | None  # the fair point
    meaning: str  # one sentence to read aloud
    compute: Callable[..., Estimate]  # (pairs, seed); of CHANGE_METRICS (before, after, seed)
    compare: Callable[[Values, Values, int], Change] | None = None  # matched items
    percent: bool = False  # is it a share of items, told in percent?


def matched(before: Values, after: Values) -> list[tuple[Any, Any]]:
    """Return the items of both sets that have the same family and wording."""
    found = {(pair.family_id, pair.wording): pair for pair in after}
    keyed = [((pair.family_id, pair.wording), pair) for pair in before]
    return [(pair, found[key]) for key, pair in keyed if key in found]


def estimate(taken: list[tuple[str, float]], by: str, seed: int) -> Estimate:
    """Return the estimate from (family, value) rows: by mean, share (in [0, 1]) or ratio."""
    families, values = [family for family, _ in taken], [value for _, value in taken]
    if by == "ratio":
        return statistics.ratio_by_family(values, np.ones(len(values)), families, seed)
    return statistics.mean_by_family(values, families, seed, share=by == "share")


def _compute(read: Read, by: str, values: Values, seed: int = 0) -> Estimate:
    rows = ((value.family_id, read(value)) for value in values)
    return estimate([row for row in rows if row[1] is not None], by, seed)


def _compare(
    read: Read, by: str, ideal: float | None, before: Values, after: Values, seed: int = 0
):
    rows = [(old.family_id, read(old), read(new)) for old, new in matched(before, after)]
    rows = [row for row in rows if by == "ratio" or None not in row]
    values = [[row[side] or 0.0 for row in rows] for side in (1, 2)]
    parts = [[row[side] is not None for row in rows] for side in (1, 2)] if by == "ratio" else None
    return statistics.compare_by_family(*values, [row[0] for row in rows], ideal, seed, parts)


def metric(
    key: str,
    label: str,
    ideal: float | None,
    by: str,
    read: Read,
    meaning: str,
    percent: bool = True,
) -> MetricSpec:
    """Return the spec of a metric that is a mean, a share or a ratio of what `read` gives."""
    compute, compare = partial(_compute, read, by), partial(_compare, read, by, ideal)
    return MetricSpec(key, label, ideal, meaning, compute, compare, percent)
