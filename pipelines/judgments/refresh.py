"""Compare pairs again after a person or the quality gate has changed which stories count."""

from collections.abc import Collection

from sqlalchemy import select

from pipelines.judgments.inconsistency import update_inconsistencies
from pipelines.records import Judgment
from pipelines.store import Project


def refresh_pairs(project: Project, families: Collection[str]) -> None:
    """Write the pairs of these families anew, for every model that has judged anything."""
    if not families:
        return
    with project.read() as session:
        judges = session.execute(select(Judgment.model, Judgment.method).distinct()).tuples().all()
    for model, method in judges:
        update_inconsistencies(project, model, method, families)
