"""Which words of two texts differ."""

import difflib
import re
from dataclasses import dataclass

TOKEN = re.compile(r"\s+|[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is the same in both, or only here."""

    text: str
    differs: bool


def compare(text: str, other: str) -> list[Piece]:
    """Return `text` in pieces, marked where `other` has other words; joined they are `text`."""
    mine, theirs = TOKEN.findall(text), TOKEN.findall(other)
    matcher = difflib.SequenceMatcher(None, mine, theirs, autojunk=False)
    pieces = []
    for tag, start, end, _, _ in matcher.get_opcodes():
        if start < end:
            pieces.append(Piece("".join(mine[start:end]), tag != "equal"))
    return pieces
