"""Confounds on rows of which one thing is known each, worked by hand."""

import pytest

from pipelines.judgments.prompts import answer
from pipelines.preferences.confounds import confounds
from pipelines.records import PreferenceRow
from tests.stored_rows import say


def rows_of(*pairs, source="imported", prompts=None, splits=None):
    """A row a pair of texts, each of its own family."""
    return [
        PreferenceRow(
            family_id=f"f{number}", wording=1, arm="", model="", source=source,
            split=splits[number] if splits else "train",
            prompt=say("user", prompts[number] if prompts else f"Question {number}?"),
            chosen=say("assistant", chosen), rejected=say("assistant", rejected),
        )
        for number, (chosen, rejected) in enumerate(pairs)
    ]  # fmt: skip


def named(rows):
    return {found.name: found for found in confounds(rows)}


def test_the_length_gap_is_the_mean_difference_in_words():
    """Gaps +2, +2, −1, +1: mean 1; longer in 3 of 4."""
    rows = rows_of(("a b c", "a"), ("a b c d", "a b"), ("a b", "a b c"), ("a b", "a"))
    found = named(rows)
    assert found["length_gap"].value == pytest.approx(1.0)
    assert "4 rows of 4 families" in found["length_gap"].sentence
    assert found["chosen_longer"].value == pytest.approx(0.75)


def test_swapping_the_sides_mirrors_length():
    pairs = [("a b c", "a"), ("a b c d", "a b"), ("a b", "a b c"), ("x", "y")]
    found, mirrored = named(rows_of(*pairs)), named(rows_of(*[pair[::-1] for pair in pairs]))
    assert found["length_gap"].value == -mirrored["length_gap"].value
    assert found["chosen_longer"].value + mirrored["chosen_longer"].value == pytest.approx(1)


def test_sides_of_equal_length_raise_no_alarm():
    rows = rows_of(*[(f"one{n} two{n}", f"six{n} ten{n}") for n in range(20)])
    assert [found.name for found in confounds(rows) if found.alarm] == []
    assert named(rows)["chosen_longer"].value == pytest.approx(0.5)


def test_always_longer_chosen_answers_are_an_alarm():
    rows = rows_of(*[(f"one{n} two{n} three{n}", f"six{n}") for n in range(20)])
    alarms = {found.name for found in confounds(rows) if found.alarm}
    assert alarms == {"length_gap", "chosen_longer"}


def test_items_of_one_family_do_not_count_as_many():
    """Nineteen rows of one family and one of another: the interval is over two families."""
    rows = rows_of(*[("a b c", "a")] * 19, ("a", "a b c"))
    for row in rows[:19]:
        row.family_id = "one"
    gap = named(rows)["length_gap"]
    assert gap.value == pytest.approx(0.0)
    assert "20 rows of 2 families" in gap.sentence


def test_one_family_has_no_interval_and_says_so():
    rows = rows_of(("a b", "a"), ("c d", "c"))
    rows[1].family_id = rows[0].family_id
    gap = named(rows)["length_gap"]
    assert gap.value is None
    assert "undefined" in gap.sentence


def test_the_share_of_both_is_of_the_studys_own_rows():
    """Three rows of the study, two of them Both; the imported row is not asked."""
    texts = [answer("Both", "x")[0], answer("Both", "y")[0], answer("Moral", "z")[0]]
    own = rows_of(*[(text["content"], "no") for text in texts], source="balanced")
    assert named([*own, *rows_of(("a", "b"))])["both_share"].value == pytest.approx(2 / 3)
    assert "both_share" not in named(rows_of(("a", "b")))


def test_a_feature_of_the_surface_that_separates_the_sides_is_an_alarm():
    """Ten rows, the chosen answer ends with a full stop in nine: 0.9."""
    pairs = [(f"yes{n}." if n else "yes0", f"no{n}") for n in range(10)]
    leak = named(rows_of(*pairs))["format_leak"]
    assert leak.value == pytest.approx(0.9)
    assert leak.alarm
    assert "full stop" in leak.sentence
    assert not named(rows_of(*pairs[:9]))["format_leak"].alarm


def test_a_word_that_only_one_side_has_is_an_alarm():
    rows = rows_of(*[(f"However yes{n}", f"Well{n} no{n}") for n in range(12)])
    word = named(rows)["telltale_word"]
    assert (word.value, word.alarm) == (1.0, True)
    assert "“however”" in word.sentence


def test_a_prompt_in_two_splits_is_an_alarm():
    rows = rows_of(
        ("a", "b"), ("c", "d"), ("e", "f"),
        prompts=["Who?", "Who?", "What?"], splits=["train", "test", "train"],
    )  # fmt: skip
    found = named(rows)["unique_prompts"]
    assert found.value == pytest.approx(2 / 3)
    assert found.alarm
    assert "1 of them stand in more than one split" in found.sentence


def test_no_rows_have_no_confounds():
    assert confounds([]) == []
