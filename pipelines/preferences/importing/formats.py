"""The formats that can be imported, and which of them a file has.

Auto takes the first format, in the order of FORMATS, in which most of the first rows are written.
BiasDPO's rows are TRL's standard form with the three columns alone, so it is named first.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.errors import ConfigError, DataError
from pipelines.files.reading import describe_columns
from pipelines.preferences.importing.dialogues import (
    is_genderalign,
    is_hh,
    parse_genderalign,
    parse_hh,
)
from pipelines.preferences.importing.messages import (
    is_llamafactory,
    is_trl,
    parse_llamafactory,
    parse_trl,
)
from pipelines.preferences.importing.paper import is_paper, parse_paper
from pipelines.preferences.importing.row import Parse
from pipelines.preferences.importing.strings import (
    is_answers,
    is_biasdpo,
    parse_strings,
    read_mapping,
    renamed,
)

LOOKED_AT = 50
"""Rows that are looked at to tell a file's format."""

Recognize = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Format:
    """One format: how its rows are told and read, and what they need, for an error message."""

    name: str
    needs: str
    recognizes: Recognize
    parse: Parse
    licence: str = "not stated in the file; see where it comes from"
    key: str = ""  # what the imported file is remembered by, if not the name alone


BIASDPO = Format(
    "biasdpo",
    "prompt, chosen and rejected as text",
    lambda row: is_biasdpo(row) and len(row) == 3,
    parse_strings,
    "not stated in the file; BiasDPO itself is under Apache-2.0",
)
FORMATS = (
    Format(
        "paper",
        "male and female, each with story, explanation and neutral_explanation",
        is_paper,
        parse_paper,
    ),
    Format(
        "hh",
        "chosen and rejected, each a dialogue whose turns begin with a blank line and "
        "Human: or Assistant:",
        is_hh,
        parse_hh,
        "not stated in the file; HH-RLHF itself is under MIT",
    ),
    Format(
        "genderalign",
        "chosen and rejected, each a dialogue that begins with Human:",
        is_genderalign,
        parse_genderalign,
        "not stated in the file, nor in GenderAlign's repository",
    ),
    Format(
        "llamafactory",
        "instruction, chosen and rejected as text, or conversations as a list with chosen and "
        "rejected as objects",
        is_llamafactory,
        parse_llamafactory,
    ),
    BIASDPO,
    Format(
        "trl",
        "chosen and rejected, both as text or both as lists of turns, and mostly prompt",
        lambda row: is_trl(row) or is_answers(row),
        parse_trl,
    ),
)
TABLE = Format("csv", "prompt, chosen and rejected as columns", is_biasdpo, parse_strings)
NAMED = {
    **{format.name: format for format in FORMATS},
    "biasdpo": replace(BIASDPO, recognizes=is_biasdpo),  # further columns do no harm
    "csv": TABLE,
}
"""The formats by the name that a person gives."""


def choose_format(
    rows: Sequence[Mapping[str, Any]], file: str, form: str, asked: str, columns: str
) -> Format:
    """Return the format of a file by its first rows; `form` is "table" for a CSV.

    Raises:
        ConfigError: if there is no such format, or if `columns` cannot be read or is given with a
            format that has none.
        DataError: if the rows are not in the format asked for, or in none that is known.
    """
    if asked not in ("auto", *NAMED):
        raise ConfigError(f"`format` must be auto or one of {', '.join(NAMED)}, got {asked!r}.")
    if columns.strip():
        return mapped(rows[0], file, asked, columns)
    if asked == "auto":
        return found_format(rows, file, form)
    chosen = NAMED[asked]
    if not any(chosen.recognizes(row) for row in rows):
        raise DataError(
            f"{file}: the rows are not in the format {asked}, which needs {chosen.needs}. "
            f"The columns here are {describe_columns(rows[0])}; {advice(rows, form)}."
        )
    return chosen


def found_format(rows: Sequence[Mapping[str, Any]], file: str, form: str) -> Format:
    """Return the format in which most of the rows are written.

    Raises:
        DataError: if there is none.
    """
    counts: Counter = Counter(
        next((format.name for format in FORMATS if format.recognizes(row)), "") for row in rows
    )
    name, _ = counts.most_common(1)[0]
    if not name:
        raise DataError(
            f"{file}: the rows are in no format that is known. "
            f"The columns here are {describe_columns(rows[0])}; name those of a table with "
            "--columns prompt=…,chosen=…,rejected=…."
        )
    plain = name in ("biasdpo", "trl") and form == "table"
    return TABLE if plain else next(format for format in FORMATS if format.name == name)


def advice(rows: Sequence[Mapping[str, Any]], form: str) -> str:
    """Return what to do about rows that are not in the format asked for."""
    try:
        return f"use --format {found_format(rows, '', form).name}, which they are in"
    except DataError:
        return "name those of a table with --columns prompt=…,chosen=…,rejected=…"


def mapped(first: Mapping[str, Any], file: str, asked: str, columns: str) -> Format:
    """Return the format of a table whose columns have other names.

    Raises:
        ConfigError: if `columns` cannot be read, or is given with a format that has none.
        DataError: if the table lacks one of the columns named.
    """
    if asked not in ("auto", "csv"):
        raise ConfigError(
            f"`columns` is for tables, got it with --format {asked}. Leave it out, or use csv."
        )
    mapping = read_mapping(columns)
    wanted = [mapping.get(name, name) for name in ("prompt", "chosen", "rejected")]
    missing = [column for column in [*wanted, *mapping.values()] if column not in first]
    if missing:
        raise DataError(
            f"{file}: there is no column {missing[0][:60]!r}. "
            f"The columns here are {describe_columns(first)}; name three of them with --columns."
        )
    shown = ",".join(f"{target}={column}" for target, column in sorted(mapping.items()))
    return Format(
        "csv",
        TABLE.needs,
        is_biasdpo,
        lambda row: parse_strings(renamed(row, mapping)),
        key=f"csv {shown}",
    )
