"""Write a file or a folder whole or not at all: beside its place first, then moved there."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipelines.errors import DataError, ProjectError
from pipelines.preferences.published import features

ROWS_A_GROUP = 1_000
"""Rows of a Parquet file that are in memory as a table at once."""


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> int:
    """Write JSON lines, whole or not at all; return how many.

    Raises:
        DataError: if a number is not finite, which JSON does not know.
        ProjectError: if the file cannot be written.
    """
    number = 0
    with whole_file(path) as unfinished, unfinished.open("w", encoding="utf-8") as file:
        for number, line in enumerate(lines, start=1):
            file.write(as_json(line, f"{path}:{number}") + "\n")
    return number


def as_json(line: dict[str, Any], where: str) -> str:
    """Return one object as strict JSON.

    Raises:
        DataError: if a number is not finite.
    """
    try:
        return json.dumps(line, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise DataError(
            f"{where}: holds a number that is not finite. Take that row out of the set."
        ) from error


def write_parquet(path: Path, lines: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Write rows with the columns of `published.COLUMNS` as Parquet, whole or not at all.

    Returns the number of rows and their size in memory in bytes.

    Raises:
        ProjectError: if the file cannot be written.
    """
    from pyarrow import Table  # noqa: PLC0415  (slow to load)
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415  (slow to load)

    schema = features().arrow_schema
    rows = size = 0
    waiting = iter(lines)
    with whole_file(path) as unfinished, ParquetWriter(unfinished, schema) as writer:
        while group := list(islice(waiting, ROWS_A_GROUP)):
            table = Table.from_pylist(group, schema=schema)
            writer.write_table(table)
            rows, size = rows + table.num_rows, size + table.nbytes
    return rows, size


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; move it there at the end, remove it on an error.

    The path is this call's own: of two exports to one file at once the later one stands, whole.

    Raises:
        ProjectError: if the folder is missing or cannot be written.
    """
    unfinished = path.with_name(f".{uuid4().hex}.unfinished")
    try:
        try:
            yield unfinished
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            if unfinished.exists():
                unfinished.unlink()
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be written ({error.strerror or error}). Name a file in a folder that "
            "exists and has room."
        ) from error


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder beside `path` to fill; put it in the place of `path` at the end.

    Whoever calls this has made sure that what lies at `path` may go.

    Raises:
        ProjectError: if the folder cannot be made.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=path.parent) as place:
            unfinished, old = Path(place) / "new", Path(place) / "old"
            unfinished.mkdir()
            yield unfinished
            put_in_place(unfinished, path, old)
    except OSError as error:
        shown = error.strerror or error
        raise ProjectError(
            f"{path} cannot be written ({shown}). Name a folder whose parent exists and has room."
        ) from error


def put_in_place(new: Path, path: Path, old: Path) -> None:
    """Move `new` to `path` and what was there to `old`; where that fails it is put back."""
    if path.exists():
        path.rename(old)
    try:
        new.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        raise
