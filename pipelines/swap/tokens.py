"""A text as words and signs with their places; contractions are two words ("she" and "'s")."""

import re
from dataclasses import dataclass

WORD = re.compile(r"\w+(?:-\w+)*|(?<=\w)['’]\w+|[^\w\s]")
ENDS = frozenset(".!?…")
ABBREVIATIONS = frozenset(
    ("mr", "mrs", "ms", "mx", "dr", "st", "prof", "sr", "jr", "vs", "capt", "sgt", "lt", "rev")
)


@dataclass(slots=True)
class Tokens:
    """The words of one text: as written, in lower case, their places and their sentences."""

    text: str
    raw: list[str]
    low: list[str]  # lower case, straight apostrophes
    starts: list[int]
    sentence: list[int]  # number of the sentence

    def __len__(self) -> int:
        return len(self.raw)

    def at(self, place: int) -> str:
        """Return the word at a place in lower case, "" outside the text."""
        return self.low[place] if 0 <= place < len(self.low) else ""

    def is_word(self, place: int) -> bool:
        """Say whether there is a word, not a sign, at a place."""
        return 0 <= place < len(self.low) and self.low[place][0].isalnum()

    def capitalized(self, place: int) -> bool:
        """Say whether the word at a place begins with a capital."""
        return 0 <= place < len(self.raw) and self.raw[place][0].isupper()

    def opens(self, place: int) -> bool:
        """Say whether a sentence, a quotation or a line begins at a place."""
        before = place - 1
        while before >= 0 and self.low[before] in "\"“”‘’'([*-–—":
            before -= 1
        return before < 0 or self.sentence[before] != self.sentence[place] or before < place - 1

    def touching(self, place: int) -> bool:
        """Say whether a word and the next one are parted by white space alone."""
        if place + 1 >= len(self.raw):
            return False
        gap = self.text[self.starts[place] + len(self.raw[place]) : self.starts[place + 1]]
        return bool(gap) and "\n\n" not in gap


def tokenize(text: str) -> Tokens:
    """Split a text into words and signs, in linear time."""
    raw, starts, sentence = [], [], []
    number, ended = 0, False
    for match in WORD.finditer(text):
        word = match.group()
        if ended and word[0] not in "\"”’')]}.!?…":
            number += 1
            ended = False
        if word in ENDS:
            ended = not (word == "." and raw and _is_short(raw[-1]))
        raw.append(word)
        starts.append(match.start())
        sentence.append(number)
    low = [word.lower().replace("’", "'") for word in raw]
    return Tokens(text, raw, low, starts, sentence)


def _is_short(word: str) -> bool:
    return word.lower() in ABBREVIATIONS or (len(word) == 1 and word.isupper() and word != "I")


def match_case(old: str, new: str) -> str:
    """Return `new` written as `old` is: lower, Capitalized or ALL CAPITALS."""
    if len(old) > 1 and old.isupper():
        return new.upper()
    if old[:1].isupper():
        return new[:1].upper() + new[1:]
    return new
