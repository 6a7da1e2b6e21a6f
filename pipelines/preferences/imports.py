"""The `preferences import` stage: preference rows from a file, whole or not at all.

The file is read once, row by row, into a spool on disk; then one transaction writes its rows, their
families and the record of the file. A kill at any moment leaves all of it or nothing, and the same
file again adds nothing. Rows that hold sentences of public benchmarks are kept and excluded; rows
that came in before the benchmarks were at hand are looked through when their file is named again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pipelines.configs import ImportConfig
from pipelines.files.reading import (
    form_of,
    name_of,
    read_rows,
    sha256_of,
    while_unchanged,
)
from pipelines.files.spool import Spool
from pipelines.preferences.categorize import propose_missing
from pipelines.preferences.importing.collection import Collection
from pipelines.preferences.importing.contamination import BenchmarkIndex, index_benchmarks
from pipelines.preferences.importing.formats import LOOKED_AT, Format, choose_format
from pipelines.preferences.importing.intake import Intake, named
from pipelines.preferences.importing.notes import notes_of
from pipelines.preferences.importing.present import (
    KIND,
    imported_file,
    known_splits,
    load_present,
    standing,
    told_splits,
)
from pipelines.preferences.importing.recheck import exclude_contaminated
from pipelines.preferences.importing.splits import split_families
from pipelines.preferences.importing.writing import Plan, write_rows
from pipelines.progress import Progress
from pipelines.sources import ImportedFile
from pipelines.store import Project
from pipelines.stories.split import count_splits

EVERY = 1_000  # rows between two Progress


@dataclass(frozen=True)
class Source:
    """The file that is imported: its name, what names its bytes, its format and its rows."""

    name: str
    sha256: str
    format: Format
    rows: Iterator[tuple[int, Mapping[str, Any]]]

    @property
    def key(self) -> str:
        """The format by which the imported file is remembered."""
        return self.format.key or self.format.name


def import_preferences(project: Project, config: ImportConfig) -> Iterator[Progress]:
    """Import the rows of `config.file`; the result says what was taken, skipped and found.

    Raises:
        DataError: if the file cannot be read, is not in the format, or changes while it is read.
        ConfigError: if `columns` or `benchmarks_dir` cannot be used.
        ProjectError: if the disk is full, or another import wrote meanwhile.
    """
    source = open_source(Path(config.file).expanduser(), config)
    with project.read() as session:
        earlier = imported_file(session, source.sha256, source.key)
    index = index_benchmarks(config.benchmarks_dir) if config.benchmarks_dir.strip() else None
    if earlier is None:
        yield from import_source(project, config, source, index)
        return
    spoilt = exclude_contaminated(project, index) if index else Counter()
    result = already(earlier, source, spoilt)
    yield Progress(0, 0, f"{source.name} is imported already", result)


def open_source(path: Path, config: ImportConfig) -> Source:
    """Look at a file's first rows and tell its format.

    Raises:
        DataError: if the file cannot be read or is not in the format.
        ConfigError: if `columns` cannot be used.
    """
    sha256 = sha256_of(path)
    rows = while_unchanged(path, sha256, read_rows(path))
    first = list(islice(rows, LOOKED_AT))
    name = name_of(path)
    form = choose_format(
        [row for _, row in first], name, form_of(path), config.format, config.columns
    )
    return Source(name, sha256, form, chain(first, rows))


def import_source(
    project: Project, config: ImportConfig, source: Source, index: BenchmarkIndex | None
) -> Iterator[Progress]:
    """Read, compare and write the rows of a file that is not imported yet."""
    with Spool(project.root) as spool:
        collection = Collection(spool)
        with project.read() as session:
            stood = standing(session)
            load_present(session, collection)
        families = len(collection.families)
        intake = Intake(collection, source.format.parse, index)
        for number, (place, row) in enumerate(source.rows, start=1):
            intake.take(place, row)
            if number % EVERY == 0:
                yield Progress(0, number, f"{number:,} rows read, {intake.taken:,} to be taken")
        yield Progress(0, intake.read, "looking for near-duplicates")
        flags = near_duplicate_flags(collection, config.near_duplicate)
        collection.link_near_prompts(config.near_duplicate, families)
        yield Progress(0, intake.read, f"writing {intake.taken:,} rows")
        with project.read() as session:
            ids = [family.id for family in collection.families]
            known, counts = known_splits(session, ids), count_splits(session)
            told = told_splits(session, collection) if intake.taken else {}
        splits = split_families(ids, collection.links, known, config.seed, counts, told)
        file = record_of(source, intake, notes_of(source.format, intake, len(flags), splits))
        plan = Plan(collection, splits.of, known, flags, provenance(source), stood)
        if intake.taken or not intake.skipped:  # else it may be mended, or read as another format
            write_rows(project, plan, file)
    yield from propose_missing(project)
    yield Progress(
        intake.read,
        intake.read,
        f"{intake.taken:,} of {intake.read:,} rows taken from {source.name}",
        result_of(source, intake, len(flags), file.notes),
    )


def near_duplicate_flags(collection: Collection, threshold: float) -> dict[int, list[str]]:
    """Return a sentence for each new row that is nearly the same as another."""
    return {
        row: [f"Nearly the same as {named(collection, earlier)} (similarity {alike:.2f})."]
        for earlier, row, alike in collection.near_duplicates(threshold)
    }


def provenance(source: Source) -> dict[str, Any]:
    """Return what every family of the file keeps about it."""
    return {
        "file": source.name,
        "sha256": source.sha256,
        "format": source.key,
        "licence": source.format.licence,
    }


def record_of(source: Source, intake: Intake, notes: list[str]) -> ImportedFile:
    """Return the record of the file."""
    return ImportedFile(
        name=source.name,
        sha256=source.sha256,
        kind=KIND,
        format=source.key,
        read=intake.read,
        taken=intake.taken,
        skipped=dict(intake.skipped),
        repaired=dict(intake.repaired),
        notes=notes,
    )


def result_of(source: Source, intake: Intake, near: int, notes: list[str]) -> dict[str, Any]:
    """Return the stage's result."""
    return {
        "rows": intake.taken,
        "skipped": dict(intake.skipped),
        "format": source.format.name,
        "file": source.name,
        "read": intake.read,
        "repaired": dict(intake.repaired),
        "near_duplicates": near,
        "contradictions": intake.contradictions,
        "contaminated": dict(intake.contaminated),
        "leaks": {"before": intake.before.sentences(), "after": intake.after.sentences()},
        "notes": notes,
        "already": False,
    }


def already(earlier: ImportedFile, source: Source, spoilt: Counter) -> dict[str, Any]:
    """Return the result for a file that was imported before; `spoilt` counts rows by benchmark."""
    notes = [
        f"{source.name} was imported on {earlier.created_at:%Y-%m-%d} as {earlier.name} "
        f"({earlier.taken:,} rows), so nothing was added."
    ]
    notes += [
        f"Rows imported before that hold a sentence of {name}, and are excluded from now on: "
        f"{count:,}."
        for name, count in spoilt.most_common()
    ]
    return {
        "rows": 0,
        "skipped": {},
        "format": source.format.name,
        "file": source.name,
        "read": 0,
        "repaired": {},
        "near_duplicates": 0,
        "contradictions": 0,
        "contaminated": dict(spoilt),
        "leaks": {"before": [], "after": []},
        "notes": notes,
        "already": True,
    }
