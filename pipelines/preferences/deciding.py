"""What a person decides about preference rows: train on them or not. Every change is journaled."""

from pipelines.errors import DataError
from pipelines.records import Event, PreferenceRow
from pipelines.store import Project


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
