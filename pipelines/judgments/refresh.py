"""Compare pairs again after a person or the quality gate has changed which stories count."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.judgments.inconsistency import update_pairs
from pipelines.records import Inconsistency, Judgment, Story
from pipelines.store import in_parts


def refresh_pairs(session: Session, families: Collection[str]) -> None:
    """Write the pairs of these families anew, for every model that has judged any of them.

    It belongs into the transaction that changes the stories: a pair never outlives what it is of.
    """
    for model, method in sorted(judges_of(session, families)):
        update_pairs(session, model, method, families)


def judges_of(session: Session, families: Collection[str]) -> set[tuple[str, str]]:
    """Return model and method of all judgments and comparisons of these families."""
    judged = select(Judgment.model, Judgment.method).join(Story, Story.id == Judgment.story_id)
    compared = select(Inconsistency.model, Inconsistency.method)
    found: set[tuple[str, str]] = set()
    for part in in_parts(families):
        of_part = judged.where(Story.family_id.in_(part)).union(
            compared.where(Inconsistency.family_id.in_(part))
        )
        found.update(session.execute(of_part).tuples())
    return found
