"""Charts say what was measured: values, intervals, fair points, and a sentence that agrees."""

import json

from pipelines.charts.changes import (
    ability_beside_bias,
    ability_words,
    before_after,
    before_after_words,
    by_group,
    by_group_words,
    toward_interval,
)
from pipelines.charts.dress import blank
from pipelines.charts.gaps import gap_distribution, gap_words
from pipelines.charts.items import LOOKS, MOST_POINTS, drawn, item_scatter, scatter_words
from pipelines.charts.models import models_chart, models_words
from pipelines.charts.rewards import margin_chart, margin_words, stage_chart, stage_words
from pipelines.views.comparisons import ComparisonView, Measure, MetricChange
from pipelines.views.items import FATES
from pipelines.views.rewards import CONTROLS, AuditMetric, AuditStage


def change(**more):
    """One metric before and after."""
    given = {
        "benchmark": "own", "key": "m", "label": "Mismatch", "ideal": 0.0, "before": 0.4,
        "before_low": 0.3, "before_high": 0.5, "after": 0.1, "after_low": 0.05, "after_high": 0.2,
        "change": -0.3, "low": -0.4, "high": -0.1, "verdict": "better", "families": 20,
    }  # fmt: skip
    return MetricChange(**{**given, **more})


def texts(figure):
    """A figure as text."""
    return json.dumps(figure.to_plotly_json(), default=str)


def by_name(figure):
    """The traces of a figure by their names."""
    return {trace.name: trace for trace in figure.data if trace.name}


def test_before_and_after_stand_with_their_intervals_beside_the_fair_point():
    found = by_name(before_after([change()]))
    assert list(found["before"].x) == [0.4]
    assert list(found["after"].x) == [0.1]
    assert list(found["fair or best"].x) == [0.0]
    assert [round(v, 6) for v in found["before"].error_x.array] == [0.1]
    assert [round(v, 6) for v in found["before"].error_x.arrayminus] == [0.1]
    assert found["before"].marker.symbol != found["after"].marker.symbol


def test_a_metric_in_large_units_is_left_to_the_table():
    large = change(key="perplexity", before=20.0, after=21.0, ideal=None)
    assert "Nothing to compare" in texts(before_after([large]))
    assert before_after_words([large]) == "Only in the table: 1 in other units."
    assert before_after_words([]) == ""
    told = before_after_words([change(), large])
    assert told.endswith("Only in the table: 1 in other units.")


def test_metrics_that_are_not_drawn_are_said_for_what_they_are():
    many = [change(key=f"m{number}") for number in range(18)]
    assert before_after_words(many).endswith("Only in the table: 2 more.")
    assert "Only in the table" not in before_after_words(many[:16])
    told = before_after_words([change(), change(ideal=None, verdict="unclear")])
    assert told.startswith("Of 1 metrics with a fair or best point 1 lie nearer")
    assert "For 1 of 2 metrics" in told


def test_groups_that_are_not_drawn_are_said():
    groups = [change(group=f"g{number}", of="m", after=number / 40) for number in range(30)]
    assert len(by_name(by_group(groups, "Mismatch"))["after"].x) == 16
    assert "The 16 farthest of 30 groups are drawn" in by_group_words(groups, "Mismatch")
    assert "are drawn" not in by_group_words(groups[:16], "Mismatch")


def test_the_sentence_counts_what_the_chart_shows():
    told = before_after_words([change(), change(after=0.6, verdict="worse")])
    assert told.startswith("Of 2 metrics with a fair or best point 1 lie nearer")
    assert "For 2 of 2 metrics the move is better or worse by more than chance" in told


def test_groups_come_with_the_farthest_from_fair_first():
    groups = [
        change(group="work", of="m", label="Mismatch, work", after=0.1, n=10),
        change(group="home", of="m", label="Mismatch, home", after=0.5, n=30),
    ]
    shown = texts(by_group(groups, "Mismatch"))
    assert shown.index("home (n = 30)") < shown.index("work (n = 10)")
    told = by_group_words(groups, "Mismatch")
    assert "farthest from its fair point for home (0.5)" in told
    assert "away from it for home" in told


