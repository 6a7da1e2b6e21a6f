"""Write a spool of families in one transaction: all of it is in the project, or nothing is.

The write lock is held for as long as the rows take to be inserted, and for nothing else; how long
that was is returned.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.files.spool import Spool
from pipelines.importing.bulk import insert_values, place_of, values_of
from pipelines.importing.entries import IMPORTED, METHOD, PREFIXES
from pipelines.importing.found import Tally
from pipelines.importing.twins import divide, find_twins
from pipelines.judgments.inconsistency import compare_pairs, verdicts_by_key
from pipelines.records import BalancedJudgment, Family, Inconsistency, Judgment, Story, now
from pipelines.sources import ImportedFile
from pipelines.store import Project
from pipelines.stories.drafts import present_ids
from pipelines.stories.split import count_splits

BATCH = 2_000
SHOWN = 100
"""Ids of new families that are handed on; a longer list is nobody's to read."""
PRESENT = "already in the project"


class Entering(NamedTuple):
    """What has to be known of a family to give it a split."""

    id: str
    kind: str
    theme: str
    stance: str | None


@dataclass
class Written:
    """What came in, the first ids of it, and for how long the write lock was held."""

    families: int = 0
    ids: list[str] = field(default_factory=list)
    lock_seconds: float = 0.0


def write_spool(
    project: Project, spool: Spool, seed: int, tally: Tally, file: ImportedFile | None = None
) -> Written:
    """Write the families that the project does not have, and the record of their file.

    Families that are there already are counted in `tally`, which goes into the file's record.
    """
    written = Written()
    with project.read() as session:
        twins = find_twins(session, texts_of(spool))
    with project.write() as session:
        begun = time.monotonic()
        taken = count_splits(session)
        for batch in spool.batches(BATCH):
            new = only_new(session, batch)
            tally.skipped[PRESENT] += len(batch) - len(new)
            splits = divide([Entering(*entry["entering"]) for entry in new], seed, taken, twins)
            write_batch(session, new, splits)
            written.families += len(new)
            written.ids += [id_of(entry) for entry in new[: SHOWN - len(written.ids)]]
        if file is not None:
            keep_record(session, file, written, tally)
    written.lock_seconds = round(time.monotonic() - begun, 2)
    return written


def texts_of(spool: Spool) -> Iterator[tuple[str, list[str]]]:
    """Yield (id, texts of its stories) of every family of the spool."""
    text = place_of(Story, "text")
    for batch in spool.batches(BATCH):
        for entry in batch:
            yield id_of(entry), [story[text] for story in entry["stories"]]


def only_new(session: Session, batch: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries whose families the project does not have, whatever form they came in."""
    digests = [digest_in(id_of(entry)) for entry in batch]
    known = present_ids(session, [f"{form}-{digest}" for form in PREFIXES for digest in digests])
    present = {digest_in(family) for family in known}
    return [entry for entry in batch if digest_in(id_of(entry)) not in present]


def digest_in(family: str) -> str:
    """Return the part of a family's id that is made of its stories."""
    return family.rpartition("-")[2]


def id_of(entry: dict[str, Any]) -> str:
    """Return the id of an entry's family."""
    return entry["entering"][0]


def write_batch(session: Session, new: list[dict[str, Any]], splits: dict[str, str]) -> None:
    """Insert the rows of these families."""
    split = place_of(Family, "split")
    for entry in new:
        entry["family"][split] = splits[id_of(entry)]
    insert_values(session, Family, [entry["family"] for entry in new])
    insert_values(session, Story, [story for entry in new for story in entry["stories"]])
    write_judgments(session, [entry for entry in new if entry["judged"]])
    insert_values(session, BalancedJudgment, [row for entry in new for row in entry["balanced"]])


def write_judgments(session: Session, judged: list[dict[str, Any]]) -> None:
    """Insert the judgments that came with these families, and compare their pairs."""
    families = [id_of(entry) for entry in judged]
    stories = select(Story.family_id, Story.arm, Story.id).where(Story.family_id.in_(families))
    ids = {(family, arm): story for family, arm, story in session.execute(stories)}
    story_id, rows = place_of(Judgment, "story_id"), []
    for entry in judged:
        for arm, judgment in entry["judged"].items():
            judgment[story_id] = ids[id_of(entry), arm]
            rows.append(judgment)
    insert_values(session, Judgment, rows)
    verdicts = verdicts_by_key(session, IMPORTED, METHOD, families)
    compared = compare_pairs(verdicts, IMPORTED, METHOD)
    insert_values(session, Inconsistency, [values_of(row) for row in compared])
    session.expunge_all()


def keep_record(session: Session, file: ImportedFile, written: Written, tally: Tally) -> None:
    """Write that the file was imported; an import that went on is added to its first record."""
    same = select(ImportedFile).where(
        ImportedFile.sha256 == file.sha256,
        ImportedFile.kind == file.kind,
        ImportedFile.format == file.format,
    )
    record = session.scalar(same)
    if record is None:
        record = file
        session.add(record)
    record.read = tally.read
    record.taken += written.families
    record.skipped, record.repaired = dict(+tally.skipped), dict(+tally.repaired)
    record.notes = list(tally.notes)
    record.created_at = now()
