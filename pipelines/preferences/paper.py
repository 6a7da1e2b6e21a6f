"""The pairs of the study in the form of Wei et al. 2025, one object a pair.

Their loader makes two rows of a pair, one for each of the male and the female story: the story with
a fixed question as prompt, the neutral explanation as chosen and the model's own as rejected. It
has no place for a third arm, for controls or for rows from elsewhere.
"""

from collections import defaultdict
from typing import Any

from pipelines.errors import NothingToDo
from pipelines.judgments.verdicts import Verdict
from pipelines.preferences.accepted import accepted_stories, count_accepted
from pipelines.preferences.rows import NO_ROWS, build_preferences
from pipelines.records import Arm, Story
from pipelines.store import Project

ARMS = (Arm.MALE, Arm.FEMALE)


def paper_pairs(project: Project, model: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return every accepted pair outside the test families, and how many are left out and why.

    A pair is left out whole if one of its two rows is excluded, or if one of its stories is out of
    judging or has no explanation by the model.

    Raises:
        NothingToDo: if nothing has been accepted, no accepted pair is whole, or all are excluded.
    """
    rows = build_preferences(project, model)
    excluded = {(row.family_id, row.wording) for row in rows if row.excluded and row.arm in ARMS}
    found: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    with project.read() as session:
        accepted = count_accepted(session, model)
        for family, story, judgment, verdict in accepted_stories(session, model):
            if story.arm in ARMS:
                sides = found[family.id, story.wording]
                sides[story.arm] = paper_side(story, verdict, judgment.text)
    whole = {pair: sides for pair, sides in found.items() if len(sides) == len(ARMS)}
    if not whole:
        raise NothingToDo(NO_ROWS.format(model=model))
    kept = [sides for pair, sides in whole.items() if pair not in excluded]
    if not kept:
        raise NothingToDo(
            f"All {len(whole)} whole pairs have an excluded row. Put some back first."
        )
    left_out = {"excluded": len(whole) - len(kept), "incomplete": accepted - len(whole)}
    pairs = [{"id": number, "example_source": 0, **sides} for number, sides in enumerate(kept)]
    return pairs, left_out


def paper_side(story: Story, verdict: Verdict, neutral: str) -> dict[str, str]:
    """Return what the paper's form holds about one story."""
    return {
        "story": story.text,
        "character_name": story.name,
        "stance": verdict.stance,
        "explanation": verdict.explanation,
        "neutral_explanation": neutral,
    }