def test_groups_that_are_all_alike_are_not_ranked():
    groups = [change(group=name, of="m", after=0.0) for name in ("home", "work")]
    assert by_group_words(groups, "Mismatch").startswith("Mismatch after training is 0 for every")


def compared(*changes):
    """A comparison whose headlines are these changes."""
    aims = {"own": "bias", "mmlu": "ability"}
    measures = tuple(
        Measure(one.benchmark, one.benchmark, aims[one.benchmark], headline=one.key)
        for one in changes
    )
    return ComparisonView(1, "bundled", "run:1", None, tuple(changes), (), measures=measures)


def test_ability_stands_beside_bias_as_the_way_toward_the_best_point():
    lost = change(benchmark="mmlu", key="accuracy", ideal=1.0, before=0.6, after=0.5, change=-0.1,
                  low=-0.15, high=-0.05)  # fmt: skip
    found = by_name(ability_beside_bias(compared(change(), lost)))
    assert [round(v, 6) for v in found["bias"].x] == [0.3]
    assert [round(v, 6) for v in found["ability"].x] == [-0.1]
    assert found["bias"].marker.symbol != found["ability"].marker.symbol
    assert ability_words(compared(change(), lost)).endswith(
        "bias: 1 of 1 nearer; ability: 0 of 1 nearer."
    )


def test_the_interval_of_the_way_is_that_of_the_change_turned_to_the_fair_point():
    assert toward_interval(change()) == (0.1, 0.4)
    assert toward_interval(change(ideal=1.0)) == (-0.4, -0.1)
    assert toward_interval(change(ideal=0.2)) == (None, None)  # it has crossed


def test_every_item_has_a_symbol_by_its_fate():
    scores = [("a", 0.5, 0.1, "fixed"), ("b", 0.1, 0.5, "broken"), ("c", 0.2, 0.2, "unchanged")]
    found = by_name(item_scatter(scores, "shift"))
    assert list(found["fixed (1)"].x) == [0.5]
    assert found["fixed (1)"].marker.symbol != found["broken (1)"].marker.symbol
    assert scatter_words(scores) == (
        "Of 3 items 1 were fixed, 1 broken, 0 are still bad and 1 unchanged."
    )


def test_an_item_that_takes_no_side_is_told_apart():
    scores = [("a", 0.5, 0.1, "fixed"), ("b", 0.1, 0.5, "takes no side")]
    assert "takes no side (1)" in by_name(item_scatter(scores, "shift"))
    assert "1 take no side before or after" in scatter_words(scores)
    assert tuple(LOOKS) == FATES


def test_of_very_many_items_a_sample_is_drawn_and_said():
    scores = [(f"k{place}", place / 5672, 0.5, FATES[place % 2]) for place in range(5672)]
    found = by_name(item_scatter(scores, "shift"))
    shown = [len(found[f"{fate} (2,836)"].x) for fate in FATES[:2]]
    assert sum(shown) == MOST_POINTS
    assert {trace.type for trace in found.values()} == {"scatter"}
    assert "3,000 of 5,672 items are drawn" in scatter_words(scores)
    assert drawn(scores) == drawn(scores)
    assert "are drawn" not in scatter_words(scores[:MOST_POINTS])


def test_gaps_are_cumulative_and_counted_against_their_own_noise():
    before = [{"shift": 0.2, "noise": 0.1}, {"shift": 0.1, "noise": 0.3}]
    after = [{"shift": 0.0, "noise": 0.1}, {"shift": 0.05, "noise": None}]
    found = by_name(gap_distribution(before, after))
    assert list(found["gender changes, before (n = 2)"].y) == [0.0, 0.5, 1.0]
    assert "noise floor, after (n = 1)" in found
    assert gap_words(before, after) == (
        "Before training the gender moves 1 of 2 pairs by more than their own noise floor. "
        "After training the gender moves 0 of 1 pairs by more than their own noise floor."
    )


