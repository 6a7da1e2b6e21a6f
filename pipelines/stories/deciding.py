"""What a person decides about stories: take out, let in, rewrite. The one place that writes it.

Every change is a row in the journal with the state before and after. A story that is rewritten
loses its judgments, because they are about another text, and the pairs of its family are compared
again, all in one transaction; then its checks are done anew.
"""

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pipelines.errors import DataError, NothingToDo
from pipelines.gate.stage import check_families
from pipelines.judgments.refresh import refresh_pairs
from pipelines.records import Arm, Event, Judgment, Story
from pipelines.store import Project
from pipelines.swap.engine import swap
from pipelines.swap.notes import notes_of

LONGEST = 100_000
"""Characters of one story."""


def exclude_family(project: Project, family_id: str, excluded: bool, who: str) -> int:
    """Exclude (or include) every story of a family; return how many changed."""
    with project.write() as session:
        stories = session.scalars(select(Story).where(Story.family_id == family_id)).all()
        action = "exclude" if excluded else "include"
        changed = change(session, stories, action, who, excluded=excluded)
        refresh_pairs(session, [family_id] if changed else [])
    return changed


def exclude_story(project: Project, story_id: int, excluded: bool, who: str) -> int:
    """Exclude (or include) one story; return 1 if it changed, otherwise 0."""
    with project.write() as session:
        story = session.get(Story, story_id)
        action = "exclude" if excluded else "include"
        changed = change(session, [story] if story else [], action, who, excluded=excluded)
        refresh_pairs(session, [story.family_id] if story and changed else [])
    return changed


def allow_wording(project: Project, family_id: str, wording: int, allowed: bool, who: str) -> int:
    """Let a wording be judged although it is red (or no more); return the stories changed."""
    with project.write() as session:
        stories = wording_stories(session, family_id, wording)
        action = "allow" if allowed else "disallow"
        changed = change(session, stories, action, who, allowed=allowed)
        refresh_pairs(session, [family_id] if changed else [])
    return changed


def edit_story(project: Project, story_id: int, text: str, who: str) -> int:
    """Give a story another text, check its family again, and return the judgments it lost.

    Raises:
        DataError: if there is no such story, or the text is empty or too long.
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        raise DataError(f"A story has 1 to {LONGEST:,} characters, got {len(text):,}. Mend it.")
    with project.write() as session:
        story = session.get(Story, story_id)
        if story is None:
            raise DataError("This story is not in the project any more. Choose another one.")
        checks = {**story.checks, "left_open": []}  # what a swap left open was in the old text
        lost = rewrite(session, [(story, {"text": text, "checks": checks})], who)
        refresh_pairs(session, [story.family_id])
    check_families(project, [story.family_id])
    return lost


def make_arms(project: Project, story_id: int, who: str) -> list[str]:
    """Rewrite the other arms of a wording from one story; return what the swap left open.

    Raises:
        DataError: if there is no such story.
    """
    with project.write() as session:
        source = session.get(Story, story_id)
        if source is None:
            raise DataError("This story is not in the project any more. Choose another one.")
        edits, notes = [], []
        for story in wording_stories(session, source.family_id, source.wording):
            if story.id == source.id:
                continue
            made = swap(
                source.text, Arm(story.arm), name=source.name, new_name=story.name, of=source.arm
            )
            opened = list(notes_of(made))
            checks = {**story.checks, "left_open": opened}
            edits.append((story, {"text": made.text, "checks": checks}))
            notes += opened
        rewrite(session, edits, who)
        refresh_pairs(session, [source.family_id])
    check_families(project, [source.family_id])
    return list(dict.fromkeys(notes))


def take_back(project: Project, story_id: int, who: str) -> int:
    """Give a story the text that it had before its last edit; return the judgments it lost.

    Raises:
        NothingToDo: if it was never edited.
    """
    with project.read() as session:
        last = session.scalar(
            select(Event)
            .where(
                Event.subject == "story",
                Event.subject_id == str(story_id),
                Event.action == "edit",
            )
            .order_by(Event.id.desc())
            .limit(1)
        )
    if last is None:
        raise NothingToDo("This story was never edited, so there is nothing to take back.")
    return edit_story(project, story_id, last.before["text"], who)


def wording_stories(session: Session, family_id: str, wording: int) -> list[Story]:
    """Return the stories of one wording."""
    query = select(Story).where(Story.family_id == family_id, Story.wording == wording)
    return list(session.scalars(query.order_by(Story.id)))


def rewrite(session: Session, edits: list[tuple[Story, dict[str, Any]]], who: str) -> int:
    """Change texts, write the journal, and delete the judgments of the stories that changed."""
    changed = [story for story, values in edits if story.text != values["text"]]
    lost = delete_judgments(session, [story.id for story in changed])
    batch = uuid.uuid4().hex
    for story, values in edits:
        change(session, [story], "edit", who, batch, **values)
    return lost


def delete_judgments(session: Session, stories: Collection[int]) -> int:
    """Delete every model's judgments of these stories; return how many there were."""
    theirs = Judgment.story_id.in_(stories)
    lost = session.scalar(select(func.count(Judgment.id)).where(theirs)) or 0
    session.execute(delete(Judgment).where(theirs))
    return lost


def change(
    session: Session,
    stories: Collection[Story],
    action: str,
    who: str,
    batch: str = "",
    **values: Any,
) -> int:
    """Set values where they differ, with a row in the journal for each story that changed."""
    batch, changed = batch or uuid.uuid4().hex, 0
    for story in stories:
        before = {name: getattr(story, name) for name in values}
        if before == values:
            continue
        session.add(
            Event(
                who=who or "someone",
                action=action,
                subject="story",
                subject_id=str(story.id),
                before=before,
                after=dict(values),
                batch=batch,
            )
        )
        for name, value in values.items():
            setattr(story, name, value)
        changed += 1
    return changed
