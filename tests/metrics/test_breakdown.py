"""Metrics told apart by groups: keys, which items take part, and what they say of themselves."""

import pytest

from pipelines.benchmarks.declaring import Aim, Benchmark, Group
from pipelines.errors import UndefinedMetric
from pipelines.metrics.breakdown import all_metrics, describe, of_group, slug, within
from tests.metrics.gaps import PRO, gap, items, study

BENCHMARK = Benchmark(
    name="toy",
    label="Toy",
    aim=Aim.BIAS,
    meaning="A toy.",
    source="here",
    license="Apache-2.0",
    read=lambda place, form: [],
    value=lambda item, answers: None,
    metrics=(PRO, gap()),
    headline="pro",
    groups=(Group("kind", ("pro",)), Group("colour", ("gap",))),
)


def test_each_level_of_a_fact_gets_a_metric_after_the_plain_ones():
    """Nothing has a colour, so it brings no group."""
    specs = all_metrics(BENCHMARK, study(3, 3))
    assert [spec.key for spec in specs] == ["pro", "gap", "pro_anti", "pro_pro"]
    assert [(spec.group, spec.base) for spec in specs[2:]] == [("anti", "pro"), ("pro", "pro")]
    assert specs[3].label == "Pro, pro"


def test_a_group_takes_its_own_items_only():
    values = study(15, 4)
    pro = within(PRO, "kind", "pro")
    assert len(of_group(values, "kind", "pro")) == 20
    assert pro.compute(values, 0) == PRO.compute(values, 0)
    assert pro.compare(values, study(3, 4), 0) == PRO.compare(values, study(3, 4), 0)
    with pytest.raises(UndefinedMetric, match="no item takes part"):
        within(PRO, "kind", "anti").compute(values, 0)


def test_undefined_metrics_say_why_beside_the_others():
    found = describe(all_metrics(BENCHMARK, study(15, 4)), study(15, 4), 0)
    assert (found["pro"]["value"], found["pro"]["n"], found["pro"]["ideal"]) == (0.75, 20, 1.0)
    assert found["gap"]["value"] == pytest.approx(0.55)
    assert (found["pro_anti"]["value"], found["pro_anti"]["group"]) == (None, "anti")
    assert "no item takes part" in found["pro_anti"]["undefined"]


def test_an_undefined_metric_claims_no_number_of_items():
    """Four items take part, all of one family: there is no gap, but not for want of items."""
    values = items(*(("f", kind, 1) for kind in ("pro", "anti") for _ in range(2)))
    found = describe([gap()], values, 0)["gap"]
    assert found.keys() == {"value", "undefined", "ideal", "label", "percent"}
    assert found["value"] is None


def test_names_of_groups_become_words_of_a_key():
    names = ("Non-binary", " They/them ", "Trans (woman)", "非二元", "***")
    assert [slug(name) for name in names] == [
        "non_binary", "they_them", "trans_woman", "非二元", "unnamed",
    ]  # fmt: skip


def test_groups_that_make_one_key_stay_two():
    values = items(("a", "Non-binary", 1), ("b", "non binary", 0), ("c", "non binary", 0))
    specs = all_metrics(BENCHMARK, values)[2:]
    assert [(spec.key, spec.group) for spec in specs] == [
        ("pro_non_binary", "Non-binary"),
        ("pro_non_binary_2", "non binary"),
    ]


def test_a_fact_that_is_another_for_every_item_makes_no_groups():
    values = items(*((f"f{number}", f"kind {number}", 1) for number in range(201)))
    assert len(all_metrics(BENCHMARK, values)) == 2
    assert len(all_metrics(BENCHMARK, values[:200])) == 202
