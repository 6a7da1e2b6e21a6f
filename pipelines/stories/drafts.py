"""Families that come from outside the library: how they are handed over and how they enter.

A draft holds each wording's arms as far as its source has them. Missing arms are made by the swap
engine before the draft enters; where that had to leave something open, the story says so in its
checks. A family that the project has already is left as it is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.records import Arm, Family, Kind, Story
from pipelines.store import in_parts
from pipelines.stories.arms import pronouns
from pipelines.stories.split import assign


@dataclass(frozen=True)
class Told:
    """One story: who it is about and its words; `notes` hold what a swap left open."""

    name: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FamilyDraft:
    """One family that is to enter; `wordings` hold a mapping from arm to story each."""

    id: str
    theme: str
    title: str
    source: str  # model / import / pasted
    wordings: tuple[Mapping[str, Told], ...]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    moral_reason: str = ""
    immoral_reason: str = ""
    kind: str = Kind.PLOT
    stance: str | None = None


def add_drafts(
    session: Session, drafts: Iterable[FamilyDraft], seed: int, taken: Counter
) -> list[str]:
    """Write the families that the project does not have yet; return their ids.

    `taken` counts the splits there are, as `count_splits` gives them; it is brought up to date.
    """
    unique = {draft.id: draft for draft in drafts}
    present = present_ids(session, list(unique))
    new = [draft for draft in unique.values() if draft.id not in present]
    splits = assign(new, seed, taken)
    for draft in new:
        session.add(family_of(draft, splits[draft.id]))
    session.flush()
    for draft in new:
        session.add_all(stories_of(draft))
    return [draft.id for draft in new]


def present_ids(session: Session, ids: list[str]) -> set[str]:
    """Return which of the ids are families of the project."""
    found: set[str] = set()
    for part in in_parts(ids):
        found |= set(session.scalars(select(Family.id).where(Family.id.in_(part))))
    return found


def family_of(draft: FamilyDraft, split: str) -> Family:
    """Return the family's record."""
    return Family(
        id=draft.id,
        theme=draft.theme,
        title=draft.title,
        kind=draft.kind,
        source=draft.source,
        split=split,
        stance=draft.stance,
        moral_reason=draft.moral_reason,
        immoral_reason=draft.immoral_reason,
        provenance=dict(draft.provenance),
    )


def stories_of(draft: FamilyDraft) -> list[Story]:
    """Return the records of a draft's stories."""
    return [
        Story(
            family_id=draft.id,
            wording=number,
            arm=arm,
            name=told.name,
            pronouns=pronouns(Arm(arm)),
            text=told.text,
            checks={"left_open": list(told.notes)} if told.notes else {},
        )
        for number, arms in enumerate(draft.wordings, start=1)
        for arm, told in arms.items()
    ]
