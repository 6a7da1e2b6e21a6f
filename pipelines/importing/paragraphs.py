"""Plain text with one story a paragraph: an empty line begins the next one."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipelines.errors import DataError
from pipelines.files.reading import read_lines
from pipelines.importing.cleaning import MAX_STORY


def read_paragraphs(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line on which it begins, {"story": paragraph}) for each paragraph of a text file.

    Raises:
        DataError: if the file cannot be read as text, or holds none.
    """
    empty = True
    for place, text in split_paragraphs(read_lines(path)):
        empty = False
        yield place, {"story": text}
    if empty:
        raise DataError(f"{path.name}: the file holds nothing. Choose one with stories in it.")


def split_paragraphs(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield (number of its first line, text) for each paragraph; its lines keep their ends.

    Of a paragraph that is too long to be a story no more is held than shows it.
    """
    begun, held, size = 0, [], 0
    for number, line in lines:
        if line.strip():
            begun = begun or number
            if size <= MAX_STORY:
                held.append(line)
                size += len(line)
        elif begun:
            yield begun, "\n".join(held)
            begun, held, size = 0, [], 0
    if begun:
        yield begun, "\n".join(held)
