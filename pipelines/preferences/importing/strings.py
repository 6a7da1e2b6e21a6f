"""Rows whose prompt and answers are plain text: BiasDPO, TRL's standard form, tables.

Without a prompt it is what chosen and rejected begin with, as in TRL, but cut back to a whole word:
"I like cats" and "I like cars" share the prompt "I like", not "I like ca".
"""

from collections.abc import Mapping
from typing import Any

from rapidfuzz.distance import Prefix

from pipelines.errors import ConfigError
from pipelines.preferences.importing.row import ParsedRow, RowSkipped, category_of, text_of

TARGETS = ("prompt", "chosen", "rejected", "category")
ANSWERS = ("chosen", "rejected")


def are_texts(row: Mapping[str, Any], *fields: str) -> bool:
    """Tell whether all these fields of a row are text."""
    return all(isinstance(row.get(field), str) for field in fields)


def is_biasdpo(row: Mapping[str, Any]) -> bool:
    """Tell whether a row has prompt, chosen and rejected as text."""
    return are_texts(row, "prompt", *ANSWERS)


def is_answers(row: Mapping[str, Any]) -> bool:
    """Tell whether a row has chosen and rejected as text, and text or nothing as prompt."""
    return are_texts(row, *ANSWERS) and isinstance(row.get("prompt") or "", str)


def parse_strings(row: Mapping[str, Any]) -> list[ParsedRow]:
    """Read a row of plain texts; the prompt becomes one turn of the user.

    Raises:
        RowSkipped: if a field is missing or is not text, or no prompt is shared.
    """
    chosen, rejected = text_of(row, "chosen"), text_of(row, "rejected")
    if row.get("prompt") is None:
        prompt = shared_start(chosen, rejected)
        chosen, rejected = chosen[len(prompt) :], rejected[len(prompt) :]
    else:
        prompt = text_of(row, "prompt")
    return [ParsedRow(({"role": "user", "content": prompt},), chosen, rejected, category_of(row))]


def shared_start(chosen: str, rejected: str) -> str:
    """Return the whole words with which both texts begin.

    Raises:
        RowSkipped: if there are none.
    """
    start = chosen[: Prefix.similarity(chosen, rejected)]
    inside = any(text[len(start) : len(start) + 1].strip() for text in (chosen, rejected))
    if inside and start and not start[-1].isspace():
        start = start[: max(start.rfind(sign) for sign in " \n\t") + 1]
    if not start.strip():
        raise RowSkipped("there is no prompt, and chosen and rejected begin with no shared words")
    return start


def read_mapping(columns: str) -> dict[str, str]:
    """Read "prompt=question,chosen=good" into {"prompt": "question", "chosen": "good"}.

    Raises:
        ConfigError: for a part without "=", or a name that is none of TARGETS.
    """
    mapping = {}
    for part in filter(None, (part.strip() for part in columns.split(","))):
        target, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column or target not in TARGETS or target in mapping:
            raise ConfigError(
                f"`columns` names {', '.join(TARGETS)} once each, got {part!r}. "
                "Write for example prompt=question,chosen=good,rejected=bad."
            )
        mapping[target] = column
    return mapping


def renamed(row: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Return a row with the mapped columns under the names that they stand for."""
    return {**row, **{target: row.get(column) for target, column in mapping.items()}}
