"""Rewrite a text about one gender as a text about another, and say what stayed open.

Rules and tables only, no model: the same text always gives the same result. Not covered: texts in
other languages, people whom no name, title or gendered noun tells (the doctor), and a first name
that no table has (it stays).
"""

from dataclasses import dataclass

from pipelines.errors import ConfigError
from pipelines.swap.cast import Cast, read_cast
from pipelines.swap.protagonist import Lead, Protagonist, find_lead
from pipelines.swap.rewriting import Ambiguity, Edits
from pipelines.swap.swapping import Swapping
from pipelines.swap.tokens import tokenize
from pipelines.swap.words import ARMS, NEOPRONOUNS

__all__ = ["Ambiguity", "Protagonist", "Swapped", "find_protagonist", "swap"]


@dataclass(frozen=True)
class Swapped:
    """The resulting text, what is open, what was left on purpose, and old names by new ones."""

    text: str
    ambiguous: tuple[Ambiguity, ...]
    flagged: tuple[Ambiguity, ...]
    names: dict[str, str]


def swap(text: str, to: str, name: str = "", new_name: str = "", of: str = "") -> Swapped:
    """Rewrite `text` so that its protagonist is `to`; the words of other people stay.

    `to` is male, female, they, xe, ey, fae or ze; the last four have no way back. `name` is the
    protagonist's first name ("" finds it; a text without one works too), `new_name` what it
    becomes ("" takes it from the tables), `of` the protagonist's arm in the text ("" finds it).
    A text that tells no gender comes back as it was.

    `ambiguous` holds every word with more than one good reading, and those of other people that
    now share a pronoun with the protagonist; `flagged` holds what was left on purpose.

    Raises:
        ConfigError: for a `to` or an `of` that there is not.
    """
    if to not in (*ARMS, *NEOPRONOUNS):
        known = ", ".join((*ARMS, *NEOPRONOUNS))
        raise ConfigError(f"`to` must be one of {known}, got {to!r}.")
    if of not in ("", *ARMS):
        raise ConfigError(f"`of` must be male, female, they or empty, got {of!r}.")
    name, new_name = first_name(name), first_name(new_name)
    cast = read_cast(tokenize(text), name)
    lead = find_lead(cast, name, of)
    if lead is None:
        return Swapped(text, (), (), {})
    if lead.arm == to:
        return _renamed(text, cast, lead, new_name)
    swapping = Swapping(cast, lead, to, new_name)
    return _result(swapping, swapping.run())


def _renamed(text: str, cast: Cast, lead: Lead, new_name: str) -> Swapped:
    """Return a text that is about the right arm already, with its new name if there is one."""
    if not new_name:
        return Swapped(text, (), (), {})
    swapping = Swapping(cast, lead, lead.arm, new_name)
    for one in cast.mentions:
        if one.key == lead.key and one.kind == "name":
            swapping.write_name(one.place)
    swapping.edits.mend_neighbours()
    return _result(swapping, swapping.edits)


def _result(swapping: Swapping, edits: Edits) -> Swapped:
    name = swapping.renaming
    names = {name.old: name.new} if name and name.new != name.old else {}
    return Swapped(*edits.result(), names)


def first_name(name: str) -> str:
    """Return the first word of a name: a surname stays as it is."""
    return next(iter(name.split()), "")


def find_protagonist(text: str) -> Protagonist | None:
    """Return whom a text is about, None if no word tells a gender."""
    cast = read_cast(tokenize(text))
    lead = find_lead(cast)
    if lead is None:
        return None
    return Protagonist(cast.spelled.get(lead.key, ""), lead.arm)
