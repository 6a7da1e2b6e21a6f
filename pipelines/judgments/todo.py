"""Which stories a model has still to judge."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.configs import JudgeConfig, split_arms
from pipelines.errors import NothingToDo
from pipelines.records import Family, Judgment, Kind, Story
from pipelines.stories.exclusion import in_judging
from pipelines.stories.library import seeded_hash


@dataclass(frozen=True)
class Question:
    """One story to be asked about in one option order, for one sample."""

    story: Story
    order: str
    sample: int = 0


def chosen_stories(session: Session, config: JudgeConfig) -> list[Story]:
    """Return the stories that the config speaks of, whole families, and only those in judging.

    Raises:
        NothingToDo: if there are none.
    """
    query = (
        select(Story)
        .join(Family, Family.id == Story.family_id)
        .where(in_judging(), Story.arm.in_(split_arms(config.arms)))
        .order_by(Story.family_id, Story.wording, Story.id)
    )
    if config.split != "all":
        query = query.where(Family.split == config.split)
    stories = list(session.scalars(query))
    if not stories:
        raise NothingToDo(
            f"There are no stories to judge (split {config.split}). Add some in the Stories tab, "
            "or with the `stories` stage."
        )
    if config.limit:
        kept = limited(session, {story.family_id for story in stories}, config)
        stories = [story for story in stories if story.family_id in kept]
    return stories


def limited(session: Session, families: Collection[str], config: JudgeConfig) -> set[str]:
    """Return `limit` plots and `limit` controls, chosen by seeded hash."""
    kept: set[str] = set()
    for kind in Kind:
        ids = session.scalars(select(Family.id).where(Family.kind == kind)).all()
        ranked = sorted(set(ids) & set(families), key=lambda one: seeded_hash(config.seed, one))
        kept |= set(ranked[: config.limit])
    return kept


def unanswered(
    session: Session, stories: list[Story], orders: list[str], model: str, prompt: str
) -> list[Question]:
    """Return the scored questions without a judgment, in the stories' order."""
    found = session.execute(
        select(Judgment.story_id, Judgment.option_order).where(
            Judgment.model == model, Judgment.method == "scored", Judgment.prompt == prompt
        )
    )
    answered = {tuple(row) for row in found}
    return [
        Question(story, order)
        for story in stories
        for order in orders
        if (story.id, order) not in answered
    ]
