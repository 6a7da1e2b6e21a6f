"""What the protagonist is called in the result."""

from dataclasses import dataclass

from pipelines.swap.cast import Cast
from pipelines.swap.names import counterpart, name_arm
from pipelines.swap.protagonist import Lead


@dataclass(frozen=True)
class Renaming:
    """The protagonist's name before and after; `sure` says whether the new one leads back."""

    old: str
    new: str
    sure: bool = True


def rename(cast: Cast, lead: Lead, arm: str, new_name: str = "") -> Renaming | None:
    """Return the renaming for an arm, None where the protagonist has no name that may change.

    A name of people of any gender stays, unless its bearer was "they" before.
    """
    old = cast.spelled.get(lead.key)
    if not old:
        return None
    if new_name:
        return Renaming(old, new_name)
    usual = name_arm(old)
    if usual == "they" and lead.arm != "they":
        return Renaming(old, old, arm != "they")
    taken = frozenset(key for key in cast.spelled if key != lead.key)
    new, exact = counterpart(old, arm, taken)
    return Renaming(old, new, exact and usual == lead.arm)
