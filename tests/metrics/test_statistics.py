"""Estimates and comparisons by family: worked by hand, symmetric, calibrated where nothing is."""

import itertools
import math

import numpy as np
import pytest

from pipelines.errors import DataError, UndefinedMetric
from pipelines.metrics.statistics import (
    Estimate,
    collapse,
    mean_by_family,
    proportion,
    ratio_by_family,
)
from tests.metrics.by_family import compare_by_family, sign_flip_p

NAMES = [f"plot-{number:03}" for number in range(400)]
TOO_FEW = "too few families to tell"


def test_wilson_interval_of_one_in_ten():
    """p = 0.1, z² = 3.8415: center (0.1 + 0.19207) / 1.38415 = 0.2110; half width
    1.95996 · √(0.009 + 0.0096036) / 1.38415 = 0.1931; so 0.0179 to 0.4042."""
    estimate = proportion(1, 10)
    assert (estimate.value, estimate.n, estimate.families) == (0.1, 10, 10)
    assert (estimate.low, estimate.high) == pytest.approx((0.0179, 0.4042), abs=1e-4)


def test_wilson_interval_equals_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    for k, n in [(0, 1), (0, 30), (7, 30), (30, 30), (500, 908)]:
        estimate = proportion(k, n)
        expected = proportion_confint(k, n, method="wilson")
        assert (estimate.low, estimate.high) == pytest.approx(expected, abs=1e-12)


def test_an_estimate_prints_its_ideal_and_no_families():
    shown = Estimate(0.25, 4, 0.1, 0.6, 3).as_dict(0.5)
    assert shown == {"value": 0.25, "n": 4, "low": 0.1, "high": 0.6, "ideal": 0.5}


def test_an_empty_sample_is_undefined_not_zero():
    undefined = [
        lambda: proportion(0, 0),
        lambda: mean_by_family([], []),
        lambda: ratio_by_family([], [], []),
        lambda: ratio_by_family([0, 0], [0, 0], ["a", "b"]),
        lambda: compare_by_family([1], [0], ["a"], 0),
        lambda: compare_by_family([0, 0], [1, 1], "ab", 0, denominators=([0, 0], [1, 1])),
    ]
    for ask in undefined:
        with pytest.raises(UndefinedMetric, match="has no value"):
            ask()


def test_a_value_that_is_not_finite_or_has_no_family_is_refused():
    for values, families in [([1, math.nan], "ab"), ([1, math.inf], "ab"), ([1], "ab")]:
        with pytest.raises(DataError, match="one a family id"):
            mean_by_family(values, families)


def test_wordings_collapse_to_one_number_a_family():
    """b: (1 + 0) / 2 = 0.5; a: 1. In the order of the ids: 1, 0.5."""
    assert collapse([1, 1, 0], ["b", "a", "b"]).tolist() == [1, 0.5]


def test_the_mean_is_of_families_not_of_items():
    """Family a has three items of 1, b one of 0: by family (1 + 0) / 2, by item 3 / 4."""
    estimate = mean_by_family([1, 1, 1, 0], list("aaab"))
    assert (estimate.value, estimate.n, estimate.families) == (0.5, 4, 2)


def test_the_interval_is_the_expanded_percentile_interval():
    """20 families, half of them 1: the resampled sum is binomial(20, ½). The expanded tail is
    Φ(−√(20/19) · t₀.₉₇₅,₁₉) = Φ(−2.1474) = 0.01588, and binomial(20, ½) has its quantile at 5."""
    estimate = mean_by_family([0, 1] * 10, NAMES[:20])
    assert (estimate.low, estimate.high) == (0.25, 0.75)


def test_few_and_many_distinct_values_are_resampled_alike():
    """The multinomial of distinct values and the drawing of families are one distribution."""
    values = np.repeat([0.0, 1.0, 5.0], 100)
    jittered = values + np.linspace(0, 1e-6, 300)
    few, many = (mean_by_family(v, NAMES[:300]) for v in (values, jittered))
    assert (few.low, few.high) == pytest.approx((many.low, many.high), abs=0.02)


def test_families_that_all_agree_keep_the_doubt_of_their_number():
    estimate = mean_by_family([0] * 40, NAMES[:20] * 2, share=True)
    assert (estimate.value, estimate.n, estimate.low) == (0, 40, 0)
    assert estimate.high == pytest.approx(proportion(0, 20).high)


def test_one_family_says_nothing_about_others():
    alone = mean_by_family([0.2, 0.4], "aa", share=True)
    assert (alone.value, alone.low, alone.high) == (pytest.approx(0.3), 0, 1)
    with pytest.raises(UndefinedMetric, match="all of one family"):
        mean_by_family([0.2, 0.4], "aa")


def test_a_ratio_is_of_sums_and_counts_items_with_a_denominator():
    """a: 2 of 3, b: 0 of 1, c has no mismatch: (2 + 0) / (3 + 1), n 4, two families."""
    estimate = ratio_by_family([1, 1, 0, 0, 0], [1, 1, 1, 1, 0], list("aaabc"))
    assert (estimate.value, estimate.n, estimate.families) == (0.5, 4, 2)


def test_an_exact_sign_flip_equals_enumeration():
    rng = np.random.default_rng(4)
    for differences in [*rng.normal(0.4, 1, (5, 6)), np.array([1, 1, 0, -1, 2, 1.0])]:
        flips = [np.dot(s, differences) for s in itertools.product([1, -1], repeat=6)]
        expected = np.mean(np.abs(flips) >= abs(differences.sum()) - 1e-12)
        assert sign_flip_p(differences) == pytest.approx(expected)


