"""Rows are cleaned and checked, and what tells the sides apart without their words is told."""

import random
from collections import Counter

import pytest

from pipelines.preferences.importing.cleaning import MAX_CHARACTERS, cleaned
from pipelines.preferences.importing.leaks import format_leaks
from pipelines.preferences.importing.near import Sketches, near_pairs, words_of
from pipelines.preferences.importing.row import ParsedRow, RowSkipped


def row(prompt="Who leads?", chosen="Whoever is able.", rejected="A man."):
    return ParsedRow(({"role": "user", "content": prompt},), chosen, rejected)


def test_what_carries_no_meaning_is_removed_and_counted_by_row():
    repaired = Counter()
    found = cleaned(
        row("Who\r\nleads?\x07", " Whoever\u2028is able. ", "A \ud83d man.\n"), repaired
    )
    assert found.texts() == ["Who\nleads?", "Whoever\nis able.", "A \ufffd man."]
    assert repaired == {
        "line ends": 1,
        "control characters": 1,
        "white space at the ends of a text": 1,
        "half characters (lone surrogates)": 1,
    }


def test_words_and_white_space_inside_stay():
    text = "Tab\there,  two spaces\n\n  and an indent. “Quoted” – …"
    assert cleaned(row(chosen=text), Counter()).chosen == text


@pytest.mark.parametrize(
    ("parsed", "reason"),
    [
        (row(prompt=" \n"), "the prompt is empty, or one of its turns"),
        (row(chosen="\u00a0"), "the chosen answer is empty"),
        (row(rejected=""), "the rejected answer is empty"),
        (row(chosen=" a  MAN."), "chosen and rejected are the same"),
        (row(chosen="x" * (MAX_CHARACTERS + 1)), "has more than 32,000 characters"),
        (row(prompt="x" * (MAX_CHARACTERS + 1)), "has more than 32,000 characters"),
        (ParsedRow((), "a", "b"), "the prompt is empty"),
    ],
)
def test_rows_that_cannot_be_trained_on_are_skipped(parsed, reason):
    repaired = Counter()
    with pytest.raises(RowSkipped, match=reason):
        cleaned(parsed, repaired)
    assert not repaired


def test_a_row_of_the_greatest_length_is_taken():
    assert cleaned(row(chosen="x" * MAX_CHARACTERS), Counter())


FEATURES = {
    "begins with white space": (" yes, so", "no, so!!"),
    "ends with white space": ("yes, so ", "no, soo!"),
    "ends with a full stop, question or exclamation mark": ("yes, so.", "no, soo,"),
    "has line breaks": ("yes\nso", "no, so"),
    "has markdown such as lists, headings or bold type": ("**yes**", "no, soo"),
    "is the longer one": ("yes, so it is", "no, so"),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_each_leak_is_told_alone(feature):
    """18 of 20 rows have the feature on the chosen side alone: 0.9, which is a leak."""
    pair = FEATURES[feature]
    leaks = format_leaks([pair] * 18 + [("same", "same")] * 2)
    assert [leak for leak in leaks if feature in leak] == [
        f"In 18 of 20 rows only the chosen answer {feature}, so that alone tells chosen from "
        "rejected."
    ]


def test_swapping_the_sides_swaps_the_sentence():
    pairs = [FEATURES["has line breaks"]] * 20
    swapped = [(rejected, chosen) for chosen, rejected in pairs]
    assert [s.replace("chosen a", "rejected a") for s in format_leaks(pairs)] == format_leaks(
        swapped
    )


def test_below_nine_in_ten_or_ten_rows_nothing_is_told():
    pair = FEATURES["has line breaks"]
    assert not format_leaks([pair] * 17 + [("same", "same")] * 3)
    assert not format_leaks([pair] * 9)
    assert not format_leaks([])


def test_a_feature_on_both_sides_is_no_leak():
    assert not format_leaks([(" yes.", " not.")] * 20)


def sketched(texts):
    sketches = Sketches()
    for text in texts:
        sketches.add(words_of(text))
    return sketches.table()


def test_near_duplicates_are_found_and_unrelated_texts_are_not_compared():
    """200 texts of 30 random words and a copy of each with one word changed."""
    draw = random.Random(0)
    words = [f"word{number}" for number in range(2_000)]
    texts = [draw.choices(words, k=30) for _ in range(200)]
    copies = [[*text[:10], "changed", *text[11:]] for text in texts]
    compared = []

    def similarity(one, other):
        compared.append((one, other))
        return 0.95 if other == one + 200 else 0.0

    table = sketched([" ".join(text) for text in texts + copies])
    found = list(near_pairs(table, 200, similarity, 0.9))
    assert {later for _, later, _ in found} == set(range(200, 400))
    assert len(compared) < 220


def test_only_texts_that_are_new_are_looked_at():
    table = sketched(["the same words here"] * 3)
    assert {later for _, later, _ in near_pairs(table, 2, lambda *_: 1.0, 0.9)} == {2}
    assert not list(near_pairs(sketched([]), 0, lambda *_: 1.0, 0.9))


def test_words_are_compared_without_case_apostrophes_and_punctuation():
    assert words_of("Don’t GO — don't!") == ["dont", "go", "dont"]
