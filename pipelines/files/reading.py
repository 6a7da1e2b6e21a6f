"""Read the rows of a file that somebody brings, whatever form it has, holding few at a time.

JSON (an array of objects, or an object with one array of them), JSONL, tables with a header (CSV,
TSV and the like) and Parquet; each also packed with gzip. The content decides, and the name's
ending where the content leaves it open. A fault ends the reading with its place: nothing that
follows a fault can be trusted to be what it seems.

Not covered: JSON whose rows lie deeper, several tables in one file, tables without a header.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO, TypeVar

from pipelines.errors import DataError
from pipelines.files.json_rows import read_json
from pipelines.files.lines import checked_lines, next_line, read_lines
from pipelines.files.opening import MAX_LINE, name_of, open_bytes, open_text, sha256_of
from pipelines.files.parquet import MAGIC, read_parquet
from pipelines.files.tables import read_table

__all__ = [
    "describe_columns",
    "form_of",
    "name_of",
    "read_lines",
    "read_rows",
    "sha256_of",
    "while_unchanged",
]

LINES = (".jsonl", ".ndjson")
TABLES = (".csv", ".tsv", ".tab")
SHOWN = 20
Row = TypeVar("Row")


def read_rows(path: Path | str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (place, row) for every row: the line it begins on, or its number in JSON and Parquet.

    Lines and rows are counted from 1, and a table's header is line 1.

    Raises:
        DataError: if the file cannot be read, or at the first row that is not one.
    """
    path = Path(path)
    readers = {
        "json": read_json,
        "jsonl": read_jsonl,
        "table": read_table,
        "parquet": read_parquet,
    }
    yield from readers[form_of(path)](path)


def while_unchanged(path: Path, sha256: str, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield a file's rows, and make sure at the end that it is still the file of that hash.

    The hash has to be taken before the rows are begun.

    Raises:
        DataError: if it is not.
    """
    yield from rows
    if sha256_of(path) != sha256:
        raise DataError(f"{path.name}: the file changed while it was read. Import it again.")


def form_of(path: Path | str) -> str:
    """Return "json", "jsonl", "table" or "parquet".

    Raises:
        DataError: if the file cannot be read, is binary, or holds nothing but space.
    """
    path = Path(path)
    with open_bytes(path) as file:
        if file.read(len(MAGIC)) == MAGIC:
            return "parquet"
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    with open_text(path) as text:
        filled = (line for line in checked_start(text, path.name) if line.strip())
        first = next(filled, "")
        if not first:
            raise DataError(f"{path.name}: the file holds nothing. Choose one with rows in it.")
        if ending in TABLES:
            return "table"
        if first.lstrip()[0] == "[":
            return "json"
        if first.lstrip()[0] == "{":
            return "jsonl" if ending in LINES or is_row(first, next(filled, "")) else "json"
    return {".json": "json", **dict.fromkeys(LINES, "jsonl")}.get(ending, "table")


def checked_start(text: TextIO, name: str) -> Iterator[str]:
    """Yield the first lines; of one that is too long, as far as a line may go."""
    number = 0
    while line := next_line(text, name, number + 1, MAX_LINE):
        number += 1
        yield line


def is_row(line: str, after: str) -> bool:
    """Tell whether a line is a row, and not the beginning or the wrapping of an array of rows."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    arrays = [v for v in found.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
    return bool(after) or len(arrays) != 1


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) of a file with one JSON object a line; empty lines are skipped.

    Raises:
        DataError: at the first line that is no JSON object.
    """
    with open_text(path) as text:
        for number, line in enumerate(checked_lines(text, path.name), start=1):
            if line.strip():
                yield number, parse_object(line, f"{path.name}:{number}")


def parse_object(line: str, where: str) -> dict[str, Any]:
    """Return the JSON object of one line.

    Raises:
        DataError: if it is not one.
    """
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{where}: not JSON ({error.msg} at character {error.pos + 1}). "
            "What is needed is one JSON object a line."
        ) from error
    except (ValueError, RecursionError) as error:
        what = "too many brackets" if isinstance(error, RecursionError) else "a number too long"
        raise DataError(
            f"{where}: not JSON that can be read ({what}). "
            "What is needed is one JSON object a line."
        ) from error
    if not isinstance(row, dict):
        raise DataError(
            f"{where}: JSON, but no object ({line.strip()[:40]}). "
            "What is needed is one JSON object a line."
        )
    return row


def describe_columns(row: Mapping[str, Any]) -> str:
    """Return a row's columns as "a, b and 3 more", for a sentence that says what there is."""
    names = [str(name)[:60].encode("utf-8", "replace").decode("utf-8") for name in row]
    shown = ", ".join(names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown or "none"
