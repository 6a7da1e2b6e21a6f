"""Write the rows of one file into the project, in one transaction with the file's own record.

Splits are given before the transaction begins, because other writers wait while it lasts; that
nothing changed in between is checked in it.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.errors import ProjectError
from pipelines.preferences.importing.collection import Collection
from pipelines.preferences.importing.present import SOURCE, standing
from pipelines.preferences.importing.splits import THEME, Splits, split_families
from pipelines.records import Family, Kind, PreferenceRow, now
from pipelines.sources import ImportedFile
from pipelines.store import Project
from pipelines.stories.split import count_splits

AT_A_TIME = 2_000
TITLE = 60  # characters


@dataclass(frozen=True)
class Plan:
    """What is to be written: the collection, its flags by row, where it came from, the split's
    seed, and how the project stood when the collection was made."""

    collection: Collection
    flags: dict[int, list[str]]
    provenance: dict[str, Any]
    seed: int
    stood: tuple[int, ...]


def write_rows(project: Project, plan: Plan, file: ImportedFile) -> Splits:
    """Write all new rows with their families, and the file's record; return the splits.

    Raises:
        ProjectError: if another import wrote meanwhile; nothing is written then.
    """
    collection = plan.collection
    ids = [family.id for family in collection.families]
    with project.read() as session:
        known, taken = known_splits(session, ids), count_splits(session)
    splits = split_families(ids, collection.links, known, plan.seed, taken)
    new = [number for number, name in enumerate(ids) if name not in known]
    families, rows = Family.__table__.insert(), PreferenceRow.__table__.insert()
    with project.write() as session:
        if standing(session) != plan.stood:
            raise ProjectError(
                "Another stage added imported or written rows while this file was read, so nothing "
                "of it was written. Import the file again."
            )
        for numbers in parts(new):
            session.execute(families, [family_values(plan, splits, n) for n in numbers])
        for numbers in parts(range(collection.present, len(collection.spool))):
            session.execute(rows, [row_values(plan, splits, n) for n in numbers])
        session.add(file)
    return splits


def parts(items: Sequence) -> Iterator[Sequence]:
    """Yield the items in parts of at most AT_A_TIME."""
    for start in range(0, len(items), AT_A_TIME):
        yield items[start : start + AT_A_TIME]


def known_splits(session: Session, ids: list[str]) -> dict[str, str]:
    """Return the splits of those of the ids that are families of the project."""
    known: dict[str, str] = {}
    for part in parts(ids):
        query = select(Family.id, Family.split).where(Family.id.in_(part))
        known.update(session.execute(query).tuples().all())
    return known


def family_values(plan: Plan, splits: Splits, number: int) -> dict[str, Any]:
    """Return the columns of one family."""
    family = plan.collection.families[number]
    first = plan.collection.spool[family.first]
    return {
        "id": family.id,
        "theme": THEME,
        "title": title_of(first["prompt"]),
        "kind": Kind.PREFERENCE,
        "source": "import",
        "split": splits.of[number],
        "stance": None,
        "moral_reason": "",
        "immoral_reason": "",
        "provenance": {**plan.provenance, "row": first["place"]},
        "created_at": now(),
    }


def title_of(prompt: list[dict[str, str]]) -> str:
    """Return the first words of a prompt's last question."""
    question = prompt[-1]["content"][: 10 * TITLE]
    return textwrap.shorten(question, TITLE, placeholder="…") or question[:TITLE]


def row_values(plan: Plan, splits: Splits, number: int) -> dict[str, Any]:
    """Return the columns of one row, which is the next wording of its family."""
    record = plan.collection.spool[number]
    place = plan.collection.family_of[number]
    family = plan.collection.families[place]
    family.wording += 1
    return {
        "family_id": family.id,
        "wording": family.wording,
        "arm": "",
        "model": "",
        "split": splits.of[place],
        "source": SOURCE,
        "prompt": record["prompt"],
        "chosen": [{"role": "assistant", "content": record["chosen"]}],
        "rejected": [{"role": "assistant", "content": record["rejected"]}],
        "category": record["category"],
        "category_source": "file" if record["category"] else "",
        "flags": [*record["flags"], *plan.flags.get(number, [])],
        "excluded": record["excluded"],
    }
