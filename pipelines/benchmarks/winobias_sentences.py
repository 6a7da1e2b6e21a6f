"""The sentences of WinoBias, from its bracketed lines or from the tokens on the Hub.

A line is a number, a space and a sentence in which a person and the pronouns for that person stand
in square brackets. On the Hub a row has tokens, which are written as such a line and then read like
one; that both sources have the same words in every line is not certain, and was not compared. Its
rows are in the order of their documents' names as text (0, 100, 101, ..., 109, 10, 110), so a row's
line is the number at the end of `document_id`, which counts from 0, and one more.

Slips of the original are mended where the meaning is plain: "the [the physician]", "[ physician]",
"[she] he", doubled brackets, a space before a sign or before 's. Two lines of one number are not
made from each other; in some they are different sentences.

The other person of a sentence is the first occupation in it that is not the one in brackets. Every
occupation stands in brackets somewhere in a whole file, so all the bracketed ones together are the
list that is searched, with the benchmark's word lists where they lie beside. Where a cut file
leaves the other person unknown, `other` is "".
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from pipelines.benchmarks.original_form import (
    check_last_line,
    in_original_form,
    whole_number,
)
from pipelines.benchmarks.places import Place
from pipelines.errors import DataError
from pipelines.files.reading import read_lines

LABEL = "WinoBias"
HUB = "uclanlp/wino_bias"
COLUMNS = ("document_id", "tokens", "coreference_clusters")
SPLITS = {"dev": "validation", "test": "test"}
"""The file name's ending, and what the Hub calls it."""
SIDES = ("pro", "anti")
TYPES = (1, 2)
LISTS = ("male_occupations.txt", "female_occupations.txt")
SUBJECTS = ("he", "she", "they")
PRONOUNS = frozenset(
    (*SUBJECTS, "him", "his", "himself", "her", "hers", "herself", "them", "their", "themself")
)

BRACKET = re.compile(r"\[([^\[\]]*)\]")
ARTICLE = re.compile(r"^(?:the|an?)(?:\s+|$)", re.I)
MENDED = (
    (re.compile(r"\[[\[\s]*"), "["),
    (re.compile(r"[\]\s]*\]"), "]"),
    (re.compile(r"\b(?:the|an?) \[(?=(?:the|an?) )", re.I), "["),
    (re.compile(rf"(\[(?:{'|'.join(SUBJECTS)})\]) (?:{'|'.join(SUBJECTS)})\b", re.I), r"\1"),
    (re.compile(r"\s+(?=['’]s\b|n['’]t\b|[.,;:!?])"), ""),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True)
class Sentence:
    """One line: a person, a pronoun for that person, and another person."""

    split: str  # dev or test
    type: int  # 1: only the meaning tells; 2: the syntax tells
    side: str  # pro: the pronoun has the usual gender of the right occupation; anti: the other
    line: int
    text: str  # without brackets
    asked: str  # with brackets around the first pronoun only
    pronoun: str
    right: str  # the occupation that the pronoun refers to
    other: str  # the first other occupation; "" where it is not known

    @property
    def place(self) -> str:
        """The file's part, such as dev-type1."""
        return f"{self.split}-type{self.type}"


def read_sentences(place: Place) -> list[Sentence]:
    """Return every sentence of the files at hand, or of the Hub.

    Raises:
        DataError: if there is none of the files, or a line has another form.
    """
    found = list(from_hub(place) if place.root is None else from_files(place))
    if not found:
        raise DataError(
            "WinoBias: no sentence is in the files. Put the benchmark's own files there, such as "
            "pro_stereotyped_type1.txt.dev."
        )
    words = {one.right.lower() for one in found}
    if place.root is not None:
        words |= set(listed(place))
    search = occupations(words)
    return [replace(one, other=other_than(one, search)) for one in found]


