"""Estimates and before/after comparisons by family, the unit of every statistic here.

The wordings of one plot are correlated, so items are collapsed to one number a family before
anything is resampled; tests by item raise 12 to 40 % false alarms on such data. Not covered:
families that are related to each other. Values that are not finite raise DataError everywhere.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from pipelines.errors import DataError, UndefinedMetric

RESAMPLES = 10_000
BLOCK = 100  # resamples in memory at once; few enough to stay in the processor's cache
FEWEST_CHANGED = 10
LEVEL = 0.05
Z = 1.959963984540054  # the normal quantile of a 95 % interval
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
    p_holm: float | None  # None until `with_holm` has seen all metrics shown together
    families: int
    changed_families: int
    verdict: str  # BETTER, WORSE, UNCLEAR or TOO_FEW


def proportion(k: float, n: int) -> Estimate:
    """Return k / n of independent items (each its own family) with Wilson's 95 % interval.

        (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)

    Range [0, 1]. Source: Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953

    Raises:
        UndefinedMetric: if n is 0.
    """
    if n == 0:
        raise UndefinedMetric("The share has no value: there is no item. Judge some first.")
    p, center, scale = k / n, k / n + Z**2 / (2 * n), 1 + Z**2 / n
    half = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    low, high = max(0.0, (center - half) / scale), min(1.0, (center + half) / scale)
    return Estimate(p, n, min(p, low), max(p, high), n)


def collapse(values: ArrayLike, families: Sequence[str]) -> np.ndarray:
    """Return one mean a family, shape (families,), in the order of the sorted family ids."""
    sums, items = _family_sums(families, values, np.ones(len(families))).T
    return sums / items


def mean_by_family(
    values: ArrayLike, families: Sequence[str], seed: int = 0, share: bool = False
) -> Estimate:
    """Return the mean of the family means with a 95 % family bootstrap interval.

    The expanded percentile interval keeps its coverage with few families. Where there is nothing
    to resample and the values lie in [0, 1] (`share`), one family gives [0, 1], and families that
    all agree give Wilson's interval over families; other values that all agree give low = high.
    Source: Hesterberg 2015, https://doi.org/10.1080/00031305.2015.1089789

    Raises:
        UndefinedMetric: if there is no item, or only one family and it is no `share`.
    """
    means = collapse(values, families)
    return _estimate(np.column_stack([means, np.ones_like(means)]), len(families), seed, share)


def ratio_by_family(
    numerators: ArrayLike, denominators: ArrayLike, families: Sequence[str], seed: int = 0
) -> Estimate:
    """Return the share Σ numerators / Σ denominators with the interval of `mean_by_family`.

    Range [0, 1]: 0 ≤ numerator ≤ denominator. Items with denominator 0 are not part of n.

    Raises:
        UndefinedMetric: if the denominators sum to 0.
    """
    part = np.asarray(denominators, dtype=float) != 0
    sums = _family_sums(families, np.where(part, numerators, 0), denominators)
    return _estimate(sums[sums[:, 1] != 0], int(part.sum()), seed, share=True)


def sign_flip_p(differences: ArrayLike, seed: int = 0) -> float:
    """Return the two-sided p of the mean of one difference a family, by flipping their signs.

    Range (0, 1], never 0; 1 if all differences are 0. Exact over all 2^m patterns of the m
    families that differ when these are at most RESAMPLES, otherwise RESAMPLES random ones and
    the observed one. Equals scipy's `permutation_test(permutation_type="samples")`.

    Raises:
        UndefinedMetric: if there is no family.
    """
    if len(differences) == 0:
        raise UndefinedMetric("The test has no value: there is no family. Judge some first.")
    return _swap_p(np.array([(0.0, 1.0, difference, 1.0) for difference in differences]), seed)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return Holm's adjusted p of each metric, in [p, 1]. Source: Holm 1979, jstor 4615733."""
    from statsmodels.stats.multitest import multipletests  # noqa: PLC0415  (slow to load)

    adjusted = multipletests(list(p_values.values()), method="holm")[1] if p_values else []
    return dict(zip(p_values, map(float, adjusted), strict=True))


def compare_by_family(
    before: ArrayLike,
    after: ArrayLike,
    families: Sequence[str],
    ideal: float | None,
    seed: int = 0,
    denominators: tuple[ArrayLike, ArrayLike] | None = None,
) -> Change:
    """Compare paired items: change = after − before of the means of family means.

    With `denominators` (of before, of after) it compares Σ values / Σ denominators instead.
    Interval: family bootstrap. p: swapping before and after by family, for means the sign-flip
    test. Verdict: TOO_FEW if fewer than FEWEST_CHANGED families changed; UNCLEAR if p ≥ LEVEL or
    there is no fair point (None); otherwise BETTER or WORSE, as |after − ideal| is smaller or
    larger than |before − ideal|. Where the two lie on both sides of `ideal`, the interval of the
    change of that distance has to exclude 0 too.

    Raises:
        UndefinedMetric: if fewer than two families take part, or denominators sum to 0.
    """
    if denominators is None:
        sums = np.column_stack([collapse(before, families), collapse(after, families)])
        sums = np.insert(sums, [1, 2], 1.0, axis=1)
    else:
        sums = _family_sums(families, before, denominators[0], after, denominators[1])
        sums = sums[sums[:, 1::2].any(axis=1)]
    if len(sums) < 2 or not sums[:, 1::2].any(axis=0).all():
        raise UndefinedMetric("The change has no value: too few items take part. Judge more.")
    start, end = (sums[:, ::2].sum(axis=0) / sums[:, 1::2].sum(axis=0)).tolist()
    drawn = _resample(sums, seed)  # (resamples, before and after)
    low, high = _interval(drawn[:, 1] - drawn[:, 0], len(sums))
    changed = int((np.abs(sums[:, 2:] - sums[:, :2]) > 1e-12).any(axis=1).sum())
    p, verdict = _swap_p(sums, seed), TOO_FEW if changed < FEWEST_CHANGED else UNCLEAR
    if verdict == UNCLEAR and p < LEVEL and ideal is not None:
        verdict = _nearer(start - ideal, end - ideal, drawn - ideal, len(sums))
    return Change(start, end, end - start, low, high, p, None, len(sums), changed, verdict)


