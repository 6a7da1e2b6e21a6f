"""What a swap left open, as sentences."""

from pipelines.swap.engine import Ambiguity, Swapped
from pipelines.swap.notes import notes_of


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
