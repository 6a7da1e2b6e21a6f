"""What models wrote on request: how much of it could be read, and why the rest could not."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.replies import WAITING
from pipelines.sources import Reply
from pipelines.store import Project

SHOWN = 5
"""Requests on the page, and unreadable replies of each."""
LONGEST = 2_000
"""Characters shown of one reply."""


@dataclass(frozen=True)
class RequestView:
    """One request with its replies counted, and the newest that could not be read."""

    model: str
    settings: dict
    replies: int
    kept: int
    reasons: dict[str, int]
    unread: tuple[tuple[str, str], ...]  # (reason, the reply's beginning)


def latest_requests(project: Project, kind: str) -> list[RequestView]:
    """Return the requests of this kind, the one last answered first."""
    newest = (
        select(Reply.request, func.max(Reply.id).label("last"))
        .where(Reply.kind == kind)
        .group_by(Reply.request)
        .order_by(func.max(Reply.id).desc())
        .limit(SHOWN)
    )
    with project.read() as session:
        return [read_request(session, request, last) for request, last in session.execute(newest)]


def read_request(session: Session, request: str, last: int) -> RequestView:
    """Return one request."""
    reply = session.get_one(Reply, last)
    counted = session.execute(
        select(Reply.reason, func.count(), func.sum(Reply.kept))
        .where(Reply.request == request)
        .group_by(Reply.reason)
    ).all()
    unread = session.execute(
        select(Reply.reason, func.substr(Reply.raw_reply, 1, LONGEST))
        .where(Reply.request == request, Reply.reason.not_in(["", WAITING]))
        .order_by(Reply.id.desc())
        .limit(SHOWN)
    )
    return RequestView(
        reply.model,
        dict(reply.settings),
        sum(count for _, count, _ in counted),
        sum(kept for _, _, kept in counted),
        {reason: count for reason, count, _ in counted if reason},
        tuple(unread.tuples()),
    )
