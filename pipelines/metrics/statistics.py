"""Estimates and before/after comparisons by family, the unit of every statistic here.

The wordings of one plot are correlated, so items are collapsed to one number a family before
anything is resampled; tests by item raise 8 to 25 % false alarms on such data
(benchmarks/statistics_calibration.py). Not covered: families that are related to each other.
Values that are not finite raise DataError everywhere.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from pipelines.errors import UndefinedMetric
from pipelines.metrics.agreement import (
    MOST_RATIOS,
    TINY,
    are_shares,
    doubt,
    nearly_agree,
    wilson,
)
from pipelines.metrics.resampling import (
    Function,
    draw_families,
    family_sums,
    interval,
    only,
    swap_p,
    value_of,
)

FEWEST_CHANGED = 10
LEVEL = 0.05
DEFINED = 0.9
"""Share of resamples in which a metric must be defined: three families have to bring each part."""
BETTER, WORSE, UNCLEAR, TOO_FEW = "better", "worse", "no clear change", "too few families to tell"


@dataclass(frozen=True)
class Estimate:
    """A number with its sample size (items) and its 95 % interval over families."""

    value: float
    n: int
    low: float
    high: float
    families: int

    def as_dict(self, ideal: float | None) -> dict[str, float | int | None]:
        """Return what the command line prints; `ideal` is the metric's fair point."""
        shown = {"value": self.value, "n": self.n, "low": self.low, "high": self.high}
        return {**shown, "ideal": ideal}


@dataclass(frozen=True)
class Change:
    """How a metric moved between two models on the same items; low and high are of `change`."""

    before: float
    after: float
    change: float
    low: float
    high: float
    p: float
    p_holm: float | None  # None until `correction.with_holm` has seen all metrics shown together
    families: int
    changed_families: int
    verdict: str  # BETTER, WORSE, UNCLEAR or TOO_FEW


def proportion(k: float, n: int) -> Estimate:
    """Return k / n of independent items, each its own family, with Wilson's 95 % interval.

    Range [0, 1].

    Raises:
        UndefinedMetric: if n is 0.
    """
    if n == 0:
        raise UndefinedMetric("The share has no value: there is no item. Judge some first.")
    return Estimate(k / n, n, *wilson(k, n), n)


def collapse(values: ArrayLike, families: Sequence[str]) -> np.ndarray:
    """Return one mean a family, shape (families,), in the order of the sorted family ids."""
    sums, items = family_sums(families, values, np.ones(len(families))).T
    return sums / items


def mean_by_family(
    values: ArrayLike, families: Sequence[str], seed: int = 0, share: bool = False
) -> Estimate:
    """Return the mean of the family means with a 95 % family bootstrap interval.

    The expanded percentile interval keeps its coverage with few families. Where there is little
    to resample and the values lie in [0, 1] (`share`), one family gives [0, 1], and of families
    that nearly agree the interval holds Wilson's over families too; other values that all agree
    give low = high.

    Raises:
        UndefinedMetric: if there is no item, or only one family and it is no `share`.
    """
    means = collapse(values, families)
    sums = np.column_stack([means, np.ones_like(means)])
    return estimate_sums(sums[:, None], len(families), seed, share)


def ratio_by_family(
    numerators: ArrayLike, denominators: ArrayLike, families: Sequence[str], seed: int = 0
) -> Estimate:
    """Return Σ numerators / Σ denominators with the interval of `mean_by_family`.

    Where all 0 ≤ numerator ≤ denominator it is a share. Items with denominator 0 are not part of n.

    Raises:
        UndefinedMetric: if the denominators sum to 0.
    """
    part = np.asarray(denominators, dtype=float) != 0
    sums = family_sums(families, np.where(part, numerators, 0), denominators)
    return estimate_sums(sums[:, None], int(part.sum()), seed, share=True)


def estimate_sums(
    sums: np.ndarray, n: int, seed: int = 0, share: bool = False, function: Function = only
) -> Estimate:
    """Return function(Σ numerators / Σ denominators) with its family bootstrap interval.

    `sums` is (families, J, 2), numerators and denominators by family of J ratios, and `function`
    maps ratios (..., J) to (...). All J ratios of a resample come from the same drawn families.
    The interval always holds the value; of shares (`share`) on which the families nearly agree it
    holds what unseen families may bring, too (`agreement.doubt`).

    Raises:
        UndefinedMetric: if there are too few families, or too few that bring all it needs.
    """
    sums = sums[sums[..., 1].any(axis=1)]
    families, value = len(sums), float(value_of(sums.sum(axis=0), function))
    if families == 1 and share and function is only and are_shares(sums):
        return Estimate(value, n, 0.0, 1.0, 1)
    _check(families, {"": value})
    drawn = _defined(value_of(draw_families(sums, seed), function))
    return Estimate(value, n, *_ends(value, drawn, sums, share, function), families)


