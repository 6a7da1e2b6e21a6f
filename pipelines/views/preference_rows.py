"""Preference rows and imported files, as the page lists and shows them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from pipelines.preferences.confounds import Confound, confounds
from pipelines.records import Category, Family, PreferenceRow, Split
from pipelines.sources import ImportedFile
from pipelines.store import Project
from pipelines.views.pages import Key, Page, read_page


@dataclass(frozen=True)
class RowFilter:
    """Which rows; "all" takes every value, "" as a category is not proposed yet."""

    source: str = "all"
    category: str = "all"
    split: str = "all"
    state: str = "all"  # all / trained on / left out / flagged


@dataclass(frozen=True)
class RowView:
    """One row in the list."""

    id: int
    title: str
    source: str
    model: str
    split: str
    category: str
    category_source: str
    flags: int
    excluded: bool


@dataclass(frozen=True)
class RowDetail:
    """One row in full; messages are (role, content)."""

    row: RowView
    prompt: tuple[tuple[str, str], ...]
    chosen: tuple[tuple[str, str], ...]
    rejected: tuple[tuple[str, str], ...]
    flags: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FileView:
    """One imported file with what was taken, skipped and repaired."""

    name: str
    kind: str
    format: str
    read: int
    taken: int
    skipped: dict[str, int]
    repaired: dict[str, int]
    notes: tuple[str, ...]


def list_rows(project: Project, wanted: RowFilter, after: Key | None = None) -> Page[RowView]:
    """Return one page of the rows that the filter lets through."""
    own = PreferenceRow
    query = select(
        own.id, Family.title, own.source, own.model, own.split, own.category,
        own.category_source, func.json_array_length(own.flags), own.excluded,
    ).join(Family, Family.id == own.family_id)  # fmt: skip
    for column, value in (
        (own.source, wanted.source),
        (own.category, wanted.category),
        (own.split, wanted.split),
    ):
        if value != "all":
            query = query.where(column == value)
    if wanted.state == "flagged":
        query = query.where(func.json_array_length(own.flags) > 0)
    elif wanted.state != "all":
        query = query.where(own.excluded.is_(wanted.state == "left out"))
    with project.read() as session:
        return read_page(session, query, [own.id], after, lambda row: RowView(*row))


def read_row(project: Project, row_id: int) -> RowDetail | None:
    """Return one row in full, or None if it is not there (any more)."""
    with project.read() as session:
        row = session.get(PreferenceRow, row_id)
        if row is None:
            return None
        family = session.get_one(Family, row.family_id)
        return RowDetail(
            RowView(
                row.id, family.title, row.source, row.model, row.split, row.category,
                row.category_source, len(row.flags), row.excluded,
            ),
            messages(row.prompt), messages(row.chosen), messages(row.rejected),
            tuple(map(str, row.flags)),
            tuple((key, str(value)) for key, value in family.provenance.items()),
        )  # fmt: skip


def messages(conversation: list[Any]) -> tuple[tuple[str, str], ...]:
    """Return a conversation as pairs of role and content."""
    return tuple((str(one.get("role", "")), str(one.get("content", ""))) for one in conversation)


def count_categories(project: Project) -> dict[str, int]:
    """Return how many rows have each Category, and "" for those that have none yet."""
    query = select(PreferenceRow.category, func.count()).group_by(PreferenceRow.category)
    with project.read() as session:
        found = dict(session.execute(query).tuples().all())
    return {str(name): found.get(name, 0) for name in Category} | (
        {"": found[""]} if found.get("") else {}
    )


def read_confounds(project: Project, model: str) -> tuple[int, list[Confound]]:
    """Return how many rows this model would be trained on, and what else tells their sides apart.

    The rows are those that are stored: as last built, imported and written.
    """
    query = select(PreferenceRow).where(
        PreferenceRow.model.in_([model, ""]),
        PreferenceRow.excluded.is_(False),
        PreferenceRow.split != Split.TEST,
    )
    with project.read() as session:
        rows = session.scalars(query.order_by(PreferenceRow.id)).all()
    return len(rows), confounds(rows)


def list_files(project: Project, kind: str) -> list[FileView]:
    """Return the imported files of this kind, the newest first."""
    query = select(ImportedFile).where(ImportedFile.kind == kind).order_by(ImportedFile.id.desc())
    with project.read() as session:
        return [
            FileView(
                one.name, one.kind, one.format, one.read, one.taken, dict(one.skipped),
                dict(one.repaired), tuple(map(str, one.notes)),
            )
            for one in session.scalars(query)
        ]  # fmt: skip