def test_margins_are_counted_without_the_baseline():
    margins = {"a": [1.0, -1.0], "b": [2.0], CONTROLS: [3.0, 4.0]}
    told = margin_words(margins, is_preferences=False)
    assert "in 2 of 3 pairs" in told
    assert "The 2 pairs of the cisgender baseline are not counted." in told
    assert "baseline" not in margin_words({"a": [1.0]}, is_preferences=False)


def test_margins_of_preference_rows_are_of_the_chosen_answer():
    margins = {"train": [1.0, -1.0], "test": [2.0]}
    assert "raised the chosen answer more in 2 of 3 rows" in margin_words(margins, True)
    assert "reward of chosen" in texts(margin_chart(margins, True))
    assert "pays for stigma" in texts(margin_chart(margins, False))


def stage(name, value, ideal=0.0, **more):
    """One stage of a training."""
    told = {"value": value, "low": 0.5, "high": 0.7, "n": 96, "ideal": ideal, **more}
    return AuditStage(name, "m", AuditMetric("pct_stigma", **told), None, {})


def test_stages_stand_against_the_fair_point_of_their_metric():
    stages = [stage("base", 0.6), stage("DPO", 0.65), stage("SFT", None)]
    figure = stage_chart(stages)
    assert list(figure.data[0].y) == ["base (n = 96)", "DPO (n = 96)"]
    assert figure.layout.shapes[0].x0 == 0.0
    assert stage_words(stages) == (
        "The stigmatizing text is the likelier one in the base model in 60 % of 96 pairs (95 % "
        "interval 50 % to 70 %), after DPO in 65 % of 96 pairs (95 % interval 50 % to 70 %). "
        "The fair point is 0 %."
    )
    assert stage_chart([stage("base", 0.6, ideal=0.5)]).layout.shapes[0].x0 == 0.5
    assert stage_words([stage("base", None)]) == ""


def test_a_stage_is_escaped_once():
    shown = stage_chart([stage("DPO <b> & co", 0.6)]).data[0]
    assert shown.y[0] == shown.text[0] == "DPO &lt;b&gt; &amp; co (n = 96)"


def test_models_show_what_is_defined():
    rate = {"value": 0.6, "low": 0.5, "high": 0.7}
    figure = models_chart([("bundled", {**rate, "ideal": 0.5}), ("run:1", {"value": None})], "m")
    assert list(figure.data[0].x) == [0.6]
    assert figure.layout.shapes[0].x0 == 0.5


def test_all_models_say_who_is_nearest_to_the_fair_point():
    rows = [("a", {"value": 0.6, "n": 3, "ideal": 0.5}), ("b", {"value": 0.1, "ideal": 0.5})]
    assert models_words(rows, "Share", percent=True) == (
        "Share of 2 models is nearest to its fair or best point, 50.0 %, for a (60.0 %) and "
        "farthest from it for b (10.0 %)."
    )
    free = [("a", {"value": 20.0}), ("b", {"value": 3.0}), ("c", {"value": None})]
    assert models_words(free, "Perplexity") == (
        "Perplexity of 2 models is lowest for b (3), highest for a (20)."
    )
    shown = texts(models_chart(rows, "Share", percent=True))
    assert "a (n = 3)" in shown
    assert "fair or best, 50.0 %" in shown


def test_a_name_that_tries_to_be_markup_is_text():
    figure = before_after([change(label="<a href='javascript:hack()'>x</a>")])
    assert "<a href" not in texts(figure)
    hostile = "<b>score</b>"
    figures = (blank(hostile), item_scatter([("a", 0.5, 0.1, "fixed")], hostile),
               models_chart([("m", {"value": 0.5, "n": 3, "ideal": 0.5})], hostile))  # fmt: skip
    for figure in figures:
        assert hostile not in texts(figure)
        assert "&lt;b&gt;score" in texts(figure)
