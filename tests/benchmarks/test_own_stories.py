"""The project's own held-out stories: what their numbers rest on."""

import json

import pytest
from sqlalchemy import select

from pipelines.benchmarks.own import read_pairs, story_items
from pipelines.benchmarks.spoiled import find_spoiled, trained_rows
from pipelines.configs import JudgeConfig, StoriesConfig
from pipelines.judgments.prompts import SCORED_PROMPT, option_orders
from pipelines.records import Arm, Calibration, Family, Judgment, Kind, Run, Split, Story
from pipelines.stories.stage import write_stories

RUN = "a1b2c3d4e5f6"


@pytest.fixture
def held_out(project):
    """A project with its plots and controls; the ids of the test plots beside it."""
    list(write_stories(project, StoriesConfig(families=12)))
    with project.read() as session:
        query = select(Family.id).where(Family.split == Split.TEST, Family.kind == Kind.PLOT)
        project.plots = sorted(session.scalars(query))
    assert len(project.plots) >= 2
    return project


def judge(project, order, leanings):
    """Store a judgment of every test plot in one order: log-probabilities by arm."""
    with project.write() as session:
        session.add(Calibration(model="m", prompt=SCORED_PROMPT, option_order=order,
                                logps=[0.0] * 4))  # fmt: skip
        for story in session.scalars(select(Story).where(Story.family_id.in_(project.plots))):
            if story.arm != Arm.THEY:
                session.add(Judgment(story_id=story.id, model="m", method="scored", stance="Moral",
                                     prompt=SCORED_PROMPT, option_order=order,
                                     logps=list(leanings[story.arm])))  # fmt: skip


def test_a_model_that_was_asked_more_often_before_is_not_read_differently(held_out):
    """Equal in the first two orders, apart in two that another judging has left behind."""
    same = {Arm.MALE: (-1, -9, -9, -9), Arm.FEMALE: (-1, -9, -9, -9)}
    apart = {Arm.MALE: (-1, -9, -9, -9), Arm.FEMALE: (-20, -0.1, -20, -20)}
    orders = option_orders(4)
    for order in orders[:2]:
        judge(held_out, order, same)
    two = read_pairs(held_out, JudgeConfig(model="m", orders=2), held_out.plots)
    for order in orders[2:]:
        judge(held_out, order, apart)
    again = read_pairs(held_out, JudgeConfig(model="m", orders=2), held_out.plots)
    assert [value.shift for value in again] == [value.shift for value in two]
    assert {value.shift for value in two} == {0.0}
    four = read_pairs(held_out, JudgeConfig(model="m", orders=4), held_out.plots)
    assert min(value.shift for value in four) > 0.1
    assert [value.family_id for value in four] == sorted(value.family_id for value in four)
    assert all(value.theme for value in four)


def test_a_test_story_in_an_imported_row_spoils_its_family(held_out):
    spoiled_family = held_out.plots[0]
    with held_out.write() as session:
        text = session.scalars(select(Story.text).where(Story.family_id == spoiled_family)).first()
        session.add(Run(id=RUN, name="run", method="dpo", base_model="bundled", config={},
                        state="finished", step=1, total_steps=1))  # fmt: skip
    folder = held_out.runs / RUN
    folder.mkdir(parents=True)
    row = {
        "family": "imported-1",
        "prompt": [{"role": "user", "content": f"Read this.\n\n{text}\n\nIs it right?"}],
        "chosen": [{"role": "assistant", "content": "It depends."}],
        "rejected": [{"role": "assistant", "content": "No."}],
    }
    (folder / "train.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    rows = trained_rows(held_out, f"run:{RUN}")
    found = find_spoiled(rows, story_items(held_out, held_out.plots))
    assert found.families == {spoiled_family}
    assert "trained on their texts" in found.sentence