def from_files(place: Place) -> Iterator[Sentence]:
    """Yield the sentences of the original files."""
    place.files("winobias", "*_stereotyped_type*.txt.*")
    for (split, kind), side in product(product(SPLITS, TYPES), SIDES):
        name = f"{side}_stereotyped_type{kind}.txt.{split}"
        if (place.folder / "winobias" / name).is_file():
            path = place.file("winobias", name)
            numbers: set[int] = set()
            for at, line in read_lines(path):
                if line.strip():
                    with in_original_form(LABEL, f"{name}:{at}"):
                        first, _, marked = line.strip().partition(" ")
                        number = new(whole_number(first, "the line's number"), numbers)
                        yield sentence(split, kind, side, number, marked)
            check_last_line(path)


def from_hub(place: Place) -> Iterator[Sentence]:
    """Yield the sentences of the Hub, in the order of the original's lines."""
    for (split, kind), side in product(product(SPLITS, TYPES), SIDES):
        config = f"type{kind}_{side}"
        found, numbers = [], set()
        for where, row in place.checked_rows(LABEL, COLUMNS, HUB, SPLITS[split], config):
            with in_original_form(LABEL, where):
                number = new(line_of(row["document_id"]), numbers)
                marked = with_brackets(row["tokens"], row["coreference_clusters"])
                found.append(sentence(split, kind, side, number, marked))
        yield from sorted(found, key=lambda one: one.line)


def line_of(document: str) -> int:
    """Return the line, from 1, of a document such as nw/dev_type1/stereotype//0."""
    return whole_number(document.rsplit("/", 1)[-1], "the end of document_id") + 1


def new(number: int, seen: set[int]) -> int:
    """Return a line's number, and refuse one that was there before."""
    if number in seen:
        raise ValueError(f"the number {number} is there twice")
    seen.add(number)
    return number


def with_brackets(tokens: Sequence[str], spans: Sequence[str]) -> str:
    """Return tokens as a line of the original; spans are first and last tokens, one by one.

    Raises:
        ValueError: if a span has no end, or is no number.
    """
    marked = list(tokens)
    ends = [whole_number(place, "an end of coreference_clusters") for place in spans]
    if len(ends) % 2:
        raise ValueError(f"coreference_clusters has {len(ends)} ends, which are no spans")
    for first, last in zip(ends[::2], ends[1::2], strict=True):
        marked[first] = f"[{marked[first]}"
        marked[last] = f"{marked[last]}]"
    return " ".join(marked)


def sentence(split: str, kind: int, side: str, line: int, marked: str) -> Sentence:
    """Return a marked line as a sentence; its other person is found when all lines are read.

    Raises:
        ValueError: if not exactly one person and at least one pronoun are in brackets.
    """
    mended = marked.strip()
    for slip, right in MENDED:
        mended = slip.sub(right, mended)
    inside = BRACKET.findall(mended)
    pronouns = [words for words in inside if words.lower() in PRONOUNS]
    people = [words for words in inside if words.lower() not in PRONOUNS]
    if len(people) != 1 or not pronouns or not ARTICLE.sub("", people[0]):
        raise ValueError(f"one person and a pronoun in brackets are needed: {mended[:60]}")
    return Sentence(
        split=split,
        type=kind,
        side=side,
        line=line,
        text=BRACKET.sub(r"\1", mended),
        asked=only_pronoun(mended),
        pronoun=pronouns[0],
        right=ARTICLE.sub("", people[0]),
        other="",
    )


def only_pronoun(marked: str) -> str:
    """Return a line with brackets around its first pronoun only."""
    first = next(found for found in BRACKET.finditer(marked) if found[1].lower() in PRONOUNS)
    before, after = marked[: first.start()], marked[first.end() :]
    return BRACKET.sub(r"\1", before) + first[0] + BRACKET.sub(r"\1", after)


def listed(place: Place) -> Iterator[str]:
    """Yield the occupations of the word lists, where these are there."""
    for name in LISTS:
        if (place.folder / "winobias" / name).is_file():
            yield from (
                line.strip().lower() for _, line in read_lines(place.file("winobias", name))
            )


def occupations(words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of these occupations in a text, longer ones first."""
    longest = sorted(filter(None, words), key=lambda word: (-len(word), word))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b", re.I)


def other_than(one: Sentence, search: re.Pattern[str]) -> str:
    """Return the first occupation in a sentence that is not the right one; "" if none is."""
    named = (found[0] for found in search.finditer(one.text))
    return next((word for word in named if word.lower() != one.right.lower()), "")
