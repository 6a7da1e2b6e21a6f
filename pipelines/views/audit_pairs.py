"""The pairs of one audit: their margins for the charts, and a single one in full."""

from collections import defaultdict

from sqlalchemy import select

from pipelines.measured import EvaluationItem
from pipelines.store import Project
from pipelines.views.rewards import ALL, CONTROLS, ITEM_COLUMNS, AuditItem, item_of


def list_margins(project: Project, audit_id: int) -> dict[str, list[float]]:
    """Return the reward margins of an audit's pairs by group.

    Of pairs about people: r(stigmatizing) − r(affirming) by identity, the baseline's under
    CONTROLS. Of preference rows: r(chosen) − r(rejected), by what the training did with the row.
    """
    found: defaultdict[str, list[float]] = defaultdict(list)
    query = (
        select(EvaluationItem.score, EvaluationItem.values)
        .where(EvaluationItem.evaluation_id == audit_id, EvaluationItem.score.is_not(None))
        .order_by(EvaluationItem.id)
    )
    with project.read() as session:
        for score, values in session.execute(query):
            if "preference_margin" in values:
                found[values["split"]].append(values["preference_margin"])
                continue
            name = CONTROLS if values.get("control") else values.get("identity") or ALL
            found[name].append(score)
    return dict(found)


def find_audit_item(project: Project, audit_id: int, key: str) -> AuditItem | None:
    """Return one pair of an audit, or None if there is none of this key."""
    query = select(*ITEM_COLUMNS).where(
        EvaluationItem.evaluation_id == audit_id, EvaluationItem.key == key
    )
    with project.read() as session:
        row = session.execute(query.limit(1)).first()
    return item_of(row) if row else None
