"""Write the rows of one file into the project, in one transaction with the file's own record.

All is decided and encoded before the transaction begins, because other writers wait while it lasts;
that nothing changed in between is checked in it.
"""

import textwrap
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import ProjectError
from pipelines.preferences.importing.collection import Collection
from pipelines.preferences.importing.prepared import PreparedRows
from pipelines.preferences.importing.present import SOURCE, standing
from pipelines.preferences.importing.splits import THEME
from pipelines.records import Family, Kind, PreferenceRow, Record, now
from pipelines.sources import ImportedFile
from pipelines.store import Project

FAMILY_COLUMNS = [column.name for column in Family.__table__.columns]
ROW_COLUMNS = [column.name for column in PreferenceRow.__table__.columns if column.name != "id"]
TITLE = 60  # characters


@dataclass(frozen=True)
class Plan:
    """What is to be written, and how the project stood when that was decided."""

    collection: Collection
    splits: Sequence[str]  # by family
    known: Container[str]  # ids of the families that the project has
    flags: Mapping[int, list[str]]  # what was noticed last, by row
    provenance: Mapping[str, Any]
    stood: tuple[int, ...]


def write_rows(project: Project, plan: Plan, file: ImportedFile) -> None:
    """Write all new rows with their families, and the file's record.

    Raises:
        ProjectError: if the disk is full, or another import wrote meanwhile; then nothing of the
            file is written.
    """
    with prepare(project, Family, FAMILY_COLUMNS) as families:
        for number, family in enumerate(plan.collection.families):
            if family.id not in plan.known:
                families.add(family_values(plan, number))
        with prepare(project, PreferenceRow, ROW_COLUMNS) as rows:
            for number in range(plan.collection.present, len(plan.collection.spool)):
                rows.add(row_values(plan, number))
            with project.write() as session:
                if standing(session) != plan.stood:
                    raise ProjectError(
                        "Another stage added imported or written rows while this file was read, so "
                        "nothing of it was written. Import the file again."
                    )
                families.insert(session)
                rows.insert(session)
                session.add(file)


def prepare(project: Project, record: type[Record], columns: list[str]) -> PreparedRows:
    """Return an empty list of rows for a record's table."""
    return PreparedRows(record.__table__, columns, project.engine, project.root)


def family_values(plan: Plan, number: int) -> dict[str, Any]:
    """Return the columns of one family."""
    family = plan.collection.families[number]
    first = plan.collection.spool[family.first]
    return {
        "id": family.id,
        "theme": THEME,
        "title": title_of(first["prompt"]),
        "kind": Kind.PREFERENCE,
        "source": "import",
        "split": plan.splits[number],
        "stance": None,
        "moral_reason": "",
        "immoral_reason": "",
        "provenance": {**plan.provenance, "row": first["place"]},
        "created_at": now(),
    }


def title_of(prompt: list[dict[str, str]]) -> str:
    """Return the first words of a prompt's last question."""
    question = prompt[-1]["content"][: 3 * TITLE]
    return textwrap.shorten(question, TITLE, placeholder="…") or question[:TITLE]


def row_values(plan: Plan, number: int) -> dict[str, Any]:
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
        "split": plan.splits[place],
        "source": SOURCE,
        "prompt": record["prompt"],
        "chosen": [{"role": "assistant", "content": record["chosen"]}],
        "rejected": [{"role": "assistant", "content": record["rejected"]}],
        "category": record["category"],
        "category_source": "file" if record["category"] else "",
        "flags": [*record["flags"], *plan.flags.get(number, [])],
        "excluded": record["excluded"],
    }
