"""The `judge` stage: each story by itself, then the pairs side by side."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from pipelines.configs import JudgeConfig
from pipelines.judgments.generated import judge_generated
from pipelines.judgments.inconsistency import update_inconsistencies
from pipelines.judgments.scored import explain, judge_scored
from pipelines.judgments.todo import chosen_stories
from pipelines.judgments.weights import set_other_weights_aside
from pipelines.models.references import parse_reference
from pipelines.progress import Progress
from pipelines.records import Family, Inconsistency, Judgment, Kind, Stance, Story
from pipelines.store import Project
from pipelines.stories.exclusion import count_left_out


def judge_stories(project: Project, config: JudgeConfig) -> Iterator[Progress]:
    """Judge every story that has no judgment by this model and method yet.

    A server gives no log-probabilities to score by, so it is asked in words instead, and the
    result says so.

    Raises:
        NothingToDo: if the project has no such stories.
        ModelError: if the model cannot be loaded or reached.
    """
    config, note = with_possible_method(config)
    with project.read() as session:
        stories = chosen_stories(session, config)
    set_other_weights_aside(project, config.model)
    if config.method == "generated":
        yield from judge_generated(project, config, stories)
        update_inconsistencies(project, config.model, config.method)
    else:
        yield from judge_scored(project, config, stories)
        update_inconsistencies(project, config.model, config.method)
        yield from explain(project, config, to_explain(project, config, stories))
    result = summarize(project, config) | ({"note": note} if note else {})
    done = f"judgments are complete. {note}" if note else "judgments are complete"
    yield Progress(len(stories), len(stories), done, result)


def with_possible_method(config: JudgeConfig) -> tuple[JudgeConfig, str]:
    """Return the config with a method that the model can do, and a note where it is another."""
    if config.method == "generated" or parse_reference(config.model).scheme != "endpoint":
        return config, ""
    note = (
        f"{config.model} gives no log-probabilities of the stances, so these are generated "
        "judgments and not scored ones. Balance them with method generated."
    )
    return replace(config, method="generated"), note


def to_explain(project: Project, config: JudgeConfig, stories: list[Story]) -> list[Story]:
    """Return the stories that the config wants explained."""
    if config.explain == "all":
        return stories
    if config.explain == "none":
        return []
    with project.read() as session:
        if config.explain == "plots":
            plots = set(session.scalars(select(Family.id).where(Family.kind == Kind.PLOT)))
            return [story for story in stories if story.family_id in plots]
        pairs = session.execute(
            select(Inconsistency.family_id, Inconsistency.wording).where(
                Inconsistency.model == config.model,
                Inconsistency.method == config.method,
                Inconsistency.mismatch,
            )
        )
        wanted = {tuple(pair) for pair in pairs}
    return [story for story in stories if (story.family_id, story.wording) in wanted]


def summarize(project: Project, config: JudgeConfig) -> dict[str, Any]:
    """Return the stories this model has judged, invalid replies, mismatches, and what is left out.

    `left_out` counts wordings: red in the quality gate, and taken out by hand.
    """
    mine = (Judgment.model == config.model, Judgment.method == config.method)
    pairs = (Inconsistency.model == config.model, Inconsistency.method == config.method)
    with project.read() as session:
        left = count_left_out(session, config.split)
        return {
            "left_out": {"red": left.red, "by_hand": left.by_hand},
            "judged": session.scalar(select(func.count(Judgment.story_id.distinct())).where(*mine)),
            "invalid": session.scalar(
                select(func.count(Judgment.id)).where(*mine, Judgment.stance == Stance.INVALID)
            ),
            "inconsistent": session.scalar(
                select(func.count(Inconsistency.id)).where(*pairs, Inconsistency.mismatch)
            ),
        }
