"""Several runs of one recipe: mean and spread by hand, and what stands for metrics of their own."""

from dataclasses import replace

import pytest

from pipelines.errors import UndefinedMetric
from pipelines.metrics.seeds import combine, over_seeds
from pipelines.metrics.statistics import Change
from tests.metrics.gaps import PRO, gap, items, study

SHARE = replace(gap("mean"), key="gap_mean")


def test_the_mean_of_runs_and_their_spread_by_hand():
    """Pro 12, 10 and 14 of 20: .6 .5 .7, mean .6, sd .1, from 15 of 20 before: −.15."""
    runs = [study(count, 4) for count in (12, 10, 14)]
    found = over_seeds(PRO, study(15, 4), runs, 0)
    assert [change.after for change in found.changes] == pytest.approx([0.6, 0.5, 0.7])
    assert (found.mean, found.sd, found.low, found.high) == pytest.approx((0.6, 0.1, 0.5, 0.7))
    assert found.change.change == pytest.approx(-0.15)
    assert found.change.changed_families == 5


def test_one_run_is_a_plain_comparison_whose_spread_is_unknown():
    before, after = study(15, 4), study(3, 4)
    found = over_seeds(PRO, before, [after], 0)
    assert found.change == PRO.compare(before, after, 0)
    assert (found.sd, found.as_dict()["sd"]) == (None, None)
    assert "not known from one run" in found.sentence
    assert found.words == "one run, 15.0%"


def test_runs_of_a_number_that_is_no_share_are_told_as_numbers():
    runs = [study(count, 4) for count in (12, 10, 14)]
    found = over_seeds(replace(PRO, percent=False), study(15, 4), runs, 0)
    assert found.words == "mean of 3 runs, 0.60; 0.50 to 0.70, standard deviation 0.10"


def test_equal_runs_are_compared_as_one_run():
    before, after = study(15, 4), study(3, 4)
    for spec in (PRO, gap(), SHARE):
        assert over_seeds(spec, before, [after] * 3, 0).change == spec.compare(before, after, 0)


def test_the_mean_model_is_of_items_not_of_runs():
    """Run 1 reads 2 items (1, 0), run 2 only the first (1): (1 + 0 + 1) of 3 answers."""
    before = items(*((f"f{k}", "pro", 1.0) for k in range(4)))
    first = items(*((f"f{k}", "pro", float(k < 2)) for k in range(4)))
    second = items(*((f"f{k}", "pro" if k < 2 else "other", 1.0) for k in range(4)))
    found = over_seeds(PRO, before, [first, second], 0)
    assert found.change.after == pytest.approx(4 / 6)
    assert found.mean == pytest.approx((2 / 4 + 2 / 2) / 2)


def test_runs_that_differ_around_no_change_are_no_change():
    """Each run moves 10 families for certain, one up and one down: their mean moves nothing."""
    before = study(10, 4)
    found = over_seeds(PRO, before, [study(0, 4), study(20, 4)], 0)
    assert [change.verdict for change in found.changes] == ["worse", "better"]
    assert (found.change.change, found.change.verdict) == (0, "no clear change")


def test_what_is_printed_names_both_doubts():
    runs = [study(count, 4) for count in (12, 10, 14)]
    shown = over_seeds(PRO, study(15, 4), runs, 0).as_dict()
    assert list(shown) == [
        "runs",
        "after",
        "mean",
        "sd",
        "min",
        "max",
        "changes",
        "words",
        "sentence",
    ]
    assert shown["changes"][1]["after"] == 0.5
    assert shown["words"] == (
        "mean of 3 runs, 60.0%; 50.0% to 70.0%, standard deviation 10.0 points"
    )
    assert shown["sentence"].startswith(
        "Pro, 3 runs with other seeds: 60.0% after on average, from 50.0% to 70.0% (standard "
        "deviation 10.0 points)."
    )


def test_an_undefined_run_is_named():
    with pytest.raises(UndefinedMetric, match="Run 2: The metric has no value"):
        over_seeds(gap(), study(5, 5), [study(5, 5), study(5, 5)[:20]], 0)
    with pytest.raises(UndefinedMetric, match="no run after"):
        over_seeds(PRO, study(5, 5), [], 0)


def test_a_metric_of_its_own_formula_gets_the_mean_of_its_changes():
    """p = 2 · (.01 + .02) / 2 = .03; ends (−.3 − .2) / 2 and (−.1 + 0) / 2."""
    first = Change(0.5, 0.3, -0.2, -0.3, -0.1, 0.01, None, 40, 20, "better")
    second = Change(0.5, 0.4, -0.1, -0.2, 0.0, 0.02, None, 40, 15, "better")
    both = combine([first, second])
    assert (both.after, both.change, both.low, both.high, both.p) == pytest.approx(
        (0.35, -0.15, -0.25, -0.05, 0.03)
    )
    assert (both.verdict, both.changed_families) == ("better", 15)
    assert combine([first, replace(second, verdict="worse")]).verdict == "no clear change"
    assert combine([first, replace(second, p=0.06)]).verdict == "no clear change"
    few = replace(second, verdict="too few families to tell", changed_families=3)
    assert (combine([first, few]).verdict, combine([first, few]).changed_families) == (
        few.verdict,
        3,
    )
    assert combine([replace(first, p=0.9)] * 2).p == 1


def test_a_spec_without_a_mean_of_runs_is_combined():
    alone = replace(PRO, compare_runs=None)
    runs = [study(12, 4), study(10, 4)]
    found = over_seeds(alone, study(15, 4), runs, 0)
    assert found.change == combine(found.changes)


def test_groups_are_compared_over_runs_too():
    from pipelines.metrics.breakdown import within

    spec = within(PRO, "kind", "pro")
    before, runs = study(15, 4), [study(12, 4), study(10, 4)]
    assert over_seeds(spec, before, runs, 0).change == over_seeds(PRO, before, runs, 0).change
