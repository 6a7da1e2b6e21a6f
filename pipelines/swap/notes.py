"""What a swap left open, as sentences for a person: one a reason, with all its words."""

from pipelines.swap.engine import Swapped

MOST_WORDS = 6


def notes_of(swapped: Swapped) -> tuple[str, ...]:
    """Return a sentence for each reason why words were left open or left as they are."""
    words: dict[str, list[str]] = {}
    for one in (*swapped.ambiguous, *swapped.flagged):
        words.setdefault(one.reason.rstrip("."), []).append(f"“{one.word.lower()}”")
    return tuple(f"{listed(found)}: {reason}." for reason, found in words.items())


def listed(words: list[str]) -> str:
    """Return the words, each once, and how many more there are."""
    each = list(dict.fromkeys(words))
    shown = ", ".join(each[:MOST_WORDS])
    return f"{shown} and {len(each) - MOST_WORDS} more" if len(each) > MOST_WORDS else shown
