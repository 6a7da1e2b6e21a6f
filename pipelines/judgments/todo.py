"""Which stories a model has still to judge."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.choosing import Chosen, choose
from pipelines.configs import JudgeConfig, split_arms
from pipelines.errors import NothingToDo
from pipelines.records import Family, Judgment, Kind, Story
from pipelines.stories.exclusion import in_judging

Told = tuple[Story, str, str]
"""A story with the kind and the theme of its family."""


@dataclass(frozen=True)
class Counted:
    """What a limit counts: one wording of a plot, or one story of a control family."""

    family: str
    stratum: str  # its theme


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
    return draw_stories(session, config)[0]


def draw_stories(session: Session, config: JudgeConfig) -> tuple[list[Story], dict[Kind, Chosen]]:
    """Return the chosen stories, and for each kind of family what was chosen from what.

    `limit` families of each kind, from the themes in proportion.

    Raises:
        NothingToDo: if there are none.
    """
    query = (
        select(Story, Family.kind, Family.theme)
        .join(Family, Family.id == Story.family_id)
        .where(in_judging(), Story.arm.in_(split_arms(config.arms)))
        .order_by(Story.family_id, Story.wording, Story.id)
    )
    if config.split != "all":
        query = query.where(Family.split == config.split)
    told = [tuple(row) for row in session.execute(query)]
    if not told:
        raise NothingToDo(
            f"There are no stories to judge (split {config.split}). Add some in the Stories tab, "
            "or with the `stories` stage."
        )
    chosen = {kind: choose(items_of(told, kind), config.limit, config.seed) for kind in Kind}
    kept = {item.family for one in chosen.values() for item in one.items}
    return [story for story, _, _ in told if story.family_id in kept], chosen


def items_of(told: Sequence[Told], kind: Kind) -> list[Counted]:
    """Return what is counted: the wordings of plots, whose arms are compared, else the stories."""
    keys = {
        (story.family_id, story.wording, "" if kind == Kind.PLOT else story.arm): theme
        for story, its_kind, theme in told
        if its_kind == kind
    }
    return [Counted(family, theme) for (family, _, _), theme in keys.items()]


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