def with_holm(changes: Mapping[str, Change]) -> dict[str, Change]:
    """Set p_holm over all changes shown together; what is clear only before Holm is UNCLEAR."""
    corrected = {}
    for key, p in holm({key: change.p for key, change in changes.items()}).items():
        kept = changes[key].verdict if p < LEVEL or changes[key].verdict == TOO_FEW else UNCLEAR
        corrected[key] = replace(changes[key], p_holm=p, verdict=kept)
    return corrected


def _nearer(start: float, end: float, drawn: np.ndarray, families: int) -> str:
    low, high = _interval(np.abs(drawn[:, 1]) - np.abs(drawn[:, 0]), families)
    if abs(end) == abs(start) or (start * end < 0 and low <= 0 <= high):
        return UNCLEAR
    return BETTER if abs(end) < abs(start) else WORSE


def _family_sums(families: Sequence[str], *columns: ArrayLike) -> np.ndarray:
    """Sum each column by family: (families, columns), the same for any order of the items."""
    arrays = [np.asarray(column, dtype=float) for column in columns]
    if not all(a.shape == (len(families),) and np.isfinite(a).all() for a in arrays):
        raise DataError("Values must be finite numbers, one a family id. Leave the others out.")
    ids, index = np.unique(np.array(list(families), dtype=str), return_inverse=True)
    orders = [np.lexsort((array, index)) for array in arrays]
    sums = [np.bincount(index[o], a[o], len(ids)) for a, o in zip(arrays, orders, strict=True)]
    return np.column_stack(sums)


def _estimate(sums: np.ndarray, n: int, seed: int, share: bool) -> Estimate:
    families = len(sums)
    if families < (1 if share else 2):
        raise UndefinedMetric(f"The metric has no value: {families} families. Judge more of them.")
    value = float(sums[:, 0].sum() / sums[:, 1].sum())
    if families == 1:
        low, high = 0.0, 1.0
    elif share and np.ptp(sums[:, 0] / sums[:, 1]) < 1e-12:
        return replace(proportion(value * families, families), n=n)
    else:
        low, high = _interval(_resample(sums, seed)[:, 0], families)
    return Estimate(value, n, low, high, families)


def _resample(sums: np.ndarray, seed: int) -> np.ndarray:
    """Draw families with replacement; return the ratio of each two columns: (resamples, ratios)."""
    rows, counts = np.unique(sums, axis=0, return_counts=True)
    rng, families = np.random.default_rng(seed), len(sums)
    if 8 * len(rows) <= families:
        drawn = rng.multinomial(families, counts / families, RESAMPLES) @ rows
    else:
        columns = np.repeat(rows, counts, axis=0).T
        picks = (rng.integers(families, size=(BLOCK, families)) for _ in range(RESAMPLES // BLOCK))
        drawn = np.hstack([[np.take(c, pick).sum(axis=1) for c in columns] for pick in picks]).T
    drawn = drawn[drawn[:, 1::2].all(axis=1)]  # a resample without any denominator has no ratio
    return drawn[:, ::2] / drawn[:, 1::2]


def _interval(drawn: np.ndarray, families: int) -> tuple[float, float]:
    from scipy.special import ndtr, stdtrit  # noqa: PLC0415  (slow to load)

    tail = ndtr(-math.sqrt(families / (families - 1)) * stdtrit(families - 1, 0.975))
    return tuple(np.quantile(drawn, [tail, 1 - tail]).tolist())


def _swap_p(sums: np.ndarray, seed: int) -> float:
    """Share of all patterns of swapped families, from none on, that change as much as observed."""
    moves, total = sums[:, 2:] - sums[:, :2], sums.sum(axis=0)
    moves = moves[moves.any(axis=1)]
    m = len(moves)
    if 2**m <= RESAMPLES:
        shifts = (np.arange(2**m)[:, None] >> np.arange(m) & 1) @ moves
    else:
        rng = np.random.default_rng(seed)
        swaps = (rng.integers(0, 2, (BLOCK, m), np.int8) for _ in range(RESAMPLES // BLOCK))
        shifts = np.vstack([np.zeros((1, 2)), *(swap.astype(float) @ moves for swap in swaps)])
    before, after = total[:2] + shifts, total[2:] - shifts
    with np.errstate(divide="ignore", invalid="ignore"):  # an undefined swap counts as large
        changes = np.abs(after[:, 0] / after[:, 1] - before[:, 0] / before[:, 1])
    return float(np.mean(~(changes < changes[0] * (1 - 1e-9) - 1e-12)))
