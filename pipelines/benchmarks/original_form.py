"""Whether a benchmark's file or dataset has the form in which it was published.

Every fault is told in one DataError: the file and line or the dataset and row, what is wrong there,
and what to do. The readers use it row by row, so the first fault ends the reading.

Not covered: a file that was cut between two rows, which looks like a smaller one.
"""

import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pipelines.errors import DataError
from pipelines.files.lines import checked_lines, read_lines
from pipelines.files.opening import open_text
from pipelines.files.reading import describe_columns

FAULTS = (LookupError, TypeError, AttributeError, ValueError)
"""What a reader meets in a row that has another form."""
OWN_FILE = "Put the benchmark's own file there."
OWN_FOLDER = "Name a folder with the original file in `benchmarks_dir`."
SHOWN = 80
MOST_DIGITS = 18
Row = TypeVar("Row")


@dataclass(frozen=True)
class OnHub:
    """A dataset on the Hub, or one of its rows, counted from 0 as on its page there."""

    dataset: str
    part: str = ""  # split, configuration, file
    row: int | None = None

    def __str__(self) -> str:
        row = "" if self.row is None else f"row {self.row}"
        return " ".join(filter(None, (self.dataset, self.part, row)))


Where = Path | OnHub | str
"""A file, "file:line", or what is on the Hub."""


def other_form(label: str, where: Where, what: str) -> DataError:
    """Return the error for something that has another form than the original."""
    return DataError(f"{named(where)}: not {label} in its original form ({what}). {mend(where)}")


def named(where: Where) -> str:
    """Return what a sentence calls it."""
    return where.name if isinstance(where, Path) else str(where)


def mend(where: Where) -> str:
    """Return what to do about it."""
    return OWN_FOLDER if isinstance(where, OnHub) else OWN_FILE


@contextmanager
def in_original_form(label: str, where: Where) -> Iterator[None]:
    """Turn what goes wrong while a row is read into a DataError that names its place.

    A ValueError's own words are taken as what is wrong.

    Raises:
        DataError: if a column is missing or a value has another form.
    """
    try:
        yield
    except DataError:
        raise
    except FAULTS as error:
        raise other_form(label, where, reason(error)) from error


def reason(error: Exception) -> str:
    """Return what is wrong in words for a reader."""
    match error:
        case KeyError():
            return f"{error.args[0]!r:.{SHOWN}} is missing or unknown"
        case LookupError():
            return "a value is missing"
        case UnicodeError():
            return "half a character (a lone surrogate) is in it"
        case ValueError():
            return f"{error!s:.{SHOWN * 2}}"
    return "a value has another type than in the original"


def check_columns(label: str, where: Where, found: Any, needed: Sequence[str]) -> None:
    """Check that a header or a row has the columns that are read.

    Raises:
        DataError: with the columns that are missing or twice and those that are there.
    """
    if isinstance(found, str) or not isinstance(found, Mapping | Sequence):
        raise other_form(label, where, "no columns")
    counts = Counter(column_name(name) for name in found)
    names = [column_name(name) for name in needed]
    for what, wrong in (
        ("missing", [name for name in names if not counts[name]]),
        ("twice", [name for name in names if counts[name] > 1]),
    ):
        if wrong:
            told = f"column {what}: {', '.join(wrong)}; there: {describe_columns(counts)}"
            raise other_form(label, where, told)


def column_name(name: str) -> str:
    """Return a column's name as it is shown."""
    return name or "one without a name"


def named_fields(
    label: str, where: Where, header: Sequence[str], fields: Sequence[str]
) -> dict[str, str]:
    """Return a table's row by the names in its header.

    Raises:
        DataError: if it has more or fewer fields.
    """
    if len(fields) != len(header):
        raise other_form(label, where, f"{len(fields)} fields instead of {len(header)}")
    return dict(zip(header, fields, strict=True))


def whole_number(value: Any, name: str) -> int:
    """Return a number from 0 that is given as such or as its digits.

    Raises:
        ValueError: for anything else; `name` says what it is.
    """
    digits = str(value).strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        raise ValueError(f"{name} is {value!r:.{SHOWN}}, not a whole number")
    return int(digits)


def some(rows: Iterable[Row], where: Where, what: str = "row") -> Iterator[Row]:
    """Yield the rows of a file or dataset, and make sure at the end that there was one.

    Raises:
        DataError: if there was none.
    """
    empty = True
    for row in rows:
        empty = False
        yield row
    if empty:
        raise DataError(f"{named(where)}: it holds no {what}. {mend(where)}")


def read_document(label: str, path: Path) -> Any:
    """Return what a JSON file holds, all at once.

    Raises:
        DataError: if it is cut off, nests too deep, or is no JSON.
    """
    with in_original_form(label, path):
        try:
            return json.loads("\n".join(line for _, line in read_lines(path)))
        except json.JSONDecodeError as error:
            raise ValueError(f"not JSON: {error}") from error
        except RecursionError as error:
            raise ValueError("too many brackets") from error


def check_last_line(path: Path) -> None:
    """Check that a file's last line is ended; a text that was cut off inside it is not.

    Raises:
        DataError: if it is not.
    """
    with open_text(path) as text:
        last = deque(enumerate(checked_lines(text, path.name), start=1), maxlen=1)
    number, line = last[0] if last else (0, "")
    if not line.endswith("\n"):
        raise DataError(
            f"{path.name}:{number}: the last line has no line break at its end, as the original "
            f"has, so it may be cut off. {OWN_FILE}"
        )
