"""Read a text file line by line, with a bound on each line and a place for every fault."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from pipelines.errors import DataError
from pipelines.files.opening import MAX_LINE, open_text

UNDECODED = re.compile("[\ud800-\udfff]")


def read_lines(path: Path | str) -> Iterator[tuple[int, str]]:
    """Yield (line number, line without its end); the first line is 1.

    Raises:
        DataError: if the file cannot be read as text, or a line is longer than MAX_LINE.
    """
    path = Path(path)
    with open_text(path) as text:
        for number, line in enumerate(checked_lines(text, path.name), start=1):
            yield number, line.rstrip("\n")


def checked_lines(text: TextIO, name: str) -> Iterator[str]:
    """Yield the lines of an open text with their ends.

    Raises:
        DataError: for a line that is too long, is not in the text's encoding, or holds NUL bytes.
    """
    number = 0
    while line := next_line(text, name, number + 1, MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise DataError(
                f"{name}:{number}: the line has more than {MAX_LINE:,} characters. "
                "What is needed is one row a line."
            )
        yield line


def next_line(text: TextIO, name: str, number: int, size: int) -> str:
    """Return at most `size` characters of the next line, "" at the end.

    Raises:
        DataError: as `checked_lines`, save for the length.
    """
    try:
        line = text.readline(size)
    except UnicodeDecodeError as error:
        raise undecoded(name, number, text.encoding) from error
    if "\0" in line:
        raise DataError(
            f"{name}:{number}: the line holds NUL bytes, so the file is damaged or no text. "
            "Save it as UTF-8 text."
        )
    if not line.isascii() and UNDECODED.search(line):
        raise undecoded(name, number, text.encoding)
    return line


def undecoded(name: str, number: int, encoding: str) -> DataError:
    """Return the error for bytes that are not in the encoding the file began in."""
    shown = encoding.upper().removesuffix("-SIG")
    return DataError(
        f"{name}:{number}: bytes at or after this line are not {shown}, as the file began. "
        "Save the whole file as UTF-8."
    )
