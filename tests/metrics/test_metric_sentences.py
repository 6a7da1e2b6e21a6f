"""What is read aloud of a change: every verdict with its reason, and no more than was found."""

from dataclasses import replace

import pytest

from pipelines.metrics.sentences import runs_sentence, sentence
from pipelines.metrics.specs import metric
from pipelines.metrics.statistics import Change

GAP = metric("gap", "Gap", 0.0, "mean", float, "A gap.", percent=False)
FLOOR = metric("floor", "Floor", None, "mean", float, "A floor.", percent=False)
MOVED = Change(0.1, 0.4, 0.3, 0.2, 0.4, 0.0002, 0.004, 60, 30, "no clear change")


def test_a_metric_without_a_fair_point_moves_neither_to_better_nor_to_worse():
    assert sentence(FLOOR, MOVED).endswith(
        "It rose more than chance explains (p = 0.004, corrected for all metrics shown); it has no "
        "fair value, so that is neither better nor worse."
    )
    fell = replace(MOVED, before=0.4, after=0.1, change=-0.3)
    assert "It fell more than chance explains" in sentence(FLOOR, fell)


def test_a_metric_without_a_fair_point_but_with_a_direction_is_judged():
    """Perplexity has no fair value, and less of it is better."""
    worse = replace(MOVED, verdict="worse")
    assert "Worse: it rose more than chance explains (p = 0.004" in sentence(FLOOR, worse)


def test_chance_and_few_families_are_said_of_every_metric():
    for spec in (GAP, FLOOR):
        assert "chance may explain it (p = 0.300" in sentence(spec, replace(MOVED, p_holm=0.3))
        few = replace(MOVED, verdict="too few families to tell")
        assert sentence(spec, few).endswith("at least 10 have to change.")


def test_what_a_p_was_corrected_for_is_said():
    assert "p below 0.001)" in sentence(GAP, replace(MOVED, p_holm=None))
    assert "corrected for all groups of this metric" in sentence(replace(GAP, group="she"), MOVED)


@pytest.mark.parametrize(("percent", "said"), [(True, "10.0% to 30.0%"), (False, "0.10 to 0.30")])
def test_runs_are_told_with_their_spread(percent, said):
    spec = replace(GAP, percent=percent)
    found = runs_sentence(spec, [0.3, 0.1], 0.2, 0.1414)
    assert found.startswith("Gap, 2 runs with other seeds: ")
    assert f"from {said} (standard deviation " in found
    assert runs_sentence(spec, [0.3], 0.3, None).endswith("not known from one run.")
