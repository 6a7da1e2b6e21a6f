"""Judgments belong to weights and not to a name: those of other weights are set aside.

A reference stays while weights change: a run is trained further, a folder gets new files. What the
earlier weights have said keeps its place under a name of its own, and comes back with them. Nothing
is known of judgments from before weights were kept; they count as those of the first that are seen.
"""

import hashlib

from sqlalchemy import update
from sqlalchemy.orm import Session

from pipelines.models.fingerprint import fingerprint
from pipelines.records import Calibration, Inconsistency, JudgedWith, Judgment
from pipelines.store import Project


def set_other_weights_aside(project: Project, model: str) -> bool:
    """Give judgments, calibrations and pairs of other weights another name; tell if there are any.

    Raises:
        ModelError: if there is no such model.
    """
    weights = fingerprint(project, model)
    with project.write() as session:
        known = session.get(JudgedWith, model)
        if known is None:
            session.add(JudgedWith(model=model, fingerprint=weights))
        if known is None or known.fingerprint == weights:
            return False
        rename(session, model, earlier_name(model, known.fingerprint))
        rename(session, earlier_name(model, weights), model)
        known.fingerprint = weights
        return True


def earlier_name(model: str, weights: str) -> str:
    """Return what judgments of other weights are called."""
    return f"{model} (earlier, {hashlib.sha256(weights.encode()).hexdigest()[:8]})"


def rename(session: Session, old: str, new: str) -> None:
    """Give what was judged under one name another."""
    for table in (Judgment, Calibration, Inconsistency):
        session.execute(update(table).where(table.model == old).values(model=new))
