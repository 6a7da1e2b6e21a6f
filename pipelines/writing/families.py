"""From what a model wrote to a family with all arms that were asked for.

A story's other arms are made by the swap engine, which says what it had to leave open.
"""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.configs import StoriesConfig, split_arms
from pipelines.records import Arm, Story
from pipelines.replies import Request
from pipelines.stories.drafts import FamilyDraft, Told
from pipelines.swap.engine import swap
from pipelines.swap.notes import notes_of
from pipelines.writing.assignments import Assignment, other_name
from pipelines.writing.parsing import Written, WrittenPair
from pipelines.writing.prompts import VERSIONS

TITLE_WORDS = 8


def family_id(request: Request, number: int) -> str:
    """Return the id of the family that the reply of this number gives."""
    return "model-" + hashlib.sha256(f"{request.id}:{number}".encode()).hexdigest()[:12]


def draft_of(
    written: Written | WrittenPair,
    config: StoriesConfig,
    request: Request,
    number: int,
    assignment: Assignment,
) -> FamilyDraft:
    """Return the family with every arm that the config names."""
    pair = isinstance(written, WrittenPair)
    stories = [written.male, written.female] if pair else [written]
    arms = split_arms(config.arms)
    told = {str(one.arm): Told(one.name, one.text) for one in stories}
    for arm in arms:
        if arm not in told:
            told[arm] = swapped(stories[0], Arm(arm), config, number, assignment)
    return FamilyDraft(
        id=family_id(request, number),
        theme=assignment.theme,
        title=stories[0].title or title_of(stories[0].text),
        source="model",
        wordings=({arm: told[arm] for arm in arms},),
        provenance={
            "model": config.model,
            "request": request.id,
            "number": number,
            "writing": config.writing,
            "prompt": VERSIONS[config.writing],
            "shots": config.shots,
            "example_source": assignment.example,
            "seed": config.seed,
            "temperature": config.temperature,
            "written": [str(one.arm) for one in stories],
        },
    )


def is_told(session: Session, draft: FamilyDraft) -> bool:
    """Tell whether the project has a story of the draft word for word.

    Requests that differ in their arms alone draw the same replies: as two families the same story
    could be trained on and tested on.
    """
    texts = [told.text for arms in draft.wordings for told in arms.values()]
    return session.scalar(select(Story.id).where(Story.text.in_(texts)).limit(1)) is not None


def swapped(
    written: Written, arm: Arm, config: StoriesConfig, number: int, assignment: Assignment
) -> Told:
    """Return the story about another arm, under a name that no one else in it has."""
    name = assignment.names[arm]
    if assignment.name != written.name or name in written.text:
        name = other_name(arm, written.text, config.seed, number)
    result = swap(written.text, arm, name=written.name, new_name=name, of=written.arm)
    return Told(name, result.text, notes_of(result))


def title_of(text: str) -> str:
    """Return a story's first words."""
    words = text.split()
    return " ".join(words[:TITLE_WORDS]) + (" …" if len(words) > TITLE_WORDS else "")
