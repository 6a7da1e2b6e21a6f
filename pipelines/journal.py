"""The journal of decisions on balanced judgments: append-only, with undo and redo a person.

Events of one click share a batch, and undo takes the whole batch back. It goes through the
person's own batches only and is a batch itself, so nothing is ever deleted; redo takes an undo
back. A decision made after an undo clears the redo line.

An event keeps what it changed as `before` and `after`, with a fingerprint of the text. Undo and
redo compare: where anybody else, or a stage, has changed a record meanwhile, they refuse.
`updated_at` tells of the last change, also when that was an undo.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from pipelines.errors import DataError, NothingToDo, StudioError
from pipelines.records import BalancedJudgment, Event, now
from pipelines.store import in_parts

SUBJECT = BalancedJudgment.__tablename__


@dataclass(frozen=True)
class Decision:
    """What one call changed; without any change `ids` and `batch` are empty."""

    action: str
    ids: tuple[int, ...]
    batch: str


def change(
    session: Session,
    action: str,
    rows: Collection[BalancedJudgment],
    who: str,
    changes: dict[str, Any],
) -> Decision:
    """Make the same changes to all rows, with an event for each; no rows change nothing."""
    if not rows:
        return Decision(action, (), "")
    swaps = {}
    for row in rows:
        before = snapshot(row, changes)
        fingerprint = fingerprint_of(changes.get("text", row.text))
        swaps[row.id] = before, {**before, **changes, "fingerprint": fingerprint}
    return write(session, action, who, swaps)


def take_back(session: Session, action: str, who: str) -> Decision:
    """Undo or redo: swap before and after of the batch that is next in line.

    Raises:
        NothingToDo: if there is none.
        StudioError: if one of its records has changed since; nothing is written then.
    """
    standing, undone = lines(session, who)
    line = standing if action == "undo" else undone
    if not line:
        raise NothingToDo(f"There is nothing of {who} to {action}. Decide about a draft first.")
    query = select(Event).where(Event.batch == line[-1]).order_by(Event.id)
    taken = {int(old.subject_id): old for old in session.scalars(query)}
    refuse_if_changed(session, who, action, taken)
    swaps = {id: (old.after, old.before) for id, old in taken.items()}
    return write(session, action, who, swaps, undoes=line[-1])


def write(
    session: Session,
    action: str,
    who: str,
    swaps: dict[int, tuple[dict[str, Any], dict[str, Any]]],
    undoes: str | None = None,
) -> Decision:
    """Write one batch: each `after` into its record, and (before, after) into the journal."""
    batch, at = uuid4().hex, now()
    shared = {"at": at, "who": who, "action": action, "subject": SUBJECT, "batch": batch}
    events = [
        {**shared, "undoes": undoes, "subject_id": str(id), "before": before, "after": after}
        for id, (before, after) in swaps.items()
    ]
    values = [
        {"id": id, "updated_at": at, **{k: v for k, v in after.items() if k != "fingerprint"}}
        for id, (_, after) in swaps.items()
    ]
    session.execute(insert(Event), events)
    session.execute(update(BalancedJudgment), values)
    return Decision(action, tuple(swaps), batch)


def lines(session: Session, who: str) -> tuple[list[str], list[str]]:
    """Return one person's batches that can be undone, and the undos that can be redone."""
    query = (
        select(Event.batch, Event.action, Event.undoes)
        .where(Event.who == who, Event.subject == SUBJECT)
        .group_by(Event.batch)
        .order_by(func.min(Event.id))
    )
    standing: list[str] = []
    undone: list[str] = []
    for batch, action, undoes in session.execute(query).tuples():
        if action == "undo":
            standing.remove(undoes)
            undone.append(batch)
            continue
        if action == "redo":
            undone.remove(undoes)
        else:
            undone.clear()
        standing.append(batch)
    return standing, undone


def refuse_if_changed(session: Session, who: str, action: str, taken: dict[int, Event]) -> None:
    """Raise a StudioError unless every record still is as the batch left it."""
    rows = {row.id: row for row in find_rows(session, taken)}
    changed = [
        id
        for id, old in taken.items()
        if id not in rows or snapshot(rows[id], old.after) != old.after
    ]
    if not changed:
        return
    query = select(Event.who).where(
        Event.subject == SUBJECT, Event.subject_id == str(changed[0]), Event.who != who
    )
    other = session.scalar(query.order_by(Event.id.desc()).limit(1)) or "Another stage"
    raise StudioError(
        f"{other} has changed {len(changed)} of {len(taken)} of these judgments since, so {action} "
        "would overwrite that. Decide about them anew."
    )


def snapshot(row: BalancedJudgment, fields: Collection[str]) -> dict[str, Any]:
    """Return the decision, the named fields and a fingerprint of the text, as an event has them."""
    kept = {"status", "decided_by", *fields} - {"fingerprint"}
    values = {name: getattr(row, name) for name in sorted(kept)}
    return {**values, "fingerprint": fingerprint_of(row.text)}


def fingerprint_of(text: str) -> str:
    """Return 16 hex digits that tell one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_rows(session: Session, ids: Collection[int]) -> list[BalancedJudgment]:
    """Return the records with these ids, each once, in the order of the ids; [] for none.

    Raises:
        DataError: if an id is unknown.
    """
    rows = {row.id: row for row in find_rows(session, ids)}
    missing = [id for id in ids if id not in rows]
    if missing:
        raise DataError(
            f"balanced judgment {missing[0]}: there is none in this project. "
            "Reload the list and choose again."
        )
    return [rows[id] for id in dict.fromkeys(ids)]


def find_rows(session: Session, ids: Collection[int]) -> Iterator[BalancedJudgment]:
    """Yield the records that exist among these ids."""
    for chunk in in_parts(ids):
        yield from session.scalars(select(BalancedJudgment).where(BalancedJudgment.id.in_(chunk)))
