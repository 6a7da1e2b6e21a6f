"""Metrics of several ratios, and of several runs: worked by hand, mirrored, undefined aloud."""

import numpy as np
import pytest

from pipelines.benchmarks.items import Value
from pipelines.errors import UndefinedMetric
from pipelines.metrics.specs import compound, matched, metric
from tests.metrics.gaps import PRO, gap, items, of_kind, study


def test_a_compound_is_a_function_of_ratios_over_items():
    """Pro 3 of 4, anti 1 of 2: a gap of 1/4; 6 of 7 items take part in either."""
    rows = [("a", "pro", 1), ("a", "pro", 1), ("b", "pro", 1), ("b", "pro", 0)]
    rows += [("a", "anti", 1), ("c", "anti", 0), ("c", "other", 1)]
    found = gap().compute(items(*rows), 0)
    assert (found.value, found.n, found.families) == (0.25, 6, 3)


def test_a_compound_of_means_is_a_function_of_means_of_family_means():
    """Pro: a 1, b 1/2, so 3/4; anti: a 1, c 0, so 1/2."""
    rows = [("a", "pro", 1), ("a", "pro", 1), ("b", "pro", 1), ("b", "pro", 0)]
    rows += [("a", "anti", 1), ("c", "anti", 0)]
    assert gap("mean").compute(items(*rows), 0).value == 0.25


def test_a_weight_makes_a_ratio_of_weighted_sums():
    """a: 1 of weight 3, b: 0 of weight 1, c has no number: 3 / 4; two items, two families."""
    weighed = metric("w", "W", 1.0, "ratio", of_kind("pro"), "Weighed.", weight=lambda v: v["w"])
    rows = [("a", 1.0, 3.0), ("b", 0.0, 1.0), ("c", None, 5.0)]
    before = [Value(f, "0", {"kind": "pro", "right": r, "w": w}) for f, r, w in rows]
    found = weighed.compute(before, 0)
    assert (found.value, found.n, found.families) == (0.75, 2, 2)
    after = [Value(f, "0", {"kind": "pro", "right": 0.0, "w": w}) for f, _, w in rows[:2]]
    assert weighed.compare(before, after, 0).change == -0.75
    assert weighed.compare_runs(before, [after, before], 0).change == -0.375


def test_a_weight_keeps_a_share_that_is_never_right_between_0_and_1():
    """None right of 20 families: Wilson's 0 to 0.161, whatever the weights."""
    rare = metric("w", "W", 1.0, "ratio", of_kind("pro"), "Weighed.", weight=lambda v: 0.01)
    found = rare.compute(study(0, 0), 0)
    assert (found.low, found.high) == pytest.approx((0, 0.1611), abs=1e-4)


def test_a_compound_of_one_read_is_the_plain_metric():
    first = compound("pro", "Pro", 1.0, "ratio", (of_kind("pro"),), lambda r: r[..., 0], "Right.")
    before, after = study(12, 5, 40), study(30, 9, 40)
    assert first.compute(before, 3) == PRO.compute(before, 3)
    assert first.compare(before, after, 3) == PRO.compare(before, after, 3)


def test_a_gap_that_closes_is_better_and_mirrors():
    """Pro 18 and anti 4 of 20 to 9 and 8: from 14/20 to 1/20."""
    before, after = study(18, 4), study(9, 8)
    there, back = gap().compare(before, after, 0), gap().compare(after, before, 0)
    assert (there.before, there.after) == (pytest.approx(0.7), pytest.approx(0.05))
    assert (there.verdict, back.verdict) == ("better", "worse")
    assert (there.p, there.families, there.changed_families) == (back.p, 20, 13)


def test_the_p_of_a_gap_equals_enumeration():
    """Six families; each of the 64 swaps by hand."""
    rng = np.random.default_rng(3)
    numbers = rng.random((2, 2, 6))  # side, kind, family
    sides = [
        items(
            *(
                (f"f{f}", kind, side[k, f])
                for k, kind in enumerate(("pro", "anti"))
                for f in range(6)
            )
        )
        for side in numbers
    ]
    gaps = []
    for pattern in range(64):
        swapped = [pattern >> family & 1 for family in range(6)]
        side = np.where(swapped, numbers[::-1], numbers).mean(axis=2)
        gaps.append(abs((side[1, 0] - side[1, 1]) - (side[0, 0] - side[0, 1])))
    expected = np.mean(np.array(gaps) >= gaps[0] - 1e-12)
    assert gap().compare(*sides, 0).p == pytest.approx(expected)


def test_a_compound_without_one_of_its_ratios_is_undefined():
    for values in (items(), study(5, 5)[:20], study(5, 5)[:21]):
        with pytest.raises(UndefinedMetric, match="has no value"):
            gap().compute(values, 0)
    with pytest.raises(UndefinedMetric, match="has no value"):
        gap().compare(study(5, 5), study(5, 5)[:20], 0)


def test_each_undefined_metric_says_why():
    with pytest.raises(UndefinedMetric, match="no item takes part"):
        PRO.compute(items(("a", "other", 1)), 0)
    with pytest.raises(UndefinedMetric, match="no value: no item takes part in it or in a part"):
        gap().compute(study(5, 5)[:20], 0)
    with pytest.raises(UndefinedMetric, match="no value after"):
        gap().compare(study(5, 5), [*study(5, 5)[:20], *lacking(study(5, 5)[20:])], 0)
    with pytest.raises(UndefinedMetric, match="one or two families"):
        gap().compute(study(5, 5)[:21], 0)
    with pytest.raises(UndefinedMetric, match="all of one family"):
        gap().compute(items(("a", "pro", 1), ("a", "anti", 0)), 0)


def lacking(values):
    """The same items without a number."""
    return [type(value)(value.family_id, value.wording, {}) for value in values]


def test_an_item_that_loses_its_number_leaves_a_mean_on_both_sides_and_a_ratio_on_one():
    """20 families, of which 10 right; after, 10 of them cannot be read: the first 5 and last 5."""
    before, after = study(10, 0)[:20], study(10, 0)[:20]
    after = [*lacking(after[:5]), *after[5:15], *lacking(after[15:])]
    by_mean = compound("m", "M", 1.0, "mean", (of_kind("pro"),), lambda r: r[..., 0], "Mean.")
    assert by_mean.compare(before, after, 0).families == 10
    assert by_mean.compare(before, after, 0).before == 0.5
    ratio = PRO.compare(before[:8], after[:8], 0)
    assert (ratio.before, ratio.after, ratio.families) == (1, 1, 8)


def test_items_are_matched_by_family_and_wording_over_all_sets():
    one, two, three = study(3, 3, 4), study(2, 2, 4)[::-1], study(1, 1, 4)[:3]
    rows = matched(one, two, three)
    assert [[value.wording for value in row] for row in rows] == [[str(k)] * 3 for k in range(3)]
    assert [value["right"] for value in rows[2]] == [1, 0, 0]
