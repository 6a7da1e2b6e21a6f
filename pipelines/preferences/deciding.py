"""What a person decides about preference rows: train on them or not. Every change is journaled.

A row of the study goes when its pair is no longer accepted and comes back when it is. What a person
had set on it is kept in the journal meanwhile, or the row would be trained on after all.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.errors import DataError
from pipelines.records import Event, PreferenceRow
from pipelines.store import Project

LEAVES = "leave"
"""The action of the event that keeps what a person had set on a row that goes."""


def decisions_kept(session: Session) -> dict[tuple, dict[str, Any]]:
    """Return what was set on rows that went, by `name_of`; of several times the last counts."""
    query = select(Event.before).where(
        Event.subject == PreferenceRow.__tablename__, Event.action == LEAVES
    )
    found = session.scalars(query.order_by(Event.id))
    return {tuple(before["row"]): before for before in found}


def give_back(row: PreferenceRow, kept: dict[tuple, dict[str, Any]]) -> None:
    """Give a row that comes back what a person had set on it."""
    before = kept.get(name_of(row))
    if before is None:
        return
    row.excluded = before["excluded"]
    if before["category"]:
        row.category, row.category_source = before["category"], "person"


def keep_decisions(session: Session, row: PreferenceRow, kept: dict[tuple, dict[str, Any]]) -> None:
    """Journal what a person has set on a row that goes, also that it is nothing any more."""
    category = row.category if row.category_source == "person" else ""
    if not (row.excluded or category or name_of(row) in kept):
        return
    session.add(
        Event(
            who="",
            action=LEAVES,
            subject=PreferenceRow.__tablename__,
            subject_id=str(row.id),
            before={"row": list(name_of(row)), "excluded": row.excluded, "category": category},
        )
    )


def name_of(row: PreferenceRow) -> tuple:
    """Return what names a row, whatever its id."""
    return (row.model, row.family_id, row.wording, row.arm, row.source)


def exclude_row(project: Project, row_id: int, excluded: bool, who: str) -> None:
    """Take a row out of training, or put it back.

    Raises:
        DataError: if there is no such row (any more).
    """
    with project.write() as session:
        row = session.get(PreferenceRow, row_id)
        if row is None:
            raise DataError("This row is not in the set any more. Choose it again from the list.")
        if row.excluded == excluded:
            return
        session.add(
            Event(
                who=who or "someone",
                action="exclude" if excluded else "include",
                subject="preference_row",
                subject_id=str(row_id),
                before={"excluded": row.excluded},
                after={"excluded": excluded},
            )
        )
        row.excluded = excluded
