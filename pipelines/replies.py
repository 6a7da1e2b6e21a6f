"""Ask a model to write until enough could be read; every reply is kept, also the unreadable ones.

A *request* is everything that shapes the replies, but not how many are wanted. Its replies are
numbered and asked for in fixed blocks of numbers, each drawn with a seed of its own, so five as a
sample and then a hundred is one run, with the same replies as a hundred at once. A block that was
cut short by a stop or a kill is asked again, and only the numbers that are missing are written.
A reply and what was read from it are written in one transaction; a reply beyond the number that is
wanted waits unread until more are wanted.

Not covered: a model that draws otherwise for the same prompts and seed, as servers may.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.models.interface import Prompt, Sampling
from pipelines.models.load import load_model
from pipelines.progress import Progress
from pipelines.sources import Reply
from pipelines.store import Project

FIRST_BLOCK = 4
LARGEST_BLOCK = 64
"""Blocks double from the first size to the largest: a sample is quick, a long run is not slow."""
SPREAD = 100_003
"""Keeps the draws of one seed apart from those of the next, however many replies there are."""
MOST_SEEDS = 2**62
"""Seeds that PyTorch takes, with room for the places in a block."""
WAITING = "not needed yet"
"""The reason of a reply that has not been read, because enough could be read before it."""


@dataclass(frozen=True)
class Request:
    """What is asked of which model; `settings` hold all that shapes the replies."""

    kind: str  # family / terms / triples
    model: str
    settings: dict[str, Any]
    sampling: Sampling

    @property
    def id(self) -> str:
        """12 hex digits that name the request."""
        parts = [self.kind, self.model, self.settings, vars(self.sampling)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Counts:
    """What a request has given so far."""

    replies: int
    kept: int
    reasons: dict[str, int]  # why a reply could not be used -> how many
    waiting: int = 0  # replies that have not been read, because enough could be


Read = Callable[[Session, int, str], tuple[str, int]]
"""(session, the reply's number, its text) -> (why it could not be used or "", how many it gave)."""


def count(project: Project, request: Request) -> Counts:
    """Return what the request has given so far; nothing yet is (0, 0, {}, 0)."""
    with project.read() as session:
        rows = session.execute(
            select(Reply.reason, func.count(), func.sum(Reply.kept))
            .where(Reply.request == request.id)
            .group_by(Reply.reason)
        ).all()
    reasons = {reason: number for reason, number, _ in rows if reason}
    return Counts(
        replies=sum(number for _, number, _ in rows),
        kept=sum(kept for _, _, kept in rows),
        waiting=reasons.pop(WAITING, 0),
        reasons=reasons,
    )


def ask_until(
    project: Project,
    request: Request,
    wanted: int,
    most_replies: int,
    prompt_for: Callable[[int], Prompt],
    read: Read,
) -> Iterator[Progress]:
    """Ask until `wanted` were kept or `most_replies` replies are there, whichever comes first.

    Yields a Progress (kept, wanted) after each batch of replies is written. More than `wanted`
    are kept only where one reply gives several.

    Raises:
        ModelError: if the model cannot be loaded or reached; what was written before stays.
    """
    found = count(project, request)
    if found.waiting and found.kept < wanted:
        with project.write() as session:
            read_waiting(session, request, wanted, read)
        found = count(project, request)
        yield progress_of(found, wanted)
    if found.kept >= wanted or found.replies >= most_replies:
        return
    yield Progress(found.kept, wanted, f"loading {request.model}")
    model = load_model(project, request.model)
    for numbers in unfinished_blocks(project, request, most_replies):
        seed = (request.sampling.seed * SPREAD + numbers[0]) % MOST_SEEDS
        drawn = replace(request.sampling, seed=seed)
        for batch in model.generate([prompt_for(number) for number in numbers], drawn):
            with project.write() as session:
                keep(session, request, [(numbers[i], text) for i, text in batch], wanted, read)
            found = count(project, request)
            yield progress_of(found, wanted)
            if found.kept >= wanted:
                return


def progress_of(found: Counts, wanted: int) -> Progress:
    """Say how many of the wanted ones are kept."""
    return Progress(min(found.kept, wanted), wanted, f"{found.replies} replies")


def unfinished_blocks(project: Project, request: Request, most_replies: int) -> Iterator[range]:
    """Yield the blocks of numbers, all below `most_replies`, that lack a reply."""
    with project.read() as session:
        answered = set(session.scalars(select(Reply.number).where(Reply.request == request.id)))
    start = 0
    while start < most_replies:
        size = min(max(FIRST_BLOCK, start), LARGEST_BLOCK)
        numbers = range(start, min(start + size, most_replies))
        if not answered.issuperset(numbers):
            yield numbers
        start += size


def keep(
    session: Session, request: Request, replies: Iterable[tuple[int, str]], wanted: int, read: Read
) -> None:
    """Write down the replies that are not there yet, each with what it gave.

    Another process may have written some of them meanwhile; the session holds the write lock.
    """
    mine = select(Reply.number).where(Reply.request == request.id)
    kept = kept_so_far(session, request)
    for number, text in replies:
        if session.scalar(mine.where(Reply.number == number)) is not None:
            continue
        reason, gave = read(session, number, text) if kept < wanted else (WAITING, 0)
        kept += gave
        session.add(
            Reply(
                request=request.id,
                kind=request.kind,
                number=number,
                model=request.model,
                settings=request.settings | vars(request.sampling),
                raw_reply=text,
                reason=reason,
                kept=gave,
            )
        )


def read_waiting(session: Session, request: Request, wanted: int, read: Read) -> None:
    """Read waiting replies, in the order of their numbers, until enough are kept."""
    kept = kept_so_far(session, request)
    waiting = session.scalars(
        select(Reply)
        .where(Reply.request == request.id, Reply.reason == WAITING)
        .order_by(Reply.number)
    ).all()
    for reply in waiting:
        if kept >= wanted:
            return
        reply.reason, reply.kept = read(session, reply.number, reply.raw_reply)
        kept += reply.kept


def kept_so_far(session: Session, request: Request) -> int:
    """Return how many families, terms or triples the request has given."""
    total = select(func.sum(Reply.kept)).where(Reply.request == request.id)
    return session.scalar(total) or 0
