"""Import a file of stories: the part of the `stories` stage that reads what others wrote.

A file is read to its end before anything is written, and comes in whole or not at all. The same
file a second time adds nothing, unless a limit or a theme left some of it out.

Not covered: web addresses, folders, several files at once.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from pipelines.configs import StoriesConfig
from pipelines.files.reading import name_of, sha256_of, while_unchanged
from pipelines.importing.cleaning import clean_theme
from pipelines.importing.entering import LEFT_FOR_LATER, enter
from pipelines.importing.entries import Origin
from pipelines.importing.formats import LICENSE_NOTES, Format, choose_format
from pipelines.importing.found import Repaired
from pipelines.progress import Progress
from pipelines.sources import ImportedFile
from pipelines.store import Project

KIND = "stories"
COUNTED_AT_ONCE = 20_000


def import_stories(project: Project, config: StoriesConfig) -> Iterator[Progress]:
    """Bring the families of the file `config.source` into the project.

    Raises:
        DataError: if the file cannot be read, has no stories, or changes while it is read.
        ConfigError: if the config's columns cannot be read.
    """
    path = Path(config.source).expanduser()
    digest = sha256_of(path)
    form = choose_format(path, config)
    earlier = find_earlier(project, digest, form)
    if earlier is not None and not set(LEFT_FOR_LATER) & earlier.skipped.keys():
        yield Progress(earlier.read, earlier.read, "imported already", nothing_new(earlier))
        return
    total = 0
    for total, _ in enumerate(form.rows(path), start=1):
        if total % COUNTED_AT_ONCE == 0:
            yield Progress(0, total, f"{total:,} rows found so far")
    yield Progress(0, total, f"reading {total:,} rows as {form.name}")
    origin = Origin(
        source="import",
        prefix=form.name,
        provenance={"file": name_of(path), "sha256": digest[:12], "format": form.name},
        theme=default_theme(config),
    )
    file = ImportedFile(
        name=name_of(path), sha256=digest, kind=KIND, format=form.label, read=0, taken=0
    )
    notes = [LICENSE_NOTES[form.name]] if form.name in LICENSE_NOTES else []
    rows = while_unchanged(path, digest, form.rows(path))
    yield from enter(project, config, form, origin, rows, total, file, notes)


def find_earlier(project: Project, digest: str, form: Format) -> ImportedFile | None:
    """Return the record of the same file read in the same way, None if there is none."""
    query = select(ImportedFile).where(
        ImportedFile.sha256 == digest, ImportedFile.kind == KIND, ImportedFile.format == form.label
    )
    with project.read() as session:
        return session.scalar(query)


def nothing_new(earlier: ImportedFile) -> dict:
    """Return the result of importing a file again."""
    day = earlier.created_at.date().isoformat()
    note = (
        f"{earlier.name} was imported on {day} (families: {earlier.taken:,}). "
        "It has not changed since, so nothing was added."
    )
    return {
        "families_added": 0, "ids": [], "read": earlier.read, "skipped": {}, "repaired": {},
        "notes": [note], "lock_seconds": 0.0,
    }  # fmt: skip


def default_theme(config: StoriesConfig) -> str:
    """Return the theme of stories that have none: the one asked for, else others."""
    return "others" if config.theme == "all" else clean_theme(config.theme, Repaired())
