"""Find texts that stand whole in other texts, so that one story never has two splits.

The data of Wei et al. 2025 can come in as stories and as preference rows, whose prompts hold the
same stories: trained on as the one and measured as the other, they would leak. Compared are words
in lower case without punctuation.

Not covered: texts of fewer than RUN words, and those of which a word was changed, as by the swap;
the quality gate tells near-duplicates among stories, the import those among prompts.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.preferences.importing.near import words_of
from pipelines.records import Family, PreferenceRow, Story

RUN = 8
ROWS_AT_ONCE = 1_000


class Known(NamedTuple):
    """One text of the index: its length in words, its hash, and its label."""

    length: int
    digest: bytes
    label: str


class WholeTexts:
    """Texts by their first RUN words, each with a label; some 250 bytes a text."""

    def __init__(self) -> None:
        self.first_words: set[str] = set()
        self.starts: defaultdict[int, list[Known]] = defaultdict(list)

    def add(self, text: str, label: str) -> None:
        """Take in a text; one of fewer than RUN words is never found."""
        words = words_of(text)
        if len(words) >= RUN:
            known = Known(len(words), digest(words), label)
            self.first_words.add(words[0])
            if known not in self.starts[begun(words, 0)]:
                self.starts[begun(words, 0)].append(known)

    def labels_in(self, text: str) -> set[str]:
        """Return the labels of all texts that stand whole in this one."""
        words = words_of(text)
        return {
            known.label
            for place in range(len(words) - RUN + 1)
            if words[place] in self.first_words
            for known in self.starts.get(begun(words, place), ())
            if digest(words[place : place + known.length]) == known.digest
        }


def begun(words: list[str], place: int) -> int:
    """Return a hash of the RUN words from a place on; it differs from process to process."""
    return hash(tuple(words[place : place + RUN]))


def digest(words: list[str]) -> bytes:
    """Return 8 bytes that name some words in their order."""
    return hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest()


def stories_by_split(session: Session) -> WholeTexts:
    """Return all stories of the project; the label of each is its family's split."""
    found = WholeTexts()
    for text, split in split_stories(session):
        found.add(text, split)
    return found


def divided_texts(session: Session) -> Iterator[tuple[str, str]]:
    """Yield (text, split) of every story of the project and of every prompt that is no story's."""
    yield from split_stories(session)
    prompts = select(PreferenceRow.prompt, PreferenceRow.split).where(PreferenceRow.model == "")
    for prompt, split in session.execute(prompts.execution_options(yield_per=ROWS_AT_ONCE)):
        yield from ((turn["content"], split) for turn in prompt)


def split_stories(session: Session) -> Iterator[tuple[str, str]]:
    """Yield (text, split) of every story of the project."""
    query = select(Story.text, Family.split).join(Family, Family.id == Story.family_id)
    yield from session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).tuples()
