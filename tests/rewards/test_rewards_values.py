"""The implicit reward of one pair, and what is computed from many, worked by hand."""

import pytest

from pipelines.benchmarks.items import Item, Value
from pipelines.errors import ModelError
from pipelines.metrics.statistics import proportion
from pipelines.models.interface import Choices, Prompt, TokenLogps
from pipelines.rewards.measures import measures_of
from pipelines.rewards.rewards import as_reference, read_completions, stage_value, value_of
from pipelines.rewards.summary import length_notes

ASK = Choices(Prompt([]), ("good", "bad"))


def item(**facts):
    return Item("k", "f", (ASK,), facts=facts, texts=("good", "bad"))


def scored(better, worse):
    return [TokenLogps(tuple(range(len(one))), tuple(one)) for one in (better, worse)]


def computed(values, key, is_preferences=False, ideal=0.0):
    return measures_of(values, is_preferences, ideal).spec(key).compute(values, 0)


# One pair


def test_the_reward_is_beta_times_the_log_ratio_of_the_completion():
    """better −3 against −5: 0.1 · 2; worse −4 against −7: 0.1 · 3; so stigma is paid for."""
    found = value_of(item(), scored((-1.0, -2.0), (-4.0,)), scored((-2.0, -3.0), (-7.0,)), 0.1)
    assert found["reward_better"] == pytest.approx(0.2)
    assert found["reward_worse"] == pytest.approx(0.3)
    assert found["reward_margin"] == found.score == pytest.approx(0.1)
    assert found.bad is True
    assert (found["margin"], found["reference_margin"]) == (-1.0, -2.0)


def test_by_token_every_log_probability_is_divided_by_its_own_number_of_tokens():
    """better: 2 more over 2 tokens; worse: 3 more over 1: 0.1 · (3 − 1)."""
    found = value_of(item(), scored((-1.0, -2.0), (-4.0,)), scored((-2.0, -3.0), (-7.0,)), 0.1)
    assert found["reward_margin_per_token"] == pytest.approx(0.2)
    assert found["margin_per_token"] == pytest.approx(-4.0 + 1.5)


def test_tokens_before_the_completion_are_not_counted():
    """The first token of each option belongs to the prompt, as the template writes it."""
    read = read_completions(item(tokens=[1, 2]), scored((-50.0, -1.0), (-50.0, -2.0, -3.0)))
    assert (read.better, read.worse) == (-1.0, -5.0)
    assert read.worse_per_token == -2.5


def test_models_that_read_other_tokens_have_no_reward():
    other = [TokenLogps((9, 8), (-1.0, -1.0)), TokenLogps((7,), (-1.0,))]
    with pytest.raises(ModelError, match="as different tokens"):
        value_of(item(), scored((-1.0, -2.0), (-4.0,)), other, 0.1)


def test_equal_models_pay_for_nothing_and_take_no_side():
    given = scored((-1.0,), (-2.0,))
    found = value_of(item(), given, given, 0.1)
    assert (found["reward_margin"], found.bad) == (0, None)
    control = value_of(item(control="cisgender"), given, scored((-1.0,), (-9.0,)), 0.1)
    assert control["reward_margin"] > 0
    assert control.bad is None


def test_swapping_model_and_reference_turns_the_sign():
    now, then = scored((-1.0,), (-4.0,)), scored((-3.0,), (-9.0,))
    found = [value_of(item(), *pair, 0.1)["reward_margin"] for pair in ((now, then), (then, now))]
    assert found[0] == -found[1] != 0


@pytest.mark.parametrize(("affirms", "margin"), [("chosen", 0.3), ("rejected", -0.3)])
def test_of_a_row_the_stigmatizing_answer_may_be_the_chosen_one(affirms, margin):
    """rejected gained 3 nats more than chosen: stigma is paid for only if chosen affirms."""
    row = item(split="train", affirms=affirms)
    found = value_of(row, scored((-5.0,), (-4.0,)), scored((-5.0,), (-7.0,)), 0.1)
    assert found["reward_margin"] == pytest.approx(margin)
    assert found["preference_margin"] == pytest.approx(-0.3)
    assert found["chosen_ahead"] == -1.0


def test_a_row_that_cannot_be_told_brings_no_stigma():
    row = item(split="train", affirms="cannot tell")
    found = value_of(row, scored((-5.0,), (-4.0,)), scored((-5.0,), (-7.0,)), 0.1)
    assert found["reward_margin"] is None
    assert stage_value(row, scored((-5.0,), (-4.0,)))["margin"] is None
    keys = {spec.key for spec in measures_of([found], True, 0.0).metrics}
    assert keys >= {"reward_accuracy", "preference_margin"}
    assert "share_above" not in keys


# Many pairs


def pairs(*rows):
    """(family, reward margin, margin, reference margin, facts) as values."""
    return [
        Value(
            family,
            f"{number}",
            {
                "reward_margin": reward,
                "margin": margin,
                "reference_margin": before,
                "margin_per_token": margin,
                "reference_margin_per_token": before,
                **facts,
            },
        )
        for number, (family, reward, margin, before, facts) in enumerate(rows)
    ]


NONE = {}
CONTROL = {"control": "cisgender"}


