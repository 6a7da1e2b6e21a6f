"""What leaves the project: the rows, their columns, and nothing about the machine behind them.

Excluded rows stay inside and are counted. References of models lose local paths and addresses of
servers, and sentences about rows lose what looks like a path or a key. The texts of the rows
themselves are the data: they leave as they are, save half characters, which no file can hold.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol

from sqlalchemy import select

from pipelines.errors import NothingToDo
from pipelines.preferences.rows import collect_rows
from pipelines.records import Event, Family, PreferenceRow, Split
from pipelines.store import Project

PATH = re.compile(
    r"(?:\bfile:/*|(?<![\w.:/])|(?<=\bpath:))"
    r"(?:~?/(?:[^\s/,;:\"'“”()]+/)+[^\s/,;:\"'“”()]*|~\w*/\S+|[A-Za-z]:[\\/]\S+|\\\\\S+)"
)
KEY = re.compile(r"\b(?:hf_|sk-|ghp_|github_pat_)[\w-]{8,}")
SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)


class Publishing(Protocol):
    """What has to be known to publish: whose rows, which of them, and what the card says."""

    model: str
    rows: str
    title: str
    license: str


@dataclass(frozen=True)
class Published:
    """The rows that leave, what is told about their families, and what stays inside."""

    rows: list[PreferenceRow]
    families: dict[str, Family]
    left_out: dict[str, int]  # why -> rows

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the rows by split, source and category; rows without category are "not set"."""
        return {
            "split": counted(row.split for row in self.rows),
            "source": counted(row.source for row in self.rows),
            "category": counted(row.category or "not set" for row in self.rows),
        }

    def lines(self, split: str = "") -> Iterator[dict[str, Any]]:
        """Yield the rows of one split, or all, with the columns that `line_of` names."""
        for row in self.rows:
            if split in ("", row.split):
                yield line_of(row, self.families[row.family_id])


def gather(project: Project, model: str, rows: tuple[str, ...]) -> Published:
    """Return what may leave of these ROWS.

    Raises:
        NothingToDo: if there is nothing, with what has to come first.
    """
    found = collect_rows(project, model, rows)
    kept = [row for row in found if not row.excluded]
    if not kept:
        raise NothingToDo(
            f"All {len(found)} rows ({', '.join(rows)}) are excluded. Put some back first."
        )
    with project.read() as session:
        families = {family.id: family for family in session.scalars(select(Family))}
        by_hand = set(
            session.scalars(
                select(Event.subject_id).where(
                    Event.subject == PreferenceRow.__tablename__, Event.action == "exclude"
                )
            )
        )
    # rows of the study are excluded by people alone; one that came back has another id
    excluded = [bool(row.model) or str(row.id) in by_hand for row in found if row.excluded]
    left_out = {"by a person": sum(excluded), "contaminated": len(excluded) - sum(excluded)}
    return Published(kept, families, left_out)


def counted(values: Iterator[str]) -> dict[str, int]:
    """Return how often each value occurs, in alphabetical order."""
    return dict(sorted(Counter(values).items()))


def line_of(row: PreferenceRow, family: Family) -> dict[str, Any]:
    """Return one row as TRL's trainers read it, with its split and where it comes from."""
    return {
        "prompt": messages(row.prompt),
        "chosen": messages(row.chosen),
        "rejected": messages(row.rejected),
        "split": row.split,
        "family": row.family_id,
        "theme": family.theme,
        "wording": row.wording,
        "arm": row.arm,
        "source": row.source,
        "model": public_reference(row.model),
        "category": row.category,
        "category_source": row.category_source,
        "flags": [without_private(str(flag)) for flag in row.flags],
    }


COLUMNS = {
    "prompt": "the question, a list of messages",
    "chosen": "the answer to prefer, a list of one message",
    "rejected": "the answer to avoid, a list of one message",
    "split": "train, validation or test; all rows of a family have the same",
    "family": "the plot or prompt that the row belongs to; the unit of every split and statistic",
    "theme": "what the plot is about",
    "wording": "which wording of the plot, or which row of the prompt",
    "arm": "whom the story is about: male, female, they; empty for rows without a story",
    "source": "balanced, control, imported or synthetic",
    "model": "whose judgments the row answers; empty for rows from elsewhere",
    "category": "the kind of gender bias, by the four categories of GenderAlign, or none",
    "category_source": "who chose the category: rule, model, person or file",
    "flags": "what was noticed about the row, in sentences",
}
"""What each column holds, in the order of `line_of`."""


def messages(conversation: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return a conversation with roles and contents alone."""
    return [
        {
            "role": message["role"],
            "content": message["content"].encode("utf-8", "replace").decode("utf-8"),
        }
        for message in conversation
    ]


def features() -> Any:
    """Return the columns' types for `datasets`; list columns keep messages as objects."""
    from datasets import Features, Value  # noqa: PLC0415  (slow to load)

    text = Value("string")
    conversation = [{"role": text, "content": text}]
    lists = {"prompt": conversation, "chosen": conversation, "rejected": conversation}
    others = {"wording": Value("int32"), "flags": [text]}
    return Features({name: (lists | others).get(name, text) for name in COLUMNS})


def public_reference(reference: str) -> str:
    """Return a model reference without what tells of this machine.

    A local model keeps the name of its folder, a served one the name it is served under.
    """
    scheme, _, rest = reference.partition(":")
    if scheme == "path":
        return f"path:{last_part(rest)}"
    if scheme == "endpoint":
        name = rest.partition("#")[2]
        local = name.startswith(("/", "~", ".")) or "\\" in name
        return f"endpoint:{last_part(name) if local else name}"
    return reference


def last_part(path: str) -> str:
    """Return the name of the folder that a path of any system ends in."""
    return PurePosixPath(path.replace("\\", "/")).name or "model"


def without_private(text: str) -> str:
    """Return a sentence without what looks like a local path or a key."""
    return KEY.sub("(key)", PATH.sub("(local path)", text))
