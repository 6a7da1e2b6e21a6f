"""Clean a row's texts, check it, and give the form in which two texts are compared.

White space at the ends, line ends, control characters and half characters carry no meaning, but a
model can learn them: in GenderAlign the space after "Assistant:" alone tells chosen from rejected.
Words, letters and punctuation stay as they are, and so does white space inside a text.
"""

import re
from collections import Counter
from dataclasses import replace

from pipelines.preferences.importing.row import Message, ParsedRow, RowSkipped

MAX_CHARACTERS = 32_000
"""Longest prompt and longest answer; about 8,000 tokens, more than is trained on at a time."""

LINE_END = re.compile(r"\r\n?|[\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
HALF = re.compile("[\ud800-\udfff]")
ROLES = ("system", "user", "assistant")


def cleaned(row: ParsedRow, repaired: Counter) -> ParsedRow:
    """Return the row with clean texts; `repaired` counts the rows by what was repaired.

    Raises:
        RowSkipped: if the row cannot be taken.
    """
    found: set[str] = set()
    row = replace(
        row,
        prompt=tuple({**turn, "content": clean(turn["content"], found)} for turn in row.prompt),
        chosen=clean(row.chosen, found),
        rejected=clean(row.rejected, found),
    )
    check(row)
    repaired.update(found)
    return row


def clean(text: str, found: set[str]) -> str:
    """Return a text without what carries no meaning; `found` takes up what that was."""
    for pattern, replacement, what in (
        (LINE_END, "\n", "line ends"),
        (CONTROL, "", "control characters"),
        (HALF, "\ufffd", "half characters (lone surrogates)"),
    ):
        text, count = pattern.subn(replacement, text)
        if count:
            found.add(what)
    stripped = text.strip()
    if stripped != text:
        found.add("white space at the ends of a text")
    return stripped


def check(row: ParsedRow) -> None:
    """Check that a cleaned row can be trained on.

    Raises:
        RowSkipped: with the reason why it cannot.
    """
    if not row.prompt:
        raise RowSkipped("the prompt is empty")
    if not row.chosen:
        raise RowSkipped("the chosen answer is empty")
    if not row.rejected:
        raise RowSkipped("the rejected answer is empty")
    check_turns(row.prompt)
    if comparable(row.chosen) == comparable(row.rejected):
        raise RowSkipped("chosen and rejected are the same")
    prompt = sum(len(message["content"]) for message in row.prompt)
    if max(prompt, len(row.chosen), len(row.rejected)) > MAX_CHARACTERS:
        raise RowSkipped(f"the prompt or an answer has more than {MAX_CHARACTERS:,} characters")


def check_turns(prompt: tuple[Message, ...]) -> None:
    """Check that user and assistant alternate, after a system turn if there is one.

    Raises:
        RowSkipped: if they do not, if a role is unknown or a turn is empty.
    """
    roles = [message["role"] for message in prompt]
    if not set(roles) <= set(ROLES):
        raise RowSkipped(f"a role is none of {', '.join(ROLES)}")
    if not all(message["content"] for message in prompt):
        raise RowSkipped("the prompt is empty, or one of its turns")
    spoken = roles[1:] if roles[0] == "system" else roles
    expected = ["user", "assistant"] * (len(spoken) // 2 + 1)
    if len(spoken) % 2 == 0 or spoken != expected[: len(spoken)]:
        raise RowSkipped("the turns of the prompt do not alternate from user to user")


def comparable(text: str) -> str:
    """Return the form in which two texts are the same whatever their case and white space."""
    return " ".join(text.casefold().split())


def comparable_prompt(prompt: tuple[Message, ...]) -> str:
    """Return the form in which two prompts are the same; roles count, white space does not.

    The prompt of one user turn is its bare text, so that near-duplicates are found by the words.
    """
    if len(prompt) == 1:
        return comparable(prompt[0]["content"])
    return "\n".join(f"{turn['role']}: {comparable(turn['content'])}" for turn in prompt)
