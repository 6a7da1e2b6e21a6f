"""Read what there is to check: every wording with its age, and a mark of what was last checked.

The mark is a hash of everything the verdict depends on: the texts and names of all arms, what the
swap engine left open, the near-duplicates, the settings, and the version of the checks. So what
changed is found without anybody having to say so.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from pipelines.configs import CheckConfig, config_hash
from pipelines.gate.checks import Told
from pipelines.gate.duplicates import Near, Plain, plain_text
from pipelines.records import Arm, Story

CHECKS_VERSION = 2
"""To be raised when a check changes, so that stories are checked anew."""

ROWS_AT_ONCE = 2_000
ARM_ORDER = {Arm.MALE: 0, Arm.FEMALE: 1, Arm.THEY: 2}

Key = tuple[str, int]
"""Family id and wording."""


@dataclass(frozen=True)
class Surveyed:
    """One wording as the survey leaves it: without its texts, to keep 100,000 in memory."""

    age: int  # the smallest story id; a smaller one came earlier
    digest: str
    mark: str | None  # of the last check; None if there was none, or the arms have different ones
    plain: Plain

    def current_mark(self, near: Sequence[Near], settings: str) -> str:
        """Return the mark that a check of the present state leaves."""
        return hashed([CHECKS_VERSION, self.digest, settings, [repr(one) for one in near]])[:12]


def survey(session: Session, families: Collection[str] | None = None) -> dict[Key, Surveyed]:
    """Return every wording of the project, or of some families, the earliest first."""
    left_open = case(
        (
            func.json_type(Story.checks, "$.left_open") == "array",
            func.json_extract(Story.checks, "$.left_open"),
        )
    )
    query = select(
        Story.id,
        Story.family_id,
        Story.wording,
        Story.arm,
        Story.name,
        Story.text,
        left_open.label("left_open"),
        func.json_extract(Story.checks, "$.mark").label("mark"),
    )
    if families is not None:
        query = query.where(Story.family_id.in_(families))
    found = {key: survey_wording(rows) for key, rows in by_wording(session, query)}
    return dict(sorted(found.items(), key=lambda entry: entry[1].age))


def by_wording(session: Session, query: Select) -> Iterator[tuple[Key, list[Row]]]:
    """Yield the rows of each wording, its arms in the order male, female, they."""
    rows = session.execute(
        query.order_by(Story.family_id, Story.wording).execution_options(yield_per=ROWS_AT_ONCE)
    )
    for key, group in groupby(rows, key=lambda row: (row.family_id, row.wording)):
        yield key, sorted(group, key=lambda row: (ARM_ORDER.get(row.arm, 9), row.arm))


def survey_wording(rows: Sequence[Row]) -> Surveyed:
    """Return what the survey keeps of one wording."""
    marks = {row.mark for row in rows}
    return Surveyed(
        age=min(row.id for row in rows),
        digest=digest([told_of(row, json.loads(row.left_open or "[]")) for row in rows]),
        mark=marks.pop() if len(marks) == 1 else None,
        plain=Plain(rows[0].family_id, plain_text(rows[0].text, rows[0].name)),
    )


def told_of(row: Row | Story, left_open: Any) -> Told:
    """Return one story as the checks read it."""
    sentences = left_open if isinstance(left_open, list) else []
    return Told(row.arm, row.name, row.text, tuple(map(str, sentences)))


def digest(stories: Sequence[Told]) -> str:
    """Return a hash of the arms of one wording, in the order in which they are checked."""
    return hashed([[told.arm, told.name, told.text, told.left_open] for told in stories])


def hashed(value: Any) -> str:
    """Return the SHA-256 of a value as JSON."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def outdated(
    wordings: Mapping[Key, Surveyed], near: Mapping[Key, Sequence[Near]], config: CheckConfig
) -> dict[Key, str]:
    """Return the wordings whose mark is not the present one, with the mark that they are to get."""
    settings = config_hash(config)
    current = {key: one.current_mark(near.get(key, ()), settings) for key, one in wordings.items()}
    return {key: mark for key, mark in current.items() if wordings[key].mark != mark}
