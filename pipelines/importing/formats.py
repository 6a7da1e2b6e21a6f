"""Which form a file's stories have, and how its rows become families."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.configs import StoriesConfig
from pipelines.errors import DataError
from pipelines.files.reading import describe_columns, form_of, read_rows
from pipelines.importing import columns, genmo, paper
from pipelines.importing.found import Found, Repaired
from pipelines.importing.paragraphs import read_paragraphs

TEXTS = (".txt", ".md", ".text", "")
LICENSE_NOTES = {"genmo": genmo.LICENSE_NOTE}


@dataclass(frozen=True)
class Format:
    """How one file is read; `label` is kept with the file, so that other columns may follow."""

    name: str  # genmo / paper / table / text
    rows: Callable[[Path], Iterator[tuple[int, Mapping[str, Any]]]]
    read: Callable[[Mapping[str, Any], Repaired], Found]
    label: str


def choose_format(path: Path, config: StoriesConfig) -> Format:
    """Return the format that the config names, or that the file's first row shows.

    Raises:
        DataError: if the file cannot be read, or its first row is not of the format.
        ConfigError: if the config's columns cannot be read.
    """
    if config.format == "text" or (config.format == "auto" and is_prose(path)):
        return plain_text()
    _, row = next(read_rows(path))
    name = told_by(row, config.columns) if config.format == "auto" else config.format
    if name == "genmo":
        require_form(genmo.fits(row), path, row, "male_story, female_story and environment")
        return Format(name, read_rows, genmo.read_pair, name)
    if name == "paper":
        require_form(paper.fits(row), path, row, "male and female, each with a story")
        return Format(name, read_rows, paper.read_example, name)
    mapping = columns.find_columns(row, config.columns, path.name)
    label = f"table {config.columns}".strip()
    return Format("table", read_rows, columns.reader(mapping), label)


def told_by(row: Mapping[str, Any], named: str) -> str:
    """Return the format that a first row shows; where columns are named it is a table."""
    if named:
        return "table"
    return "paper" if paper.fits(row) else "genmo" if genmo.fits(row) else "table"


def plain_text() -> Format:
    """Return the format of plain text: one story a paragraph."""
    return Format(
        "text", read_paragraphs, columns.reader({"story": "story", "name": "name"}), "text"
    )


def is_prose(path: Path) -> bool:
    """Tell whether a file is text without columns: its name says so, and no header is known.

    Raises:
        DataError: if the file cannot be read.
    """
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    if form_of(path) != "table" or ending not in TEXTS:
        return False
    try:
        _, row = next(read_rows(path))
    except DataError:
        return True  # no table either; as text it can be read, or says why it cannot
    return not {*columns.STORIES, "story"} & columns.known_columns(row).keys()


def require_form(holds: bool, path: Path, row: Mapping[str, Any], needed: str) -> None:
    """Raise a DataError that names the columns there are, unless the condition holds."""
    if not holds:
        raise DataError(
            f"{path.name}: what is needed is {needed}. "
            f"The columns it has are {describe_columns(row)}. Choose another format, or auto."
        )
