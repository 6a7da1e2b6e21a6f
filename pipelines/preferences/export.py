"""The `preferences export` stage: the preference set as a file.

`trl` is JSONL in TRL's conversational preference form with the split and provenance beside it.
`paper` is the JSONL of Wei et al. 2025: one pair a line, with both stories, the model's stances and
explanations, and the neutral explanation of each; their loader makes two rows of it.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from pipelines.configs import ExportConfig
from pipelines.errors import ProjectError
from pipelines.judgments.verdicts import Verdict, read_verdicts
from pipelines.preferences.rows import build_preferences
from pipelines.progress import Progress
from pipelines.records import Arm, BalancedJudgment, Family, PreferenceRow, Split, Status, Story
from pipelines.store import Project


def export_preferences(project: Project, config: ExportConfig) -> Iterator[Progress]:
    """Write the preference set of `config.model` to `config.out`, whole or not at all.

    Raises:
        NothingToDo: if nothing has been accepted.
        ProjectError: if the file cannot be written.
    """
    rows = build_preferences(project, config.model)
    lines = (
        [trl_line(row) for row in rows]
        if config.format == "trl"
        else paper_lines(project, config.model)
    )
    path = Path(config.out).expanduser()
    write_whole(path, lines)
    yield Progress(
        len(lines), len(lines), f"written to {path}", {"rows": len(lines), "path": str(path)}
    )


def trl_line(row: PreferenceRow) -> dict:
    """Return one row as TRL's trainers read it."""
    return {
        "prompt": row.prompt,
        "chosen": row.chosen,
        "rejected": row.rejected,
        "split": row.split,
        "family": row.family_id,
        "wording": row.wording,
        "arm": row.arm,
        "source": row.source,
        "model": row.model,
    }


def paper_lines(project: Project, model: str) -> list[dict]:
    """Return one object for every accepted pair outside the test families."""
    with project.read() as session:
        verdicts = read_verdicts(session, model, "scored")
        accepted = session.scalars(
            select(BalancedJudgment)
            .join(Family, Family.id == BalancedJudgment.family_id)
            .where(
                BalancedJudgment.model == model,
                BalancedJudgment.status == Status.ACCEPTED,
                Family.split != Split.TEST,
            )
            .order_by(BalancedJudgment.id)
        ).all()
        lines = []
        for judgment in accepted:
            stories = session.scalars(
                select(Story).where(
                    Story.family_id == judgment.family_id,
                    Story.wording == judgment.wording,
                    Story.arm.in_([Arm.MALE, Arm.FEMALE]),
                )
            )
            sides = {
                story.arm: paper_side(story, verdicts[story.id], judgment.text)
                for story in stories
                if story.id in verdicts
            }
            if len(sides) == 2:
                lines.append({"id": len(lines), "example_source": 0, **sides})
    return lines


def paper_side(story: Story, verdict: Verdict, neutral: str) -> dict:
    """Return what the paper's form holds about one story."""
    return {
        "story": story.text,
        "character_name": story.name,
        "stance": verdict.stance,
        "explanation": verdict.explanation,
        "neutral_explanation": neutral,
    }


def write_whole(path: Path, lines: list[dict]) -> None:
    """Write JSON lines beside the target and move them into place, so no half file is left.

    Raises:
        ProjectError: if the folder is missing or cannot be written.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be written ({error.strerror}). Name a file in a folder that exists "
            "and has room."
        ) from error
