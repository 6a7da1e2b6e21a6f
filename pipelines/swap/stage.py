"""The `swap` stage: rewrite one text or a file of texts, and say what is open."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from pipelines.configs import SwapConfig
from pipelines.errors import ConfigError, DataError
from pipelines.progress import Progress
from pipelines.store import Project
from pipelines.swap.bulk import swap_many

EVERY = 1000
"""Texts after which a stage says how far it is."""
LONGEST_LINE = 1_000_000
"""Characters of one text."""


def swap_texts(project: Project | None, config: SwapConfig) -> Iterator[Progress]:
    """Rewrite the text of the config, or every line of its file; nothing is written.

    The last Progress carries {"texts": [...], "ambiguous": [...]}: the results in order, and of
    every open word the number of its text, its place in it, the choices and the reason. A line
    without words stays as it is, so results and lines have the same numbers.

    Raises:
        ConfigError: if the file is not there or cannot be opened.
        DataError: if it cannot be read as UTF-8, or a line is too long.
    """
    total = _count_lines(config.file) if config.file.strip() else 1
    results, ambiguous = [], []
    for number, swapped in enumerate(swap_many(_texts(config), config.to, name=config.name)):
        results.append(swapped.text)
        ambiguous += [{"text": number, **asdict(one)} for one in swapped.ambiguous]
        if (number + 1) % EVERY == 0:
            yield Progress(number + 1, total, f"{number + 1:,} texts are rewritten")
    message = f"{len(results):,} texts are rewritten, {len(ambiguous):,} words are open"
    yield Progress(total, total, message, {"texts": results, "ambiguous": ambiguous})


def _texts(config: SwapConfig) -> Iterator[str]:
    if not config.file.strip():
        yield config.text
        return
    path = Path(config.file)
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as lines:
            while line := lines.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise DataError(
                        f"{path}:{number}: longer than {LONGEST_LINE:,} characters. Break it up."
                    )
                yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}:{number + 1}: not UTF-8. Save the file as UTF-8.") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}). Check the file.") from error


def _count_lines(file: str) -> int:
    path = Path(file)
    try:
        if path.is_file():
            with path.open("rb") as lines:
                return sum(1 for _ in iter(lambda: lines.readline(LONGEST_LINE), b""))
    except OSError as error:  # too long a name, no right to read
        raise ConfigError(
            f"`file` cannot be read: {file} ({error.strerror}). Give a UTF-8 file with one text a "
            "line."
        ) from error
    raise ConfigError(f"`file` names no file: {file}. Give a UTF-8 file with one text a line.")
