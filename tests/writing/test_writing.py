"""The bundled model writes families; a stop and a kill lose and double nothing."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from pipelines.configs import StoriesConfig
from pipelines.errors import ConfigError
from pipelines.records import Family, Story
from pipelines.replies import WAITING
from pipelines.sources import Reply
from pipelines.store import Project
from pipelines.stories.library import themes
from pipelines.writing.stage import request_of, write_families
from tests.models.server import serving

pytestmark = pytest.mark.timeout(600)

SHORT = StoriesConfig(source="model", families=2, seed=3, max_new_tokens=56, tries=10)
WRITE = (
    "import sys; from pipelines.configs import StoriesConfig; from pipelines.store import Project; "
    "from pipelines.writing.stage import write_families; "
    "c = StoriesConfig(source='model', families=int(sys.argv[2]), seed=3, max_new_tokens=56, "
    "tries=10); [None for _ in write_families(Project(sys.argv[1]), c)]"
)


def write(project, config):
    """Run to the end and return the last Progress."""
    return list(write_families(project, config))[-1]


def families(project):
    with project.read() as session:
        return session.scalars(select(Family)).all()


def stories(project):
    with project.read() as session:
        return session.scalars(select(Story).order_by(Story.id)).all()


def replies(project):
    with project.read() as session:
        return session.scalars(select(Reply).order_by(Reply.number)).all()


def assert_nothing_lost_or_doubled(project):
    """Every reply once, every family from one reply, every reply that was kept has its family."""
    rows = replies(project)
    assert set(Counter(row.number for row in rows).values()) == {1}
    kept = [row.number for row in rows if row.kept]
    assert sorted(family.provenance["number"] for family in families(project)) == kept
    assert len(stories(project)) == 3 * len(kept)


def test_a_sample_of_two_goes_on_to_three_in_all(project):
    first = write(project, SHORT)
    assert (first.result["families_added"], first.result["kept"]) == (2, 2)
    sample = {family.id for family in families(project)}
    assert set(first.result["ids"]) == sample
    second = write(project, replace(SHORT, families=3))
    assert (second.result["families_added"], second.result["kept"]) == (1, 3)
    assert {family.id for family in families(project)} == sample | set(second.result["ids"])
    assert_nothing_lost_or_doubled(project)
    third = write(project, replace(SHORT, families=3))
    assert (third.result["families_added"], third.result["kept"]) == (0, 3)


def test_a_story_is_told_once_though_two_requests_draw_it(project):
    """Other arms are another request, and the same prompts and seeds."""
    write(project, SHORT)
    second = write(project, replace(SHORT, families=1, arms="male,female"))
    assert second.result["unreadable"]["the project tells this story already"] == 2
    texts = Counter(story.text for story in stories(project))
    assert set(texts.values()) == {1}


def test_a_family_has_its_arms_its_names_and_where_it_came_from(project):
    write(project, SHORT)
    for family in families(project):
        assert re.fullmatch(r"model-[0-9a-f]{12}", family.id)
        assert family.source == "model"
        assert family.theme in themes()
        told = {"request": request_of(SHORT).id, "prompt": "swap-1", "example_source": 0, "seed": 3}
        assert told.items() <= family.provenance.items()
        mine = {story.arm: story for story in stories(project) if story.family_id == family.id}
        assert set(mine) == {"male", "female", "they"}
        for story in mine.values():
            assert re.search(rf"\b{story.name}\b", story.text)
            assert 40 <= len(story.text.split()) <= 120
        assert not re.search(r"\b(he|him|his|himself)\b", mine["they"].text) or mine["they"].checks


def test_stopped_after_each_progress_it_still_ends_as_if_it_had_not_been(project, tmp_path):
    for _ in range(40):
        run = write_families(project, SHORT)
        event = next(run)
        if event.message.startswith("loading"):
            event = next(run)
        run.close()
        if event.result:
            break
    assert event.result["kept"] == 2
    assert_nothing_lost_or_doubled(project)
    whole = Project(tmp_path / "whole")
    write(whole, SHORT)
    assert [story.text for story in stories(whole)] == [story.text for story in stories(project)]
    whole.close()


def test_a_process_killed_in_the_middle_loses_and_doubles_nothing(project, root):
    config = replace(SHORT, families=4)
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(project.root), "4"], cwd=root, stderr=subprocess.DEVNULL
    )
    while not replies(project):
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = [(row.number, row.raw_reply) for row in replies(project)]
    assert_nothing_lost_or_doubled(project)
    last = write(project, config)
    assert last.result["kept"] == 4
    assert len(before) < last.result["replies"], "the process was killed too late to show anything"
    assert set(before) <= {(row.number, row.raw_reply) for row in replies(project)}
    assert_nothing_lost_or_doubled(project)


def test_what_cannot_be_read_is_kept_counted_and_said(project):
    """With 32 tokens the bundled model tells no pair of stories."""
    config = replace(SHORT, writing="pair", shots="one", families=1, tries=3, max_new_tokens=32)
    last = write(project, config)
    assert last.result["kept"] == 0
    assert last.result["replies"] == sum(last.result["unreadable"].values()) == 3
    assert last.message.startswith("0 of 3 replies gave a family; not used: ")
    missing = "1 of the 1 families asked for are missing. Allow more tries, or use `swap`."
    assert last.message.endswith(missing)
    assert all(row.raw_reply and row.reason and row.reason != WAITING for row in replies(project))
    assert families(project) == []


def test_one_theme_may_be_in_the_users_own_words(project):
    write(project, replace(SHORT, families=1, theme=" sport \n and <b>fairness</b> "))
    assert [family.theme for family in families(project)] == ["sport and <b>fairness</b>"]


@pytest.mark.parametrize("theme", ["", "  \n", "x" * 81])
def test_a_theme_that_is_none_is_refused_before_the_model_is_loaded(project, theme):
    with pytest.raises(ConfigError, match="`theme` must be all, or a theme of 1 to 80 characters"):
        next(write_families(project, replace(SHORT, theme=theme)))


def test_a_served_model_writes_as_a_local_one_does(project):
    with serving() as reference:
        last = write(project, replace(SHORT, model=reference, families=1, max_new_tokens=100))
    assert last.result["kept"] == 1, last.message
    assert families(project)[0].provenance["model"] == reference
    assert_nothing_lost_or_doubled(project)
