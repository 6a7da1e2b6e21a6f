"""The edits of one text, and the result they make with the places that are open."""

from dataclasses import dataclass, field

from pipelines.swap.tokens import Tokens

VOWELS = frozenset("aeiou")
SILENT_H = ("heir", "honest", "hour")


@dataclass(frozen=True)
class Ambiguity:
    """A word for a person to look at; `start` and `end` are positions in the resulting text."""

    start: int
    end: int
    word: str
    choices: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Note:
    """An ambiguity by places of words, before the result is known."""

    start: int
    end: int
    choices: tuple[str, ...]
    reason: str


@dataclass
class Edits:
    """New spellings by place, and what is open (`ambiguous`) or left on purpose (`flagged`)."""

    tokens: Tokens
    words: dict[int, str] = field(default_factory=dict)
    ambiguous: dict[int, Note] = field(default_factory=dict)
    flagged: list[Note] = field(default_factory=list)

    def write(self, place: int, word: str) -> None:
        """Give the word at a place another spelling."""
        self.words[place] = word

    def ask(self, place: int, choices: tuple[str, ...], reason: str) -> None:
        """Say that the word at a place is open."""
        old = self.ambiguous.get(place)
        if old:
            choices, reason = (*old.choices, *choices), f"{old.reason}; {reason}"
        self.ambiguous[place] = Note(place, place + 1, tuple(dict.fromkeys(choices)), reason)

    def ask_whose(self, place: int, mine: bool, reason: str, new: str) -> None:
        """Ask about a word that can be somebody else's, if there is a reason; say what was done."""
        if reason:
            raw = self.tokens.raw[place]
            done = "changed" if mine else "left"
            self.ask(place, (new, raw) if mine else (raw, new), f"{reason}; it was {done}")

    def flag(self, start: int, end: int, reason: str) -> None:
        """Say that the words from `start` to before `end` were left on purpose."""
        last = end - 1
        text = self.tokens.text[
            self.tokens.starts[start] : self.tokens.starts[last] + len(self.tokens.raw[last])
        ]
        self.flagged.append(Note(start, end, (text,), reason))

    def mend_neighbours(self) -> None:
        """Make "a" and "an" fit a new word after them, and "'s" a new word before it."""
        for place, word in list(self.words.items()):
            before = self.tokens.at(place - 1)
            old = self.tokens.low[place]
            if before in ("a", "an") and _vowel(old) != _vowel(word):
                article = "an" if _vowel(word) else "a"
                raw = self.tokens.raw[place - 1]
                capital = raw[0].isupper()
                self.words[place - 1] = article.capitalize() if capital else article
            self._mend_apostrophe(place, old, word)

    def _mend_apostrophe(self, place: int, old: str, word: str) -> None:
        """James' book: Jane's book."""
        after = place + 1
        if self.tokens.at(after) not in ("'", "’") or not old.endswith("s"):
            return
        tied = not self.tokens.touching(place) and self.tokens.touching(after)
        if tied and not word.lower().endswith("s") and self.tokens.is_word(after + 1):
            self.words[after] = self.tokens.raw[after] + "s"
            self.ask(place, (word,), "the way back gives ’s after it")

    def result(self) -> tuple[str, tuple[Ambiguity, ...], tuple[Ambiguity, ...]]:
        """Return the new text, and what is open and what was left, by position in it."""
        tokens, pieces = self.tokens, []
        shifts: list[tuple[int, int]] = []  # places of edits and the growth up to after them
        at = growth = 0
        for place in sorted(self.words):
            start, old, new = tokens.starts[place], tokens.raw[place], self.words[place]
            pieces += [tokens.text[at:start], new]
            at = start + len(old)
            growth += len(new) - len(old)
            shifts.append((place, growth))
        pieces.append(tokens.text[at:])
        text = "".join(pieces)
        return (
            text,
            self._placed(list(self.ambiguous.values()), text, shifts),
            self._placed(self.flagged, text, shifts),
        )

    def _placed(self, notes: list[Note], text: str, shifts: list) -> tuple[Ambiguity, ...]:
        found, index, growth = [], 0, 0
        for note in sorted(notes, key=lambda note: (note.start, note.end)):
            while index < len(shifts) and shifts[index][0] < note.start:
                growth = shifts[index][1]
                index += 1
            start = self.tokens.starts[note.start] + growth
            inner = index
            end_growth = growth
            while inner < len(shifts) and shifts[inner][0] < note.end:
                end_growth = shifts[inner][1]
                inner += 1
            last = note.end - 1
            end = self.tokens.starts[last] + len(self.tokens.raw[last]) + end_growth
            found.append(Ambiguity(start, end, text[start:end], note.choices, note.reason))
        return tuple(found)


def _vowel(word: str) -> bool:
    low = word.lower()
    return low[:1] in VOWELS or low.startswith(SILENT_H)
