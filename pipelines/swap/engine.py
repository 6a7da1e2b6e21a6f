"""Rewrite a text about one gender as a text about another, and say what stayed open.

Rules and tables only, no model: the same text always gives the same result. Not covered: texts in
other languages, and first names that no table has.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ambiguity:
    """A word for a person to look at; `start` and `end` are positions in the resulting text."""

    start: int
    end: int
    word: str
    choices: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Swapped:
    """The resulting text, what is open, what was left on purpose, and old names by new ones."""

    text: str
    ambiguous: tuple[Ambiguity, ...]
    flagged: tuple[Ambiguity, ...]
    names: dict[str, str]


@dataclass(frozen=True)
class Protagonist:
    """Whom a text is about: a first name ("" if there is none) and an arm."""

    name: str
    arm: str


def swap(text: str, to: str, name: str = "", new_name: str = "", of: str = "") -> Swapped:
    """Rewrite `text` so that its protagonist is `to`."""
    raise NotImplementedError


def find_protagonist(text: str) -> Protagonist | None:
    """Return whom the text is about, None if no word tells a gender."""
    raise NotImplementedError
