"""Make the arms that a row does not have, from one that it has.

Every word that the swap left open becomes a sentence in the story's notes. The arm of a story that
stands alone is found in its words; where none tells it, the row is left out.
"""

from collections.abc import Collection

from pipelines.importing.found import Found, Unusable
from pipelines.records import Arm
from pipelines.stories.drafts import Told
from pipelines.swap.cast import read_cast
from pipelines.swap.engine import swap
from pipelines.swap.notes import notes_of
from pipelines.swap.protagonist import Protagonist, find_lead
from pipelines.swap.tokens import tokenize

PREFERRED = (Arm.MALE, Arm.FEMALE, Arm.THEY)
"""From which arm another is made, if there are several: "he" leaves less open than "her"."""
NAMELESS = "the main character"
NO_GENDER = "no word tells the gender of the protagonist"


def complete(found: Found, arms: Collection[str]) -> tuple[dict[str, Told], list[str]]:
    """Return the story of each of `arms`, in their order, and the arms that had to be made.

    Raises:
        Unusable: if the arm of a story that stands alone cannot be found.
    """
    there = {arm: named(told, arm) for arm, told in found.told.items()}
    if found.alone:
        arm, told = placed(found.alone)
        there[arm] = told
    source = next(arm for arm in PREFERRED if arm in there)
    missing = [arm for arm in arms if arm not in there]
    every = there | {arm: made(there[source], source, arm) for arm in missing}
    return {arm: every[arm] for arm in arms}, missing


def named(told: Told, arm: str) -> Told:
    """Return a story with its protagonist's name, "the main character" where none is found."""
    if told.name:
        return told
    protagonist = protagonist_of(told.text, of=arm)
    return Told((protagonist and protagonist.name) or NAMELESS, told.text)


def placed(alone: Told) -> tuple[str, Told]:
    """Return the arm of a story that stands alone, and the story with its name.

    Raises:
        Unusable: if no word tells the arm.
    """
    protagonist = protagonist_of(alone.text, alone.name)
    if protagonist is None:
        raise Unusable(NO_GENDER)
    return protagonist.arm, Told(alone.name or protagonist.name or NAMELESS, alone.text)


def protagonist_of(text: str, name: str = "", of: str = "") -> Protagonist | None:
    """Return whom a text is about, where its name or its arm may be known already."""
    cast = read_cast(tokenize(text), name)
    lead = find_lead(cast, name, of)
    return Protagonist(cast.spelled.get(lead.key, ""), lead.arm) if lead else None


def made(told: Told, source: str, arm: str) -> Told:
    """Return a story about `source` told about another arm."""
    known = "" if told.name == NAMELESS else told.name
    swapped = swap(told.text, arm, name=known, of=source)
    return Told(swapped.names.get(told.name, told.name), swapped.text, notes_of(swapped))
