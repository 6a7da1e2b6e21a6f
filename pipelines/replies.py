"""Ask a model to write until enough could be read; every reply is kept, also the unreadable ones.

A *request* is everything that shapes the replies, but not how many are wanted. Its replies are
numbered in the order of asking, so five as a sample and then a hundred is one run: the hundred goes
on after the five, and a run that was stopped or killed asks again for the numbers that are missing.
A reply and what was read from it are written in one transaction.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.models.interface import Prompt, Sampling
from pipelines.models.load import load_model
from pipelines.progress import Progress
from pipelines.sources import Reply
from pipelines.store import Project

FEWEST = 4
"""Prompts handed to a model at once, at least; a batch costs little more than one."""
SPREAD = 100_003
"""Keeps the draws of one seed apart from those of the next, however many replies there are."""


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


Read = Callable[[Session, int, str], tuple[str, int]]
"""(session, the reply's number, its text) -> (why it could not be used or "", how many it gave)."""


def count(project: Project, request: Request) -> Counts:
    """Return what the request has given so far; nothing yet is (0, 0, {})."""
    with project.read() as session:
        rows = session.execute(
            select(Reply.reason, func.count(), func.sum(Reply.kept))
            .where(Reply.request == request.id)
            .group_by(Reply.reason)
        ).all()
    return Counts(
        sum(number for _, number, _ in rows),
        sum(kept for _, _, kept in rows),
        {reason: number for reason, number, _ in rows if reason},
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

    Yields a Progress (kept, wanted) after each batch of replies is written.

    Raises:
        ModelError: if the model cannot be loaded or reached; what was written before stays.
    """
    found = count(project, request)
    if found.kept >= wanted or found.replies >= most_replies:
        return
    yield Progress(found.kept, wanted, f"loading {request.model}")
    model = load_model(project, request.model)
    while found.kept < wanted and found.replies < most_replies:
        room = most_replies - found.replies
        together = min(max(FEWEST, 2 * (wanted - found.kept)), model.together, room)
        numbers = unanswered(project, request, together)
        prompts = [prompt_for(number) for number in numbers]
        drawn = replace(request.sampling, seed=request.sampling.seed * SPREAD + numbers[0])
        for batch in model.generate(prompts, drawn):
            with project.write() as session:
                for index, text in batch:
                    keep(session, request, numbers[index], text, read)
            found = count(project, request)
            yield Progress(found.kept, wanted, f"{found.replies} replies read")


def unanswered(project: Project, request: Request, many: int) -> list[int]:
    """Return the first `many` numbers without a reply."""
    with project.read() as session:
        answered = set(session.scalars(select(Reply.number).where(Reply.request == request.id)))
    numbers: list[int] = []
    number = 0
    while len(numbers) < many:
        if number not in answered:
            numbers.append(number)
        number += 1
    return numbers


def keep(session: Session, request: Request, number: int, text: str, read: Read) -> None:
    """Read one reply and write it down with what it gave."""
    reason, kept = read(session, number, text)
    session.add(
        Reply(
            request=request.id,
            kind=request.kind,
            number=number,
            model=request.model,
            settings=request.settings | vars(request.sampling),
            raw_reply=text,
            reason=reason,
            kept=kept,
        )
    )
