r"""Dialogues written as one text: GenderAlign and HH-RLHF.

HH-RLHF begins a turn with a blank line and "Human:" or "Assistant:", GenderAlign with one line
break or two. HH-RLHF is also passed on with the shared turns in a column `prompt`.

A marker elsewhere in a line is text. So is a marker that repeats the role of the turn it stands in:
roles alternate, so it can only be a quotation. A quotation that begins a line with the other role
cannot be told from a turn.

The prompt is the turns that both dialogues share, the answers are their last turns. Where the
dialogues part earlier the row is left out: people preferred one whole dialogue, and cut at the
last shared turn the row would claim a preference between answers that nobody compared.
"""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.preferences.importing.cleaning import comparable
from pipelines.preferences.importing.row import (
    Message,
    ParsedRow,
    RowSkipped,
    category_of,
    text_of,
)

HH_TURN = re.compile(r"(?:\A\s*|\r?\n\r?\n)(Human|Assistant):")
GENDERALIGN_TURN = re.compile(r"(?:\A\s*|\n)(Human|Assistant):")
SIDES = ("chosen", "rejected")
ROLES = {"Human": "user", "Assistant": "assistant"}


def is_hh(row: Mapping[str, Any]) -> bool:
    """Tell whether a row has two dialogues as HH-RLHF writes them."""
    return all(whole(row, side).startswith("\n\nHuman:") for side in SIDES)


def is_genderalign(row: Mapping[str, Any]) -> bool:
    """Tell whether a row has two dialogues as GenderAlign writes them."""
    return all(whole(row, side).startswith("Human:") for side in SIDES)


def whole(row: Mapping[str, Any], side: str) -> str:
    """Return one whole dialogue, "" if there is none; the prompt may stand in a column of its own.

    At its beginning white space without line breaks is dropped, and any line breaks are two.
    """
    answer, prompt = row.get(side), row.get("prompt") or ""
    if not isinstance(answer, str) or not isinstance(prompt, str):
        return ""
    text = answer if answer.lstrip().startswith("Human:") else prompt + answer
    begun = text.lstrip()
    return "\n\n" * ("\n" in text[: len(text) - len(begun)]) + begun


def parse_hh(row: Mapping[str, Any]) -> list[ParsedRow]:
    """Read two dialogues as HH-RLHF writes them.

    Raises:
        RowSkipped: if they are not dialogues, or part before the last answer.
    """
    return [parse_dialogues(row, HH_TURN)]


def parse_genderalign(row: Mapping[str, Any]) -> list[ParsedRow]:
    """Read two dialogues as GenderAlign writes them.

    Raises:
        RowSkipped: if they are not dialogues, or part before the last answer.
    """
    return [parse_dialogues(row, GENDERALIGN_TURN)]


def parse_dialogues(row: Mapping[str, Any], marker: re.Pattern) -> ParsedRow:
    """Read the shared turns and the two last answers."""
    for side in SIDES:
        text_of(row, side)
    chosen, rejected = (turns(whole(row, side), marker) for side in SIDES)
    return ParsedRow(
        tuple(shared(chosen, rejected)),
        chosen[-1]["content"],
        rejected[-1]["content"],
        category_of(row),
    )


def turns(text: str, marker: re.Pattern) -> list[Message]:
    """Split a dialogue into its turns; the text after each marker stays as it is.

    Raises:
        RowSkipped: if the text does not begin with a marker.
    """
    found: list[Message] = []
    start = 0
    for match in marker.finditer(text):
        role = ROLES[match[1]]
        if found and found[-1]["role"] == role:
            continue
        if found:
            found[-1]["content"] = text[start : match.start()]
        found.append({"role": role, "content": ""})
        start = match.end()
    if not found or text[: text.index(":")].strip() not in ROLES:
        raise RowSkipped("a dialogue does not begin with Human: or Assistant:")
    found[-1]["content"] = text[start:]
    return found


def shared(chosen: list[Message], rejected: list[Message]) -> list[Message]:
    """Return all turns but the last, which both dialogues have to share.

    Raises:
        RowSkipped: if they do not, or if a dialogue does not end with an answer.
    """
    if chosen[-1]["role"] != "assistant" or rejected[-1]["role"] != "assistant":
        raise RowSkipped("a dialogue does not end with an answer of the assistant")
    before, beside = chosen[:-1], rejected[:-1]
    if [key(message) for message in before] != [key(message) for message in beside]:
        raise RowSkipped("the two dialogues part before the last answer")
    return before


def key(message: Message) -> tuple[str, str]:
    """Return what makes two turns the same, whatever their white space."""
    return message["role"], comparable(message["content"])
