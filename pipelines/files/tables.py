"""Read tables with a header: CSV, TSV and the like, with quoted fields over several lines.

The separator is the one of comma, tab, semicolon and bar that gives the first rows as many fields
as the header has, or else that the header has most of; a header without any is one column, whose
text may hold them all. csv.Sniffer is not used, because it takes letters of prose for separators.
Fields stay text: nothing is taken for a number, a date or a formula.

Not covered: single quotes, comments, a table without a header.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines.errors import DataError
from pipelines.files.lines import checked_lines
from pipelines.files.opening import open_text

SEPARATORS = (",", "\t", ";", "|")
ALONE = "\x1f"
LOOKED_AT = 20


class BrokenRecord(DataError):
    """The quotation marks of a record do not fit, or one of its fields is too long."""


def read_table(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line on which the row begins, row by column name); the header is line 1.

    Columns without a name are left out, and so are empty lines.

    Raises:
        DataError: for a column name that is there twice, a row with more or fewer fields than
            the header, a quotation mark that is never closed, or a table without rows.
    """
    records = read_records(path, separator_of(path))
    _, header = next(records, (1, []))
    names = [name.strip() for name in header]
    check_header(names, path.name)
    empty = True
    for line, fields in records:
        if len(fields) != len(names):
            raise DataError(
                f"{path.name}:{line}: {len(fields)} fields where the header has {len(names)}. "
                "What is needed is one field a column; put text with separators in quotation marks."
            )
        empty = False
        yield line, {name: field for name, field in zip(names, fields, strict=True) if name}
    if empty:
        raise DataError(
            f"{path.name}: a header and no rows below it ({', '.join(names)[:200]}). "
            "What is needed is one row a story or pair."
        )


def check_header(names: list[str], file: str) -> None:
    """Check that no column name is there twice.

    Raises:
        DataError: with the names that are.
    """
    counts = Counter(name for name in names if name)
    twice = [name[:60] for name, count in counts.items() if count > 1]
    if twice or not counts:
        what = f"twice: {', '.join(twice)}" if twice else "missing"
        raise DataError(f"{file}:1: column names are {what}. Give each column a name of its own.")


def separator_of(path: Path) -> str:
    """Return what separates the fields of a table; for one column a sign that no text has."""
    widths = {separator: first_widths(path, separator) for separator in SEPARATORS}
    found = {separator: seen for separator, seen in widths.items() if seen and seen[0] > 1}
    if not found:
        return ALONE if all(widths.values()) else SEPARATORS[0]  # nothing but separators
    return max(found, key=lambda one: (len(set(found[one])) == 1, found[one][0]))


def first_widths(path: Path, separator: str) -> list[int]:
    """Return how many fields the first records have; 0 for one that cannot be read."""
    widths = []
    try:
        for _, fields in islice(read_records(path, separator), LOOKED_AT):
            widths.append(len(fields))
    except BrokenRecord:
        widths.append(0)
    return widths


def read_records(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which it begins, fields) for each record that is not empty.

    Raises:
        BrokenRecord: if a field is longer than csv allows or its quotation mark is never closed.
        DataError: if the file cannot be read as text.
    """
    with open_text(path, newline="") as text:
        lines = checked_lines(text, path.name)
        reader = csv.reader(lines, delimiter=separator, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                fields = next(reader, None)
            except csv.Error as error:
                raise BrokenRecord(
                    f"{path.name}:{line}: not a row of a table ({error}). What is needed is "
                    f"that every quotation mark is closed, and no field over "
                    f"{csv.field_size_limit():,} characters."
                ) from error
            if fields is None:
                return
            if any(field.strip() for field in fields):
                yield line, fields
