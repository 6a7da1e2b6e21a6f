"""The queues of curation, one card of them, and the preference set that comes out."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pipelines.balance.checking import check_balanced
from pipelines.curation import counts, passing
from pipelines.records import BalancedJudgment, Family, PreferenceRow, Status, Story
from pipelines.store import Project
from pipelines.views.judgments import PairDetail, find_pair

QUEUES = ("to do", "accepted", "discarded", "flagged")


@dataclass(frozen=True)
class CheckView:
    """One check of a text: its name in words, whether it holds, and what to do."""

    name: str
    ok: bool
    reason: str


@dataclass(frozen=True)
class CardView:
    """One balanced judgment with its pair; `place` is its position in the queue, from 1."""

    id: int
    status: str
    text: str
    source: str
    decided_by: str
    edit_distance: int
    checks: tuple[CheckView, ...]
    model: str
    split: str
    title: str
    pair: PairDetail | None
    place: int
    total: int


def queue_counts(project: Project) -> dict[str, int]:
    """Return how many cards each queue has; flagged ones are also to do."""
    found = counts(project)
    return {
        "to do": found["draft"],
        "accepted": found["accepted"],
        "discarded": found["discarded"],
        "flagged": found["flagged"],
    }


def in_queue(query: Select, queue: str) -> Select:
    """Return the query with the condition of a queue."""
    status = {"accepted": Status.ACCEPTED, "discarded": Status.DISCARDED}.get(queue, Status.DRAFT)
    query = query.where(BalancedJudgment.status == status)
    return query.where(~passing()) if queue == "flagged" else query


def find_card(project: Project, queue: str, near: int, step: int = 0) -> CardView | None:
    """Return the card `step` (-1, 0, 1) from `near`, or the closest there is; None if none is."""
    own = BalancedJudgment.id
    query = in_queue(select(own), queue)
    onward, backward = (own > near, own < near) if step else (own >= near, own < near)
    tries = [query.where(onward).order_by(own), query.where(backward).order_by(own.desc())]
    if step < 0:
        tries = [tries[1], query.where(own >= near).order_by(own)]
    elif step > 0:
        tries[1] = query.where(own <= near).order_by(own.desc())
    with project.read() as session:
        for attempt in tries:
            found = session.scalar(attempt.limit(1))
            if found is not None:
                return read_card(project, found, queue)
    return None


def read_card(project: Project, card_id: int, queue: str = "to do") -> CardView | None:
    """Return one card, or None if it is gone."""
    with project.read() as session:
        row = session.get(BalancedJudgment, card_id)
        if row is None:
            return None
        family = session.get_one(Family, row.family_id)
        checks = check_text(session, row, row.text)
        place = count(session, in_queue(select(BalancedJudgment.id), queue), card_id)
        total = count(session, in_queue(select(BalancedJudgment.id), queue))
    return CardView(
        id=row.id,
        status=str(row.status),
        text=row.text,
        source=row.source,
        decided_by=row.decided_by,
        edit_distance=row.edit_distance,
        checks=checks,
        model=row.model,
        split=family.split,
        title=family.title,
        pair=find_pair(project, row.family_id, row.wording, row.model),
        place=place,
        total=total,
    )


def count(session: Session, query: Select, up_to: int | None = None) -> int:
    """Return how many cards there are, or how many up to this id."""
    if up_to is not None:
        query = query.where(BalancedJudgment.id <= up_to)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def check_typed(project: Project, card_id: int, text: str) -> tuple[CheckView, ...]:
    """Return the checks of a text that is being typed for a card; none if the card is gone."""
    with project.read() as session:
        row = session.get(BalancedJudgment, card_id)
        return check_text(session, row, text) if row else ()


def check_text(session: Session, row: BalancedJudgment, text: str) -> tuple[CheckView, ...]:
    """Return the checks of a text about one pair."""
    names = session.scalars(
        select(Story.name).where(Story.family_id == row.family_id, Story.wording == row.wording)
    ).all()
    return tuple(
        CheckView(check.name.replace("_", " "), check.ok, check.reason)
        for check in check_balanced(text, names)
    )


def accepted_by_split(project: Project) -> dict[tuple[str, str], int]:
    """Return how many accepted pairs each (model, split) has."""
    query = (
        select(BalancedJudgment.model, Family.split, func.count())
        .join(Family, Family.id == BalancedJudgment.family_id)
        .where(BalancedJudgment.status == Status.ACCEPTED)
        .group_by(BalancedJudgment.model, Family.split)
    )
    with project.read() as session:
        return {(model, split): number for model, split, number in session.execute(query)}


def rows_by_source(project: Project) -> list[tuple[str, str, str, int]]:
    """Return (model, split, source, rows) of the preference sets as they were last built."""
    own = PreferenceRow
    query = select(own.model, own.split, own.source, func.count()).group_by(
        own.model, own.split, own.source
    )
    with project.read() as session:
        return [tuple(row) for row in session.execute(query.order_by(own.model, own.split))]


def newest_export(project: Project) -> Path | None:
    """Return the file or folder that was exported last, or None."""
    found = [
        path
        for path in project.exports.glob("preferences-*")
        if (path / "README.md").is_file() or path.suffix in (".jsonl", ".parquet")
    ]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)
