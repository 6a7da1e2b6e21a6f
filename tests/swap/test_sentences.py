from pathlib import Path

import pytest

from pipelines.swap.engine import swap

ROWS = [
    [cell.strip() for cell in line.split("|")] + ["", ""]
    for line in Path(__file__).with_name("sentences.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def named(cell):
    return {word for word in cell.split(", ") if word}


def test_the_table_has_250_different_sentences():
    assert len({(row[0], row[1]) for row in ROWS}) == len(ROWS) >= 250


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[1]}")
def test_a_sentence_becomes_what_was_written_down_before(row):
    to, text, expected, is_open, is_flagged = row[:5]
    swapped = swap(text, to)
    assert swapped.text == expected
    assert named(is_open) <= {one.word for one in swapped.ambiguous}
    assert named(is_flagged) <= {one.word for one in swapped.flagged}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[1]}")
def test_open_and_flagged_words_stand_where_they_are_said_to(row):
    swapped = swap(row[1], row[0])
    for one in (*swapped.ambiguous, *swapped.flagged):
        assert swapped.text[one.start : one.end] == one.word
        assert one.reason
        assert one.word in one.choices
