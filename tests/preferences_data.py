"""A study judged by hand, for tests of what comes after judging."""

from sqlalchemy import select

from pipelines.judgments.inconsistency import update_inconsistencies
from pipelines.judgments.prompts import SCORED_PROMPT
from pipelines.records import Calibration, Judgment, Story

MORAL = [-0.5, -2.0, -2.5, -3.0]
IMMORAL = [-2.0, -0.5, -2.5, -3.0]


def judge_by_hand(project, model="bundled", female=IMMORAL):
    """Store one scored judgment a story: Moral for men, `female` for women, Moral for they."""
    with project.write() as session:
        session.add(
            Calibration(model=model, prompt=SCORED_PROMPT, option_order="0123", logps=[-1.4] * 4)
        )
        for story in session.scalars(select(Story)):
            logps = female if story.arm == "female" else MORAL
            session.add(
                Judgment(
                    story_id=story.id, model=model, method="scored", prompt=SCORED_PROMPT,
                    option_order="0123", logps=logps, stance="Moral",
                    explanation=f"{story.name} did what {story.name} had to do.",
                )
            )  # fmt: skip
    update_inconsistencies(project, model, "scored")
