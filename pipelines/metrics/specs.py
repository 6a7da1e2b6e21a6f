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
from pipelines.metrics.resampling import Function, family_sums, only
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
    group: str = ""  # of a metric of one group of items: which one
    base: str = ""  # of such a metric: the key of the metric of all items
    compare_runs: Callable[[Values, Sequence[Values], int], Change] | None = None  # mean of runs


def metric(
    key: str,
    label: str,
    ideal: float | None,
    by: str,
    read: Read,
    meaning: str,
    percent: bool = True,
    weight: Read | None = None,
) -> MetricSpec:
    """Return the spec of a metric that is a mean, a share or a ratio of what `read` gives."""
    return compound(key, label, ideal, by, (read,), only, meaning, percent, weight)


def compound(
    key: str,
    label: str,
    ideal: float | None,
    by: str,
    reads: Sequence[Read],
    function: Function,
    meaning: str,
    percent: bool = True,
    weight: Read | None = None,
) -> MetricSpec:
    """Return the spec of a metric that is a function of several ratios, one of each read.

        function(r_1, …, r_J),   r_j = Σ weight · read_j / Σ weight   (by = "ratio")
                                 r_j = mean of the families' means    (by = "mean" or "share")

    Without `weight`, which is for ratios only, every item that takes part weighs 1. "share" says
    that all reads are in [0, 1], so that families that agree do not make it certain.

    `function` maps ratios (..., J) to (...) on whole arrays, as it is called on resamples too; nan
    is undefined. An item may take part in some reads only, and a family may lack a read. n counts
    the items that take part in any. For the mean of several runs each item brings its mean number.
    """
    formula = Formula(tuple(reads), by, function, ideal, weight)
    runs = partial(_compare_runs, formula)
    compare = partial(_compare, formula)
    return MetricSpec(
        key, label, ideal, meaning, partial(_compute, formula), compare, percent, compare_runs=runs
    )


@dataclass(frozen=True)
class Formula:
    """What a metric is computed by; see `compound`."""

    reads: tuple[Read, ...]
    by: str  # "ratio", "share" (a mean in [0, 1]) or "mean"
    function: Function
    ideal: float | None
    weight: Read | None = None


def matched(before: Values, *afters: Values) -> list[tuple[Any, ...]]:
    """Return the items of all sets that have the same family and wording, in the order before."""
    found = [{(value.family_id, value.wording): value for value in after} for after in afters]
    keys = [(value.family_id, value.wording) for value in before]
    shared = set(keys).intersection(*found)
    return [
        (value, *[after[key] for after in found])
        for key, value in zip(keys, before, strict=True)
        if key in shared
    ]


def estimate(taken: list[tuple[str, float]], by: str, seed: int) -> Estimate:
    """Return the estimate from (family, value) rows: by mean, share (in [0, 1]) or ratio."""
    families, values = [family for family, _ in taken], [value for _, value in taken]
    if by == "ratio":
        return statistics.ratio_by_family(values, np.ones(len(values)), families, seed)
    return statistics.mean_by_family(values, families, seed, share=by == "share")


def _compute(formula: Formula, values: Values, seed: int = 0) -> Estimate:
    numbers, parts = _read(formula, values)
    families = [value.family_id for value in values]
    sums = _sums(formula.by, families, numbers, parts)
    n, share = int(parts.any(axis=1).sum()), formula.by != "mean"
    return statistics.estimate_sums(sums, n, seed, share, formula.function)


def _compare(formula: Formula, before: Values, after: Values, seed: int = 0) -> Change:
    return _compare_runs(formula, before, [after], seed)


def _compare_runs(
    formula: Formula, before: Values, afters: Sequence[Values], seed: int = 0
) -> Change:
    rows = matched(before, *afters)
    sides = [_read(formula, [row[side] for row in rows]) for side in range(len(afters) + 1)]
    (old, old_part), *runs = sides
    new_part = np.mean([part for _, part in runs], axis=0)
    new = np.mean([numbers for numbers, _ in runs], axis=0)
    if formula.by != "ratio":  # a mean is of the same items on both sides
        old_part = new_part = old_part * (new_part == 1)
    families = [row[0].family_id for row in rows]
    sums = [
        _sums(formula.by, families, numbers, part)
        for numbers, part in ((old, old_part), (new, new_part))
    ]
    both, share = np.stack(sums, axis=1), formula.by != "mean"
    return statistics.compare_sums(both, formula.ideal, seed, share, formula.function)


def _read(formula: Formula, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """Return what each read gives of each value, 0 for None, and whether it takes part: (n, J).

    With a weight it takes part by so much, and its number is multiplied by it.
    """
    columns = [[read(value) for value in values] for read in formula.reads]
    parts = [[number is not None for number in column] for column in columns]
    numbers = [[0.0 if number is None else number for number in column] for column in columns]
    weights = np.array([formula.weight(value) if formula.weight else 1.0 for value in values])
    return np.array(numbers, dtype=float).T * weights[:, None], np.array(parts).T * weights[:, None]


def _sums(by: str, families: list[str], numbers: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return numerators and denominators by family, (families, J, 2); see `compound`."""
    if by != "ratio":
        numbers = np.where(parts != 0, numbers, 0)  # what takes part on one side only
    ratios = range(numbers.shape[1])
    columns = [column for j in ratios for column in (numbers[:, j], parts[:, j])]
    sums = family_sums(families, *columns).reshape(-1, len(ratios), 2)
    if by == "ratio":
        return sums
    part = sums[..., 1] != 0
    means = np.divide(sums[..., 0], sums[..., 1], out=np.zeros(part.shape), where=part)
    return np.stack([means, part], axis=-1)
