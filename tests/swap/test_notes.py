"""What a swap left open, as sentences."""

import pytest

from pipelines.swap.engine import Ambiguity, Swapped, swap
from pipelines.swap.notes import needs_decision, notes_of


def left(word, reason):
    return Ambiguity(0, 1, word, ("a", "b"), reason)


def test_words_with_one_reason_share_a_sentence():
    words = [left("He", "it may be Tom's."), left("he", "it may be Tom's"), left("his", "unclear")]
    swapped = Swapped("text", tuple(words), (left("ship", "a ship"),), {})
    assert notes_of(swapped) == ("“he”: it may be Tom's.", "“his”: unclear.", "“ship”: a ship.")


def test_many_words_are_counted_not_listed():
    words = tuple(left(f"w{number}", "why") for number in range(9))
    assert notes_of(Swapped("", words, (), {})) == (
        "“w0”, “w1”, “w2”, “w3”, “w4”, “w5” and 3 more: why.",
    )


def test_nothing_open_says_nothing():
    assert notes_of(Swapped("text", (), (), {})) == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Adam asked his neighbor for help. He was tired.", False),
        ("Adam asked Tom for help. He was tired.", True),
        ("Adam told his wife that he was tired.", True),
        ("Adam visited his mother. He was tired.", False),
    ],
)
def test_a_person_is_asked_only_where_the_pair_may_be_wrong(text, wanted):
    """A neighbor has no gender in the text; another man may be meant; a partner's may matter."""
    notes = notes_of(swap(text, "female"))
    assert any(map(needs_decision, notes)) is wanted


def test_one_reason_that_matters_is_enough_among_several():
    note = "“he”: “boss”, whose gender is not told, can be meant too; it was left."
    assert not needs_decision(note)
    assert needs_decision(note.replace("it was left", "it is unclear"))
