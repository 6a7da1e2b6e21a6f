"""Take stories out of judging and put them back: the one thing here that writes.

Every change is a row in the journal, with the state before and after.
"""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.records import Event, Story
from pipelines.store import Project


def exclude_family(project: Project, family_id: str, excluded: bool, who: str) -> int:
    """Exclude (or include) every story of a family; return how many changed."""
    with project.write() as session:
        stories = session.scalars(select(Story).where(Story.family_id == family_id)).all()
        return change(session, stories, excluded, who)


def exclude_story(project: Project, story_id: int, excluded: bool, who: str) -> int:
    """Exclude (or include) one story; return 1 if it changed, otherwise 0."""
    with project.write() as session:
        story = session.get(Story, story_id)
        return change(session, [story] if story else [], excluded, who)


def change(session: Session, stories: Collection[Story], excluded: bool, who: str) -> int:
    """Set the flag where it differs, and write the journal."""
    batch, changed = uuid.uuid4().hex, 0
    for story in stories:
        if story.excluded != excluded:
            session.add(
                Event(
                    who=who or "someone",
                    action="exclude" if excluded else "include",
                    subject="story",
                    subject_id=str(story.id),
                    before={"excluded": story.excluded},
                    after={"excluded": excluded},
                    batch=batch,
                )
            )
            story.excluded = excluded
            changed += 1
    return changed