def compare_sums(
    sums: np.ndarray,
    ideal: float | None,
    seed: int = 0,
    share: bool = False,
    function: Function = only,
) -> Change:
    """Compare function(Σ numerators / Σ denominators) before and after on the same families.

    `sums` is (families, 2, J, 2): before and after, ratios, numerator and denominator.
    Interval: family bootstrap of the difference, and as in `estimate_sums` more of shares that
    change alike in nearly all families. p: the share of ways to swap before and after by family
    that change as much as observed. Verdict: TOO_FEW if fewer than FEWEST_CHANGED
    families changed; UNCLEAR if p ≥ LEVEL or there is no fair point (None); otherwise BETTER or
    WORSE, as |after − ideal| is smaller or larger than |before − ideal|. Where the two lie on both
    sides of `ideal`, the interval of the change of that distance has to exclude 0 too.

    Raises:
        UndefinedMetric: if fewer than two families take part, or one side is undefined.
    """
    sums = sums[sums[..., 1].any(axis=(1, 2))]
    start, end = value_of(sums.sum(axis=0), function).tolist()
    _check(len(sums), {" before": start, " after": end})
    drawn = _defined(value_of(draw_families(sums, seed), function))
    low, high = _ends(
        end - start,
        drawn[:, 1] - drawn[:, 0],
        sums.reshape(len(sums), -1, 2),
        share,
        partial(_change, function),
    )
    changed = int((np.abs(sums[:, 1] - sums[:, 0]) > TINY).any(axis=(1, 2)).sum())
    p, verdict = swap_p(sums, seed, function), TOO_FEW if changed < FEWEST_CHANGED else UNCLEAR
    if verdict == UNCLEAR and p < LEVEL and ideal is not None:
        verdict = _nearer(start - ideal, end - ideal, drawn - ideal, len(sums))
    return Change(start, end, end - start, low, high, p, None, len(sums), changed, verdict)


def _change(function: Function, ratios: np.ndarray) -> np.ndarray:
    """Return the function's change from the first half of the ratios to the second."""
    before, after = np.split(ratios, 2, axis=-1)
    return function(after) - function(before)


def _ends(
    value: float, drawn: np.ndarray, sums: np.ndarray, share: bool, function: Function
) -> tuple[float, float]:
    """Return the interval of a value: of its resamples, and of shares of what they cannot hold."""
    low, high = interval(drawn, len(sums))
    bounded = share and are_shares(sums) and sums.shape[1] <= MOST_RATIOS
    if bounded and (high - low < TINY or nearly_agree(sums, function)):
        least, most = doubt(sums, function)
        low, high = min(low, least), max(high, most)
    return min(low, value), max(high, value)


def _defined(drawn: np.ndarray) -> np.ndarray:
    """Return the resamples in which the metric is defined: (resamples) or (resamples, 2)."""
    kept = drawn[~np.isnan(drawn.reshape(len(drawn), -1)).any(axis=1)]
    if len(kept) < DEFINED * len(drawn):
        raise UndefinedMetric(
            "The metric has no value that would hold: only one or two families have something that "
            "it needs. Take more items."
        )
    return kept


def _check(families: int, values: Mapping[str, float]) -> None:
    """Refuse what is undefined; `values` are by when they were measured."""
    if families == 0:
        raise UndefinedMetric("The metric has no value: no item takes part. Take more items.")
    for when, value in values.items():
        if math.isnan(value):
            raise UndefinedMetric(
                f"The metric has no value{when}: no item takes part in it or in a part of it. "
                "Take more items."
            )
    if families == 1:
        raise UndefinedMetric(
            "The metric has no value that would hold: its items are all of one family. "
            "Take more items."
        )


def _nearer(start: float, end: float, drawn: np.ndarray, families: int) -> str:
    low, high = interval(np.abs(drawn[:, 1]) - np.abs(drawn[:, 0]), families)
    if abs(end) == abs(start) or (start * end < 0 and low <= 0 <= high):
        return UNCLEAR
    return BETTER if abs(end) < abs(start) else WORSE
