"""Filling a project with stories."""

from collections import Counter

import pytest
from sqlalchemy import select

from pipelines.configs import StoriesConfig
from pipelines.errors import ConfigError, DataError
from pipelines.records import Family, Story
from pipelines.stories.stage import write_stories


def splits(project):
    with project.read() as session:
        return dict(session.execute(select(Family.id, Family.split)).tuples().all())


def test_the_whole_library_is_split_by_family_within_a_percent_of_its_shares(project, run_stage):
    result = run_stage(project, "stories", StoriesConfig())
    assert result["families"] == 124
    with project.read() as session:
        kinds = Counter(session.execute(select(Family.kind, Family.split)).tuples())
    assert kinds == {
        ("plot", "train"): 32, ("plot", "validation"): 8, ("plot", "test"): 24,
        ("control", "train"): 30, ("control", "validation"): 8, ("control", "test"): 22,
    }  # fmt: skip


def test_every_split_has_moral_and_immoral_controls_alike(project, run_stage):
    run_stage(project, "stories", StoriesConfig())
    with project.read() as session:
        found = Counter(
            session.execute(
                select(Family.split, Family.stance).where(Family.kind == "control")
            ).tuples()
        )
    for split in ("train", "validation", "test"):
        assert abs(found[split, "Moral"] - found[split, "Immoral"]) <= 1


def test_a_second_call_adds_only_what_is_missing_and_moves_nobody(project, run_stage):
    run_stage(project, "stories", StoriesConfig(families=8))
    before = splits(project)
    run_stage(project, "stories", StoriesConfig(families=16))
    after = splits(project)
    assert len(after) == len(before) + 8
    assert before.items() <= after.items()


def test_a_stopped_run_goes_on_where_it_ended(project, run_stage):
    stage = write_stories(project, StoriesConfig())
    next(stage)
    stage.close()
    assert len(splits(project)) == 16
    result = run_stage(project, "stories", StoriesConfig())
    with project.read() as session:
        stories = session.scalars(select(Story)).all()
    assert result["stories"] == len(stories) == 64 * 2 * 3 + 60 * 3


def test_an_unknown_theme_is_answered_with_those_there_are(project):
    with pytest.raises(ConfigError, match="public life"):
        list(write_stories(project, StoriesConfig(theme="space")))


def test_families_spread_over_all_themes(project, run_stage):
    run_stage(project, "stories", StoriesConfig(families=8))
    with project.read() as session:
        themes = session.scalars(select(Family.theme).where(Family.kind == "plot")).all()
    assert len(set(themes)) == 8


def test_a_source_that_gives_nothing_says_why_and_is_no_error(project, tmp_path):
    """A pasted text whose stories tell no gender is refused; the gate has nothing to say then."""
    with pytest.raises(DataError, match="no word tells the gender"):
        list(write_stories(project, StoriesConfig(source="pasted", text="It rained all day.")))


@pytest.mark.parametrize("source", ["nowhere.json", "~nobody-here/x", "a\0b", "x" * 5000])
def test_a_source_that_is_nothing_is_told_with_the_known_ones(project, source):
    with pytest.raises(ConfigError, match="library, model, pasted, or a file"):
        list(write_stories(project, StoriesConfig(source=source)))