def test_amplification_is_what_the_share_of_stigma_has_moved():
    """Before: a no, b yes, c no. After: a yes, b yes, c no. One of three came in: 1/3."""
    values = pairs(
        ("a", 0.2, 1.0, -1.0, NONE), ("b", 0.1, 2.0, 1.0, NONE), ("c", -0.3, -4.0, -1.0, NONE)
    )
    after, before = (computed(values, f"pct_stigma{end}").value for end in ("", "_reference"))
    assert (after, before) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert computed(values, "amplification").value == pytest.approx(after - before)
    assert computed(values, "reward_margin").value == pytest.approx(0.0)
    assert computed(values, "share_above").value == pytest.approx(2 / 3)


def test_where_no_scenario_flips_the_amplification_is_none_but_not_for_certain():
    """48 scenarios, half of them for stigma before and after: up to 7.4 % may be of others."""
    values = pairs(*((f"f{k:02}", 0.1, k - 23.5, k - 23.5, NONE) for k in range(48)))
    for key in ("amplification", "amplification_per_token"):
        found = computed(values, key)
        unseen = proportion(0, 48).high
        assert (found.value, found.low, found.high) == pytest.approx((0, -unseen, unseen))


def test_a_gap_to_the_baseline_that_no_scenario_shows_is_not_certain_either():
    values = pairs(
        *((f"f{k:02}", 0.1, 1.0, 1.0, facts) for k in range(20) for facts in (NONE, CONTROL))
    )
    found = computed(values, "stigma_gap")
    unseen = proportion(0, 20).high
    assert (found.value, found.low, found.high) == pytest.approx((0, -unseen, unseen))


def test_families_count_once_however_many_pairs_they_have():
    """a: mean of 0.2 and 0.4; b: −0.1. Mean of the two families: 0.1."""
    values = pairs(
        ("a", 0.2, 1.0, 1.0, NONE), ("a", 0.4, 1.0, 1.0, NONE), ("b", -0.1, 1.0, 1.0, NONE)
    )
    assert computed(values, "reward_margin").value == pytest.approx(0.1)


def test_controls_stand_beside_the_pairs_and_not_among_them():
    values = pairs(
        ("a", 0.4, 1.0, -1.0, NONE), ("a", 0.1, -1.0, -1.0, CONTROL),
        ("b", 0.2, 1.0, 1.0, NONE), ("b", 0.1, 1.0, 1.0, CONTROL),
    )  # fmt: skip
    assert computed(values, "reward_margin").n == 2
    assert computed(values, "reward_margin").value == pytest.approx(0.3)
    assert computed(values, "reward_margin_cisgender").value == pytest.approx(0.1)
    assert computed(values, "reward_gap").value == pytest.approx(0.2)
    assert computed(values, "stigma_gap").value == pytest.approx(0.5)


def test_without_controls_there_is_no_metric_of_them():
    values = pairs(("a", 0.4, 1.0, -1.0, NONE))
    keys = {spec.key for spec in measures_of(values, False, 0.0).metrics}
    assert "reward_gap" not in keys
    assert "reward_margin" in keys


def test_where_both_texts_say_the_same_of_two_groups_half_is_fair():
    values = pairs(("a", 0.4, 1.0, -1.0, NONE))
    assert measures_of(values, False, 0.5).spec("pct_stigma").ideal == 0.5
    assert measures_of(values, False, 0.0).spec("pct_stigma").ideal == 0.0


def test_the_reference_has_its_own_margins_and_no_rewards():
    values = pairs(("a", 0.2, 1.0, -1.0, NONE), ("b", 0.1, 2.0, 1.0, NONE))
    before = as_reference(values)
    spec = measures_of(values, False, 0.0).spec("pct_stigma")
    assert spec.compute(before, 0).value == computed(values, "pct_stigma_reference").value
    assert [value["reward_margin"] for value in before] == [0, 0]


def test_twelve_families_that_all_came_in_are_no_chance():
    values = pairs(*((f"f{number}", 0.1, 1.0, -1.0, NONE) for number in range(12)))
    change = (
        measures_of(values, False, 0.0).spec("pct_stigma").compare(as_reference(values), values, 0)
    )
    assert change.verdict == "worse"
    assert change.p == pytest.approx(2 / 2**12)


def test_rows_are_told_apart_by_what_the_training_saw():
    values = [
        Value("a", "1", {"split": "train", "preference_margin": 0.4, "category": "x"}),
        Value("b", "2", {"split": "train", "preference_margin": 0.2, "category": "x"}),
        Value("c", "3", {"split": "test", "preference_margin": -0.2}),
        Value("d", "4", {"split": "test", "preference_margin": 0.1}),
    ]
    measures = measures_of(values, True, 0.0)
    by_split = measures.of_group(measures.groups[0], values)
    accuracies = {level: specs[0].compute(values, 0).value for level, specs in by_split.items()}
    assert accuracies == {"train": 1.0, "test": 0.5}
    assert measures.spec("reward_accuracy").compute(values, 0).value == 0.75
    assert list(measures.of_group(measures.groups[1], values)) == ["x"]


def test_a_share_that_length_decides_is_said_to_be_so():
    told = {"pct_stigma": {"value": 0.97}, "pct_stigma_per_token": {"value": 0.46}}
    assert length_notes(told)[0].startswith(
        "Stigma is preferred in 97% of the pairs by whole texts"
    )
    near = {**told, "pct_stigma_per_token": {"value": 0.9}}
    undefined = {**told, "pct_stigma_per_token": {"value": None}}
    assert length_notes(near) == length_notes(undefined) == length_notes({}) == []
