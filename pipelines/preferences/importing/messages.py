"""Rows whose texts are lists of turns: TRL's conversational form and LLaMA-Factory's two forms.

A turn is {"role", "content"} or {"from", "value"}. Tools, images and answers of several turns are
left out and counted.
"""

from collections.abc import Mapping
from typing import Any

from pipelines.preferences.importing.dialogues import shared
from pipelines.preferences.importing.row import (
    Message,
    ParsedRow,
    RowSkipped,
    category_of,
    text_of,
)
from pipelines.preferences.importing.strings import ANSWERS, are_texts, parse_strings

ROLE_NAMES = {"human": "user", "gpt": "assistant"}


def is_trl(row: Mapping[str, Any]) -> bool:
    """Tell whether a row's answers are turns."""
    return all(isinstance(row.get(side), list | dict) for side in ANSWERS)


def parse_trl(row: Mapping[str, Any]) -> list[ParsedRow]:
    """Read a row in TRL's standard or conversational form, with or without its prompt.

    Raises:
        RowSkipped: if it is none, or is more than one prompt and one answer.
    """
    if are_texts(row, *ANSWERS):
        return parse_strings(row)
    prompt = row.get("prompt")
    if isinstance(prompt, str):
        prompt = [{"role": "user", "content": prompt}]
    return [answered(messages(prompt or []), row)]


def answered(prompt: list[Message], row: Mapping[str, Any]) -> ParsedRow:
    """Return the row with its answers, which may repeat the prompt or hold it alone."""
    if row.get("tools"):
        raise RowSkipped("the row uses tools")
    chosen, rejected = (messages(row.get(side)) for side in ANSWERS)
    if not chosen or not rejected:
        raise RowSkipped("an answer has no turns")
    if chosen[0]["role"] != "assistant":  # a whole dialogue: its last turn is the answer
        dialogue = shared(chosen, rejected)
        if prompt != dialogue[: len(prompt)]:
            raise RowSkipped("the answers hold a dialogue that does not begin with the prompt")
        prompt = dialogue
        chosen, rejected = chosen[-1:], rejected[-1:]
    if any([turn["role"] for turn in side] != ["assistant"] for side in (chosen, rejected)):
        raise RowSkipped("an answer is not one turn of the assistant")
    return ParsedRow(tuple(prompt), chosen[0]["content"], rejected[0]["content"], category_of(row))


def messages(value: Any) -> list[Message]:
    """Read a turn or a list of turns.

    Raises:
        RowSkipped: if it is neither, or a turn is not text alone.
    """
    turns = [value] if isinstance(value, Mapping) else value
    if not isinstance(turns, list):
        raise RowSkipped("a list of turns is missing")
    return [message(turn) for turn in turns]


def message(turn: Any) -> Message:
    """Read one turn, whichever names its fields have."""
    if not isinstance(turn, Mapping):
        raise RowSkipped("a turn is not an object with role and content")
    if turn.get("tool_calls"):
        raise RowSkipped("a turn calls tools")
    role, content = turn.get("role"), turn.get("content")
    if role is None and content is None:
        role, content = turn.get("from"), turn.get("value")
    if not isinstance(role, str) or not isinstance(content, str):
        raise RowSkipped("the role or the content of a turn is missing or not text")
    return {"role": ROLE_NAMES.get(role, role), "content": content}


def is_llamafactory(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is in LLaMA-Factory's alpaca or sharegpt preference form."""
    if isinstance(row.get("conversations"), list):
        return all(isinstance(row.get(side), Mapping) for side in ANSWERS)
    return are_texts(row, "instruction", *ANSWERS)


def parse_llamafactory(row: Mapping[str, Any]) -> list[ParsedRow]:
    """Read a row of LLaMA-Factory; system and history become turns of the prompt.

    Source: https://llamafactory.readthedocs.io/en/latest/getting_started/data_preparation.html

    Raises:
        RowSkipped: if it is none.
    """
    system = row.get("system")
    prompt = messages([{"role": "system", "content": system}]) if system else []
    if "conversations" in row:
        return [answered(prompt + messages(row["conversations"]), row)]
    prompt += history(row.get("history") or [])
    parts = [text_of(row, field) for field in ("instruction", "input") if row.get(field)]
    prompt += messages({"role": "user", "content": "\n".join(parts)})
    chosen, rejected = (text_of(row, side) for side in ANSWERS)
    return [ParsedRow(tuple(prompt), chosen, rejected, category_of(row))]


def history(pairs: Any) -> list[Message]:
    """Read [[question, answer], …] into turns."""
    turns: list[Message] = []
    for pair in pairs if isinstance(pairs, list) else [pairs]:
        if not isinstance(pair, list) or len(pair) != 2:
            raise RowSkipped("the history is not a list of questions with their answers")
        for role, content in zip(("user", "assistant"), pair, strict=True):
            turns += messages({"role": role, "content": content})
    return turns
