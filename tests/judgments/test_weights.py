"""Judgments of weights that have changed since are no longer the model's."""

import os

import pytest
from sqlalchemy import select

from pipelines.configs import StoriesConfig
from pipelines.judgments.prompts import SCORED_PROMPT
from pipelines.judgments.verdicts import Asked, read_verdicts
from pipelines.judgments.weights import set_other_weights_aside
from pipelines.records import Calibration, Judgment, Story
from pipelines.stories.stage import write_stories


@pytest.fixture
def model(tmp_path):
    """A folder that looks like a model; its name and size are what a fingerprint reads."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"one")
    return f"path:{folder}"


@pytest.fixture
def judged(project, model):
    """A project with one story that this model has judged in three option orders."""
    list(write_stories(project, StoriesConfig(families=1)))
    with project.write() as session:
        story = session.scalars(select(Story.id)).first()
        for order, logps in (("0123", [-1, -9, -9, -9]), ("1230", [-9, -1, -9, -9]),
                             ("2301", [-9, -1, -9, -9])):  # fmt: skip
            session.add(judgment(story, model, order, logps))
            session.add(Calibration(model=model, prompt=SCORED_PROMPT, option_order=order,
                                    logps=[-4.0] * 4))  # fmt: skip
    return project


def judgment(story, model, order, logps):
    """One scored judgment."""
    return Judgment(story_id=story, model=model, method="scored", prompt=SCORED_PROMPT,
                    option_order=order, logps=logps)  # fmt: skip


def count(project, model):
    """How many judgments and calibrations the project has under this name."""
    with project.read() as session:
        return [
            len(session.scalars(select(table).where(table.model == model)).all())
            for table in (Judgment, Calibration)
        ]


def write_weights(model, weights):
    """Replace the model's weights, as a further training would."""
    with open(f"{model.removeprefix('path:')}/model.safetensors", "wb") as file:
        file.write(weights)


def test_judgments_are_set_aside_when_the_weights_change_and_come_back_with_them(judged, model):
    assert set_other_weights_aside(judged, model) is False
    assert set_other_weights_aside(judged, model) is False
    assert count(judged, model) == [3, 3]
    write_weights(model, b"other weights")
    assert set_other_weights_aside(judged, model) is True
    assert count(judged, model) == [0, 0]
    with judged.read() as session:
        names = set(session.scalars(select(Judgment.model)))
    assert len(names) == 1
    assert "(earlier, " in names.pop()


def test_the_first_weights_get_their_judgments_back(judged, model, tmp_path):
    path = tmp_path / "model" / "model.safetensors"
    times = path.stat().st_mtime_ns
    set_other_weights_aside(judged, model)
    write_weights(model, b"two")
    os.utime(path, ns=(times, times + 1))
    set_other_weights_aside(judged, model)
    with judged.write() as session:
        story = session.scalars(select(Story.id)).first()
        session.add(judgment(story, model, "0123", [-1, -2, -3, -4]))
    assert count(judged, model) == [1, 0]
    write_weights(model, b"one")
    os.utime(path, ns=(times, times))
    set_other_weights_aside(judged, model)
    assert count(judged, model) == [3, 3]
    with judged.read() as session:
        assert len(session.scalars(select(Judgment)).all()) == 4


def test_a_verdict_rests_on_the_orders_that_were_asked_for_and_no_others(judged, model):
    with judged.read() as session:
        (every,) = read_verdicts(session, model, "scored").values()
        (one,) = read_verdicts(session, model, "scored", asked=Asked(("0123",))).values()
    assert (every.stance, one.stance) == ("Immoral", "Moral")
    assert set(one.by_order) == {"0123"}
