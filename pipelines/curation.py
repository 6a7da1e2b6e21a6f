"""Decisions on balanced judgments: accept, discard, reopen, edit, undo, redo, and the counts.

One call is one click and one short transaction; every decision is kept in the journal
(`journal.py`), so that the whole click can be taken back.
"""

from collections.abc import Collection, Iterator

from rapidfuzz.distance import Levenshtein
from sqlalchemy import ColumnElement, func, select

from pipelines.balance.checking import check_balanced, checks_as_dict
from pipelines.configs import AcceptConfig, require
from pipelines.errors import NothingToDo
from pipelines.journal import SUBJECT, Decision, change, read_rows, take_back
from pipelines.progress import Progress
from pipelines.records import BalancedJudgment, Event, Status, Story
from pipelines.store import Project

MAX_TEXT = 5_000
"""Characters of one balanced judgment."""


def accept(project: Project, ids: Collection[int], who: str) -> Decision:
    """Accept balanced judgments; those already accepted stay as they are, and so does their event.

    Raises:
        DataError: if an id is unknown; then nothing is changed.
        ConfigError: if `who` is empty.
    """
    return decide(project, "accept", ids, who, Status.ACCEPTED)


def discard(project: Project, ids: Collection[int], who: str) -> Decision:
    """Discard balanced judgments; raises as `accept`."""
    return decide(project, "discard", ids, who, Status.DISCARDED)


def reopen(project: Project, ids: Collection[int], who: str) -> Decision:
    """Make balanced judgments drafts again, decided by nobody; raises as `accept`."""
    return decide(project, "reopen", ids, who, Status.DRAFT)


def edit(project: Project, id: int, text: str, who: str) -> Decision:
    """Replace the text of one balanced judgment and check it again; the status stays.

    Who edits an accepted or discarded one answers for the decision from then on. The same text
    as before, apart from space around it, changes nothing.

    Raises:
        DataError: if the id is unknown.
        ConfigError: if the text is empty, too long or cannot be stored, or `who` is empty.
    """
    who, text = named(who), valid_text(text)
    with project.write() as session:
        row = read_rows(session, [id])[0]
        if text == row.text:
            return Decision("edit", (), "")
        names = session.scalars(
            select(Story.name).where(Story.family_id == row.family_id, Story.wording == row.wording)
        ).all()
        changes = {
            "text": text,
            "source": "person",
            "edit_distance": Levenshtein.distance(row.drafted_text, text),
            "checks": checks_as_dict(check_balanced(text, names)),
            "decided_by": row.decided_by if row.status == Status.DRAFT else who,
        }
        return change(session, "edit", [row], who, changes)


def undo(project: Project, who: str) -> Decision:
    """Take back this person's last batch that stands, exactly as it was before.

    Raises:
        NothingToDo: if there is none.
        StudioError: if one of its records has changed since; then nothing is changed.
        ConfigError: if `who` is empty.
    """
    who = named(who)
    with project.write() as session:
        return take_back(session, "undo", who)


def redo(project: Project, who: str) -> Decision:
    """Take back this person's last undo, unless they have decided since; raises as `undo`."""
    who = named(who)
    with project.write() as session:
        return take_back(session, "redo", who)


def counts(project: Project) -> dict[str, int]:
    """Return how many balanced judgments have each status, and how many drafts are "flagged"."""
    query = select(BalancedJudgment.status, func.count()).group_by(BalancedJudgment.status)
    flagged = select(func.count(BalancedJudgment.id)).where(
        BalancedJudgment.status == Status.DRAFT, ~passing()
    )
    with project.read() as session:
        found = dict(session.execute(query).tuples().all())
        by_status = {str(status): found.get(status, 0) for status in Status}
        return {**by_status, "flagged": session.scalar(flagged) or 0}


def history(project: Project, balanced_id: int) -> list[Event]:
    """Return all that was decided about one balanced judgment, oldest first; [] for nothing yet.

    Raises:
        DataError: if the id is unknown.
    """
    query = select(Event).where(Event.subject == SUBJECT, Event.subject_id == str(balanced_id))
    with project.read() as session:
        events = list(session.scalars(query.order_by(Event.id)))
        if not events:
            read_rows(session, [balanced_id])
        return events


def accept_passing(project: Project, config: AcceptConfig) -> Iterator[Progress]:
    """Accept every draft that passes all checks, as one batch.

    Raises:
        NothingToDo: if the project has no balanced judgments.
    """
    draft = BalancedJudgment.status == Status.DRAFT
    with project.write() as session:
        if not session.scalar(select(func.count(BalancedJudgment.id))):
            raise NothingToDo(
                f"{project.root} has no balanced judgments. Run the `balance` stage first."
            )
        rows = session.scalars(select(BalancedJudgment).where(draft, passing())).all()
        accepted = len(rows)
        if rows:
            changes = {"status": Status.ACCEPTED.value, "decided_by": named(config.as_)}
            change(session, "accept", rows, named(config.as_), changes)
        left = session.scalar(select(func.count(BalancedJudgment.id)).where(draft)) or 0
    result = {"accepted": accepted, "left": left}
    yield Progress(accepted, accepted, f"accepted, {left} drafts left", result)


def passing() -> ColumnElement[bool]:
    """Return the condition that all stored checks hold, as `checking.passes` has it."""
    check = func.json_each(BalancedJudgment.checks).table_valued("value")
    ok = func.coalesce(func.json_extract(check.c.value, "$.ok"), 0)
    worst = select(func.min(ok)).select_from(check).scalar_subquery()
    return func.coalesce(worst, 0) == 1


def decide(
    project: Project, action: str, ids: Collection[int], who: str, status: Status
) -> Decision:
    """Give a status to the records that do not have it yet."""
    who = named(who)
    with project.write() as session:
        rows = [row for row in read_rows(session, ids) if row.status != status]
        decided_by = "" if status == Status.DRAFT else who
        changes = {"status": status.value, "decided_by": decided_by}
        return change(session, action, rows, who, changes)


def named(who: str) -> str:
    """Return the person's name without space around it.

    Raises:
        ConfigError: if it is empty.
    """
    require(bool(who.strip()), "`who` must be a name, got an empty one. Say who decides.")
    return who.strip()


def valid_text(text: str) -> str:
    """Return an edited text without space around it.

    Raises:
        ConfigError: if it is empty, longer than MAX_TEXT or holds half a character.
    """
    text = text.strip()
    require(bool(text), "`text` must not be empty. Write the judgment, or discard it.")
    require(
        len(text) <= MAX_TEXT,
        f"`text` must have {MAX_TEXT:,} characters at most, got {len(text):,}. Shorten it.",
    )
    require(
        not any("\ud800" <= sign <= "\udfff" for sign in text),
        "`text` holds half a character (a lone surrogate). Type that place again.",
    )
    return text
