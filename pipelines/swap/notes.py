"""What a swap left open, as sentences for a person: one a reason, with all its words.

Most need a decision. Some are only said: where the other reading is a person whose gender is not
told, where the word is plainly somebody else's, or where only the way back would differ.
"""

from pipelines.swap.engine import Swapped
from pipelines.swap.references import NARRATED, NOT_TOLD
from pipelines.swap.swapping import NAME_ALONE

MOST_WORDS = 6
ONLY_SAID = (NOT_TOLD, NARRATED, NAME_ALONE, "is said of somebody else", "the way back gives")


def notes_of(swapped: Swapped) -> tuple[str, ...]:
    """Return a sentence for each reason why words were left open or left as they are."""
    words: dict[str, list[str]] = {}
    for one in (*swapped.ambiguous, *swapped.flagged):
        words.setdefault(one.reason.rstrip("."), []).append(f"“{one.word.lower()}”")
    return tuple(f"{listed(found)}: {reason}." for reason, found in words.items())


def needs_decision(note: str) -> bool:
    """Tell whether a person has to look at what a note of `notes_of` says.

    A note may join several reasons by semicolons; one that needs a decision is enough.
    """
    parts = [part for part in note.split("; ") if not part.startswith("it was ")]
    return not all(any(said in part for said in ONLY_SAID) for part in parts)


def listed(words: list[str]) -> str:
    """Return the words, each once, and how many more there are."""
    each = list(dict.fromkeys(words))
    shown = ", ".join(each[:MOST_WORDS])
    return f"{shown} and {len(each) - MOST_WORDS} more" if len(each) > MOST_WORDS else shown
