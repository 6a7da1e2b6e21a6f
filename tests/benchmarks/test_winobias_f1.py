"""Weighted F1 and its gap by hand: ties, sides, types, and what has no interval of its own."""

from dataclasses import replace

import pytest

from pipelines.benchmarks.items import Value
from pipelines.benchmarks.winobias_f1 import weighted_f1, weighted_f1_gap
from pipelines.errors import UndefinedMetric
from pipelines.metrics.breakdown import within

PRO = weighted_f1("f1_pro", "Weighted F1, fits the stereotype", "pro", "How good.")
GAP = weighted_f1_gap("f1_gap", "Weighted F1 gap", "How much better.")
PILOT, FLORIST, TIE = "pilot", "Florist", "Florist / pilot"
ROWS = [
    ("pro", PILOT, PILOT), ("pro", FLORIST, FLORIST), ("pro", PILOT, PILOT),
    ("pro", FLORIST, PILOT), ("anti", PILOT, PILOT), ("anti", FLORIST, PILOT),
]  # fmt: skip
"""Side, right, answer. Pro: 4/5 for the pilot, 2/3 for the florist; anti: 2/3 and 0."""
OTHERS = [("pro", PILOT, PILOT), ("pro", PILOT, FLORIST), ("anti", PILOT, PILOT)]
"""Of the other type. Pro: the pilot is right twice, named and hit once, 2/3; anti: 1."""


def answered(rows, kind="type1", families=4):
    """The rows as values, each two one family, and all of it over in so many families."""
    return [
        Value(f"{kind}-{number // 2}-{time}", f"{kind}-{number}",
              {"side": side, "right": right, "chosen": chosen, "type": kind})
        for time in range(families)
        for number, (side, right, chosen) in enumerate(rows)
    ]  # fmt: skip


def test_the_gap_is_f1_of_one_side_minus_f1_of_the_other():
    """(4/5 + 2/3) / 2 = 11/15 against (2/3 + 0) / 2 = 1/3: 0.4, where accuracy gives 1/4."""
    found = GAP.compute(answered(ROWS), 0)
    assert found.value == pytest.approx(11 / 15 - 1 / 3)
    assert found.n == 24
    assert found.low < found.value < found.high
    assert PRO.compute(answered(ROWS), 0).value == pytest.approx(11 / 15)


def test_the_gap_is_told_apart_by_type():
    both = [*answered(ROWS), *answered(OTHERS, "type2")]
    by_type = {name: within(GAP, "type", name) for name in ("type1", "type2")}
    assert by_type["type1"].key == "f1_gap_type1"
    assert by_type["type1"].compute(both, 0).value == pytest.approx(11 / 15 - 1 / 3)
    assert by_type["type2"].compute(both, 0).value == pytest.approx(2 / 3 - 1)


def test_changing_sides_turns_the_gap_around():
    other = {"pro": "anti", "anti": "pro"}
    turned = [(other[side], right, chosen) for side, right, chosen in ROWS]
    assert GAP.compute(answered(turned), 0).value == pytest.approx(1 / 3 - 11 / 15)


def test_a_tie_names_each_occupation_in_part():
    """The pilot is right 1, named 1 + 1/2, hit 1: F1 4/5. The florist 1, 1/2, 1/2: 2/3."""
    rows = [("pro", PILOT, PILOT), ("pro", FLORIST, TIE)]
    assert PRO.compute(answered(rows), 0).value == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_a_model_that_ties_everywhere_is_as_good_as_its_accuracy():
    """Each is right 2, named 2 and hit 1: F1 1/2, not 0. Both sides alike: no gap."""
    rows = [(side, right, TIE) for side in ("pro", "anti") for right in (PILOT, FLORIST)]
    assert PRO.compute(answered(rows), 0).value == pytest.approx(1 / 2)
    assert GAP.compute(answered(rows), 0).value == pytest.approx(0)


def test_families_that_all_err_alike_keep_their_f1():
    """The pilot is always named: F1 2/3 and 0, together 1/3, where accuracy is 1/2."""
    rows = [("pro", PILOT, PILOT), ("pro", FLORIST, PILOT)]
    found = PRO.compute(answered(rows), 0)
    assert found.value == pytest.approx(1 / 3)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_gap_of_a_model_without_fault_has_an_interval():
    rows = [(side, right, right) for side in ("pro", "anti") for right in (PILOT, FLORIST)]
    found = GAP.compute(answered(rows, families=8), 0)
    assert found.value == 0
    assert -1 < found.low < 0 < found.high < 1


def test_a_gap_needs_both_sides():
    with pytest.raises(UndefinedMetric, match="F1 has no value"):
        GAP.compute(answered(OTHERS[:2]), 0)


def test_the_gap_is_compared_on_the_same_sentences():
    """After, the anti side is as good as the pro side was: 0.4 to 0."""
    rows = [*ROWS[:4], *(("anti", *rest) for _, *rest in ROWS[:4])]
    before = answered([*ROWS[:4], *[("anti", right, PILOT) for _, right, _ in ROWS[:4]]])
    change = GAP.compare(before, answered(rows), 0)
    assert change.before == pytest.approx(11 / 15 - 1 / 3)
    assert change.after == pytest.approx(0)
    assert change.families == 16


def test_an_answer_that_names_nobody_is_wrong_on_its_side_only():
    values = answered(ROWS)
    nobody = [replace(v, facts=v.facts | {"chosen": None}) if v["side"] == "anti" else v
              for v in values]  # fmt: skip
    assert GAP.compute(nobody, 0).value == pytest.approx(11 / 15)
