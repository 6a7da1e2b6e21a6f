"""Make the arms that a row does not have, from one that it has.

Every word that the swap left open becomes a sentence in the story's notes. The arm of a story that
stands alone is found in its words; where none tells it, the row is left out.
"""

from collections.abc import Collection, Mapping

from pipelines.importing.found import Found, Unusable
from pipelines.records import Arm
from pipelines.stories.drafts import Told
from pipelines.swap.engine import Swapped, find_protagonist, swap

PREFERRED = (Arm.MALE, Arm.FEMALE, Arm.THEY)
"""From which arm another is made, if there are several: "he" leaves less open than "her"."""
NAMELESS = "the main character"
NO_GENDER = "no word tells the gender of the protagonist"


def complete(found: Found, arms: Collection[str]) -> dict[str, Told]:
    """Return the story of each of `arms`, in their order, with the protagonists' names.

    Raises:
        Unusable: if the arm of a story that stands alone cannot be found.
    """
    there = {arm: named(told) for arm, told in found.told.items()}
    if found.alone:
        arm, told = placed(found.alone)
        there.setdefault(arm, told)
    source = next(arm for arm in PREFERRED if arm in there)
    return {arm: there.get(arm) or made(there, source, arm) for arm in arms}


def named(told: Told) -> Told:
    """Return a story with its protagonist's name, "the main character" where none is found."""
    if told.name:
        return told
    protagonist = find_protagonist(told.text)
    return Told((protagonist and protagonist.name) or NAMELESS, told.text, told.notes)


def placed(alone: Told) -> tuple[str, Told]:
    """Return the arm of a story that stands alone, and the story with its name.

    Raises:
        Unusable: if no word tells the arm.
    """
    protagonist = find_protagonist(alone.text)
    if protagonist is None:
        raise Unusable(NO_GENDER)
    return protagonist.arm, Told(alone.name or protagonist.name or NAMELESS, alone.text)


def made(there: Mapping[str, Told], source: str, arm: str) -> Told:
    """Return the story of `source` told about another arm."""
    told = there[source]
    known = "" if told.name == NAMELESS else told.name
    swapped = swap(told.text, arm, name=known, of=source)
    name = swapped.names.get(told.name, told.name)
    return Told(name, swapped.text, notes_of(swapped))


def notes_of(swapped: Swapped) -> tuple[str, ...]:
    """Return a sentence for every word that the swap left open or left as it is on purpose."""
    looked_at = (*swapped.ambiguous, *swapped.flagged)
    return tuple(dict.fromkeys(f"“{one.word}”: {one.reason}" for one in looked_at))
