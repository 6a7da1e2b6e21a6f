"""What a project has of imports: its files, its rows, and how it stood when they were read."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.importing.whole_texts import stories_by_split
from pipelines.preferences.importing.collection import Collection
from pipelines.preferences.importing.row import ParsedRow
from pipelines.records import Family, Kind, PreferenceRow
from pipelines.sources import ImportedFile
from pipelines.stories.split import strictest

SOURCE = "imported"  # of the rows
KIND = "preferences"  # of the files
AT_A_TIME = 1_000


def imported_file(session: Session, sha256: str, key: str) -> ImportedFile | None:
    """Return the record of a file that was imported before in this format, or None."""
    return session.scalar(
        select(ImportedFile).where(
            ImportedFile.sha256 == sha256, ImportedFile.kind == KIND, ImportedFile.format == key
        )
    )


def standing(session: Session) -> tuple[int, ...]:
    """Return numbers that differ once rows, files or prompts were added or removed."""
    rows = select(func.count(), func.max(PreferenceRow.id)).where(PreferenceRow.source == SOURCE)
    files = select(func.count(), func.max(ImportedFile.id))
    prompts = select(func.count()).select_from(Family).where(Family.kind == Kind.PREFERENCE)
    found = [session.execute(query).one() for query in (rows, files, prompts)]
    return tuple(number or 0 for counts in found for number in counts)


def load_present(session: Session, collection: Collection) -> None:
    """Take the project's imported rows into an empty collection."""
    rows = session.execute(
        select(
            PreferenceRow.prompt,
            PreferenceRow.chosen,
            PreferenceRow.rejected,
            PreferenceRow.wording,
        )
        .where(PreferenceRow.source == SOURCE)
        .order_by(PreferenceRow.id)
        .execution_options(yield_per=AT_A_TIME)
    )
    for prompt, chosen, rejected, wording in rows:
        row = ParsedRow(tuple(prompt), chosen[0]["content"], rejected[0]["content"])
        number = collection.add(row)
        family = collection.families[collection.family_of[number]]
        family.wording = max(family.wording, wording)
    collection.present = len(collection.spool)


def known_splits(session: Session, ids: list[str]) -> dict[str, str]:
    """Return the splits of those of the ids that are families of the project."""
    known: dict[str, str] = {}
    for start in range(0, len(ids), AT_A_TIME):
        part = ids[start : start + AT_A_TIME]
        query = select(Family.id, Family.split).where(Family.id.in_(part))
        known.update(session.execute(query).tuples().all())
    return known


def told_splits(session: Session, collection: Collection) -> dict[str, str]:
    """Return the splits of the stories that prompts hold whole, by the ids of their families."""
    stories = stories_by_split(session)
    found: dict[str, str] = {}
    for family in collection.families if stories.starts else ():
        turns = collection.spool[family.first]["prompt"]
        splits = set().union(*(stories.labels_in(turn["content"]) for turn in turns))
        if splits:
            found[family.id] = strictest(splits)
    return found
