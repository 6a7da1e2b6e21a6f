"""Words that stay as they are: fixed phrases, known people, words about a body."""

from dataclasses import dataclass
from functools import cache

from pipelines.swap.tokens import Tokens, tokenize
from pipelines.swap.words import table

HONORS = frozenset({"honor", "honour", "grace", "excellency", "holiness", "highness"})


@dataclass(frozen=True)
class Kept:
    """A run of words that stays, and which of the tables it is from: fixed, people or body."""

    start: int
    end: int
    kind: str


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Map a first word to the phrases that begin with it, the longest first."""
    tables, found = table(), {}
    kinds = [(phrase, "fixed") for phrase in tables["fixed"]]
    kinds += [(name, "people") for name in tables["people"]]
    for arm in ("male", "female"):
        kinds += [(word, arm) for word in tables["body"][arm]]
        kinds += [(word, arm) for word in tables["body"]["phrases"][arm]]
    for phrase, kind in kinds:
        words = tuple(tokenize(phrase).low)
        found.setdefault(words[0], []).append((words, kind))
    for options in found.values():
        options.sort(key=lambda option: -len(option[0]))
    return found


def kept_runs(tokens: Tokens) -> list[Kept]:
    """Return the runs of words that stay, in order; body words have the arm as their kind."""
    phrases, found, place = _phrases(), [], 0
    low = tokens.low
    while place < len(low):
        options = phrases.get(low[place])
        run = _longest(tokens, place, options) if options else None
        if run:
            found.append(run)
            place = run.end
        else:
            place += 1
    return found


def _longest(tokens: Tokens, place: int, options: list) -> Kept | None:
    for words, kind in options:
        end = place + len(words)
        if tuple(tokens.low[place:end]) != words:
            continue
        if kind == "people" and not tokens.capitalized(place):
            continue
        if len(words) == 2 and words[1] in HONORS and not tokens.capitalized(place + 1):
            continue
        return Kept(place, end, kind)
    return None
