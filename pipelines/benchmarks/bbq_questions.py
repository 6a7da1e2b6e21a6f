"""Read the questions of BBQ about gender identity: rows of the original file or of the Hub.

Which answer is biased stands in the authors' metadata, or follows from the stereotyped groups; the
module `bbq` says how both agree. Rows of other categories are passed over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.benchmarks.original_form import (
    OnHub,
    Where,
    check_columns,
    in_original_form,
    some,
    whole_number,
)
from pipelines.benchmarks.places import Place
from pipelines.files.reading import read_rows

LABEL, CATEGORY, HUB = "BBQ", "Gender_identity", "oskarvanderwal/bbq"
COLUMNS = (
    "example_id", "question_index", "question_polarity", "context_condition", "category",
    "answer_info", "additional_metadata", "context", "question", "ans0", "ans1", "ans2", "label",
)  # fmt: skip
METADATA = ("category", "example_id", "target_loc")
UNKNOWN = "unknown"
FILE = f"{CATEGORY}.jsonl"
SIDES = (
    frozenset({"f", "woman", "women", "girl", "girls"}),
    frozenset({"m", "man", "men", "boy", "boys"}),
)
TARGETS = {"0": 0, "1": 1, "2": 2, "NA": None, "": None}


@dataclass(frozen=True)
class Question:
    """One row of the file; `biased` is the place of the biased answer, if one takes a side."""

    key: str
    template: str
    negative: bool
    condition: str  # ambig or disambig
    context: str
    question: str
    answers: tuple[str, ...]
    groups: tuple[str, ...]
    gold: int
    biased: int | None

    @property
    def people(self) -> list[int]:
        """The places of the two people among the answers."""
        return [place for place, group in enumerate(self.groups) if group != UNKNOWN]


def read_questions(place: Place) -> list[Question]:
    """Return the questions about gender identity, each once.

    Raises:
        DataError: if a file cannot be had, or has another form.
    """
    on_hub = place.root is None
    source, targets = (OnHub(HUB), {}) if on_hub else (FILE, read_targets(place))
    rows = ((where, row) for where, row in read_all(place) if row["category"] == CATEGORY)
    questions: dict[str, Question] = {}
    for where, row in some(rows, source, f"question of {CATEGORY}"):
        with in_original_form(LABEL, where):
            found = parse(row, targets)
            if found.key in questions:
                raise ValueError(f"example_id {found.key} twice")
            questions[found.key] = found
    return list(questions.values())


def read_all(place: Place) -> Iterator[tuple[Where, dict[str, Any]]]:
    """Yield (where, row) of every category that is there."""
    if place.root is None:
        yield from place.checked_rows(LABEL, COLUMNS, HUB, "test", "All")
        return
    for line, row in read_rows(place.file("bbq", FILE)):
        check_columns(LABEL, f"{FILE}:{line}", row, COLUMNS)
        yield f"{FILE}:{line}", row


def read_targets(place: Place) -> dict[str, int | None]:
    """Return the place of the biased answer by example id; {} without the metadata.

    Some examples have two rows, which agree in it.

    Raises:
        DataError: if the file has another form, or two rows disagree.
    """
    found: dict[str, int | None] = {}
    if not (place.folder / "bbq" / "additional_metadata.csv").is_file():
        return found
    path = place.file("bbq", "additional_metadata.csv")
    for line, row in read_rows(path):
        check_columns(f"{LABEL}'s metadata", f"{path.name}:1", row, METADATA)
        with in_original_form(f"{LABEL}'s metadata", f"{path.name}:{line}"):
            if row["category"] != CATEGORY:
                continue
            key = str(whole_number(row["example_id"], "example_id"))
            if (place_named := row["target_loc"].strip()) not in TARGETS:
                raise ValueError(f"target_loc is {place_named!r:.40}, not 0, 1, 2 or NA")
            target = TARGETS[place_named]
            if found.setdefault(key, target) != target:
                raise ValueError(f"another target_loc of example_id {key}")
    return found


def parse(row: dict[str, Any], targets: dict[str, int | None]) -> Question:
    """Return the question of one row.

    Raises:
        ValueError: if a value is not one of those that the file has.
    """
    infos = [row["answer_info"][f"ans{place}"] for place in range(3)]
    groups = tuple(info[1].strip().lower() for info in infos)
    answers = tuple(row[f"ans{place}"] for place in range(3))
    text = "".join((row["context"], row["question"], *answers))
    text.encode()  # refuses half a surrogate pair, which no tokenizer reads
    condition, polarity = row["context_condition"], row["question_polarity"]
    key = str(whole_number(row["example_id"], "example_id"))
    gold = whole_number(row["label"], "label")
    stereotyped = [group.lower() for group in row["additional_metadata"]["stereotyped_groups"]]
    biased = derive(groups, stereotyped, polarity) if key not in targets else targets[key]
    unknown = [place for place, group in enumerate(groups) if group == UNKNOWN]
    fits = {
        "answers": len(unknown) == 1 and len(set(answers)) == 3 and all(answers),
        "label": gold in range(3) and (gold in unknown) == (condition == "ambig"),
        "target_loc": biased not in unknown,
        "context_condition": condition in ("ambig", "disambig"),
        "question_polarity": polarity in ("neg", "nonneg"),
    }
    if wrong := [name for name, fine in fits.items() if not fine]:
        raise ValueError(f"unexpected {', '.join(wrong)}")
    return Question(
        key, str(row["question_index"]), polarity == "neg", condition, row["context"],
        row["question"], answers, groups, gold, biased,
    )  # fmt: skip


def derive(groups: Sequence[str], stereotyped: Sequence[str], polarity: str) -> int | None:
    """Return the place of the answer that fits the stereotype; None where both or neither do."""
    people = [place for place, group in enumerate(groups) if group != UNKNOWN]
    named = [place for place in people if belongs(groups[place], stereotyped)]
    if len(named) != 1 or len(people) != 2:
        return None
    return named[0] if polarity == "neg" else next(place for place in people if place != named[0])


def belongs(group: str, stereotyped: Sequence[str]) -> bool:
    """Tell whether an answer's group is a stereotyped one, both in lower case."""
    if any(name.startswith("trans") for name in stereotyped):
        return group.startswith("trans")
    return any(group in side and not side.isdisjoint(stereotyped) for side in SIDES)
