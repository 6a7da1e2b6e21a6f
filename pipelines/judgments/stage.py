"""The `judge` stage: each story by itself, then the pairs side by side."""

from collections.abc import Iterator

from sqlalchemy import func, select

from pipelines.configs import JudgeConfig
from pipelines.judgments.generated import judge_generated
from pipelines.judgments.inconsistency import update_inconsistencies
from pipelines.judgments.scored import explain, judge_scored
from pipelines.judgments.todo import chosen_stories
from pipelines.progress import Progress
from pipelines.records import Family, Inconsistency, Judgment, Kind, Stance, Story
from pipelines.store import Project


def judge_stories(project: Project, config: JudgeConfig) -> Iterator[Progress]:
    """Judge every story that has no judgment by this model and method yet.

    Raises:
        NothingToDo: if the project has no such stories.
        ModelError: if the model cannot be loaded.
    """
    with project.read() as session:
        stories = chosen_stories(session, config)
    if config.method == "generated":
        yield from judge_generated(project, config, stories)
        update_inconsistencies(project, config.model, config.method)
    else:
        yield from judge_scored(project, config, stories)
        update_inconsistencies(project, config.model, config.method)
        yield from explain(project, config, to_explain(project, config, stories))
    result = summarize(project, config)
    yield Progress(len(stories), len(stories), "judgments are complete", result)


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


def summarize(project: Project, config: JudgeConfig) -> dict[str, int]:
    """Return how many stories this model has judged, invalid replies, and mismatched pairs."""
    mine = (Judgment.model == config.model, Judgment.method == config.method)
    pairs = (Inconsistency.model == config.model, Inconsistency.method == config.method)
    with project.read() as session:
        return {
            "judged": session.scalar(select(func.count(Judgment.story_id.distinct())).where(*mine)),
            "invalid": session.scalar(
                select(func.count(Judgment.id)).where(*mine, Judgment.stance == Stance.INVALID)
            ),
            "inconsistent": session.scalar(
                select(func.count(Inconsistency.id)).where(*pairs, Inconsistency.mismatch)
            ),
        }
