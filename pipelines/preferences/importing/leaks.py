"""Format leaks: one feature of the surface that alone tells chosen from rejected.

A model trained on such rows can learn the feature and nothing else. Looked at: white space at the
ends, final punctuation, line breaks, markdown and length in characters; each by itself. Features
that only together tell the sides apart are not found, nor are words ("However").
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable

SEPARATES = 0.9
"""Share of all rows in which one side alone has a feature, from which it is called a leak."""
MIN_ROWS = 10

MARKDOWN = re.compile(r"^\s{0,3}(?:[-*+•] |\d+[.)] |#{1,6} |```|>)|\*\*\S|__\S|`\S", re.MULTILINE)
FINAL = re.compile(r"[.!?…][\"'”’)\]]*\s*\Z")

FEATURES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("begins with white space", lambda text: text[:1].isspace()),
    ("ends with white space", lambda text: text[-1:].isspace()),
    ("ends with a full stop, question or exclamation mark", lambda text: bool(FINAL.search(text))),
    ("has line breaks", lambda text: "\n" in text.strip()),
    ("has markdown such as lists, headings or bold type", lambda t: bool(MARKDOWN.search(t))),
)
LONGER = "is the longer one"


class LeakCounts:
    """Counts over rows how often one side alone has a feature."""

    def __init__(self) -> None:
        self.rows = 0
        self.alone: Counter = Counter()  # (feature, side) -> rows

    def add(self, chosen: str, rejected: str) -> None:
        """Take in the two answers of one row."""
        self.rows += 1
        for name, holds in FEATURES:
            self.compare(name, holds(chosen), holds(rejected))
        self.compare(LONGER, len(chosen) > len(rejected), len(rejected) > len(chosen))

    def compare(self, name: str, chosen: bool, rejected: bool) -> None:
        """Count a feature that one side alone has."""
        if chosen != rejected:
            self.alone[name, "chosen" if chosen else "rejected"] += 1

    def leaks(self) -> dict[tuple[str, str], str]:
        """Return a sentence for each leak by (feature, side); none for fewer than MIN_ROWS rows."""
        if self.rows < MIN_ROWS:
            return {}
        return {
            (name, side): f"In {count:,} of {self.rows:,} rows only the {side} answer {name}, so "
            "that alone tells chosen from rejected."
            for (name, side), count in self.alone.most_common()
            if count >= SEPARATES * self.rows
        }

    def sentences(self) -> list[str]:
        """Return a sentence for each leak, the most frequent first."""
        return list(self.leaks().values())


def format_leaks(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return a sentence for each feature that alone tells chosen from rejected in nearly all rows.

    `rows` are pairs of chosen and rejected answers. A feature is a leak if one side alone has it in
    at least 90 % of the rows. Fewer than 10 rows show nothing, so they give no sentence.
    """
    counts = LeakCounts()
    for chosen, rejected in rows:
        counts.add(chosen, rejected)
    return counts.sentences()