def test_a_sign_flip_over_random_patterns_equals_scipy():
    from scipy.stats import permutation_test

    differences = np.random.default_rng(2).normal(0.3, 1, 40)
    drawn = {"permutation_type": "samples", "n_resamples": 10_000, "rng": 0}
    expected = permutation_test((differences,), np.mean, vectorized=True, **drawn).pvalue
    assert sign_flip_p(differences) == pytest.approx(expected, abs=0.01)


def test_a_p_is_never_zero_and_one_without_difference():
    """Six equal differences: only all signs alike are as large, 2 of 64 patterns."""
    assert sign_flip_p([1] * 6) == 2 / 64
    assert 0 < sign_flip_p([1] * 200) < 0.001
    assert sign_flip_p([0] * 30) == 1


@pytest.mark.parametrize(
    ("before", "after", "ideal", "verdict"),
    [
        (1, 0, 0, "better"),
        (0, 1, 0, "worse"),
        (0, 1, 1, "better"),
        (0.9, 0.6, 0.5, "better"),
        (0.25, 0.75, 0.5, "no clear change"),
        (1, 0, None, "no clear change"),
    ],
)
def test_the_distance_to_the_fair_point_decides(before, after, ideal, verdict):
    change = compare_by_family([before] * 12, [after] * 12, NAMES[:12], ideal)
    assert (change.verdict, change.p, change.families) == (verdict, 2 / 2**12, 12)
    assert change.change == pytest.approx(after - before)


def test_an_overshoot_that_is_hardly_farther_is_not_worse():
    """From −0.4 to about +0.5: it moved for certain, but 0.1 farther from 0 is within the noise."""
    noise = np.random.default_rng(0).normal(0, 0.8, 40)
    change = compare_by_family(np.full(40, -0.4), 0.5 + noise - noise.mean(), NAMES[:40], 0)
    assert (change.verdict, change.p < 0.001) == ("no clear change", True)


def test_two_families_better_of_two_are_too_few_to_tell():
    change = compare_by_family([1, 1], [0, 0], "ab", 0)
    assert (change.change, change.changed_families) == (-1, 2)
    assert change.verdict == TOO_FEW


def test_nine_changed_families_are_too_few_among_many():
    before, families = np.repeat([1, 0], [9, 91]), NAMES[:100]
    assert compare_by_family(before, 0 * before, families, 0).verdict == TOO_FEW
    before[9] = 1
    assert compare_by_family(before, 0 * before, families, 0).verdict == "better"


def test_ratios_are_compared_with_their_own_denominators():
    """Before 20 of 20 mismatches favor the man, after 5 of 10: from 1 to 0.5."""
    ones, half = np.ones(20), np.repeat([1.0, 0.0], 10)
    after = half * np.tile([1, 0], 10)
    change = compare_by_family(ones, after, NAMES[:20], 0.5, denominators=(ones, half))
    assert (change.before, change.after, change.verdict) == (1, 0.5, "better")


def test_the_order_of_items_and_the_names_of_families_do_not_matter():
    rng = np.random.default_rng(7)
    before, after = rng.random((2, 90))
    families, order = np.array(NAMES[:30] * 3), rng.permutation(90)
    first = compare_by_family(before, after, families, 0)
    assert compare_by_family(before[order], after[order], families[order], 0) == first
    renamed = compare_by_family(before, after, np.array(NAMES[30:0:-1] * 3), 0)
    assert (renamed.low, renamed.high) == pytest.approx((first.low, first.high))


def test_swapping_before_and_after_mirrors_the_change():
    before, after = np.random.default_rng(8).random((2, 60))
    there = compare_by_family(before, after + 0.5, NAMES[:60], 0)
    back = compare_by_family(after + 0.5, before, NAMES[:60], 0)
    assert back.change == pytest.approx(-there.change)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=0.02)
    assert (there.verdict, back.verdict, back.p) == ("worse", "better", there.p)


def study(seed, families=30, wordings=4):
    """Two models without any difference; the wordings of a family share its chance of 1."""
    rng = np.random.default_rng(seed)
    chances = rng.beta(0.8, 1.2, (2, families))  # each model has its own liking for each plot
    items = rng.random((2, families, wordings)) < chances[:, :, None]
    return items[0].ravel(), items[1].ravel(), np.repeat(NAMES[:families], wordings)


def test_where_nothing_changed_few_studies_raise_an_alarm():
    """400 null studies: 5 % alarms and 95 % coverage, give or take 2 standard errors of 1.1 %."""
    changes = [compare_by_family(*study(seed), ideal=0) for seed in range(400)]
    assert 0.02 <= np.mean([change.p < 0.05 for change in changes]) <= 0.075
    assert 0.925 <= np.mean([change.low <= 0 <= change.high for change in changes]) <= 0.975


def test_the_interval_of_a_rate_covers_the_truth():
    """400 studies of correlated items whose true rate is 0.8 / (0.8 + 1.2) = 0.4."""
    samples = [study(seed) for seed in range(400)]
    estimates = [mean_by_family(items, families, share=True) for items, _, families in samples]
    assert 0.925 <= np.mean([e.low <= 0.4 <= e.high for e in estimates]) <= 0.98


def test_a_ratio_whose_denominator_varies_raises_few_alarms_too():
    """300 null studies of the share of men among mismatches; 2 standard errors are 2.5 %."""
    changes = []
    for seed in range(300):
        before, after, families = study(seed)
        favored = np.random.default_rng(seed).random((2, 120)) < 0.6
        values = before & favored[0], after & favored[1]
        changes.append(compare_by_family(*values, families, 0.5, denominators=(before, after)))
    assert 0.015 <= np.mean([change.p < 0.05 for change in changes]) <= 0.08
    assert 0.92 <= np.mean([change.low <= 0 <= change.high for change in changes]) <= 0.98
