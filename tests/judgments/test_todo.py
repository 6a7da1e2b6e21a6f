"""Which stories are judged: whole families, and with a limit some of every kind and theme."""

import pytest

from pipelines.configs import JudgeConfig, StoriesConfig
from pipelines.judgments.todo import chosen_stories, draw_stories
from pipelines.records import Family, Kind


@pytest.fixture
def library(project, run_stage):
    """A project with 32 plots, four of each theme, and all controls."""
    run_stage(project, "stories", StoriesConfig(families=32))
    return project


def drawn(project, **settings):
    """The families of a limited choice, by kind, as (theme, id)."""
    config = JudgeConfig(arms="male,female", **settings)
    with project.read() as session:
        families = {story.family_id for story in chosen_stories(session, config)}
        found = [session.get_one(Family, name) for name in families]
    return {kind: {(one.theme, one.id) for one in found if one.kind == kind} for kind in Kind}


def test_a_limit_reaches_the_themes_of_each_kind_in_proportion(library):
    """8 of 4 plots a theme are one of each; of 60 controls, 8 a theme are 1.07 and 6 are 0.8."""
    found = drawn(library, limit=8)
    assert len(found[Kind.PLOT]) == len(found[Kind.CONTROL]) == 8
    assert len({theme for theme, _ in found[Kind.PLOT]}) == 8
    assert len({theme for theme, _ in found[Kind.CONTROL]}) == 8


def test_other_seeds_draw_other_families_and_themes(library):
    plots = [drawn(library, limit=2, seed=seed)[Kind.PLOT] for seed in range(6)]
    assert drawn(library, limit=2, seed=0)[Kind.PLOT] == plots[0]
    assert len(set().union(*plots)) > 2
    assert len({theme for one in plots for theme, _ in one}) > 2


def test_what_was_drawn_is_said_in_wordings_of_plots_and_in_stories_of_controls(library):
    """A plot has two wordings, each told of a man and of a woman; a control has one."""
    with library.read() as session:
        stories, chosen = draw_stories(session, JudgeConfig(arms="male,female", limit=2))
        _, every = draw_stories(session, JudgeConfig(arms="male,female"))
    wordings = {(story.family_id, story.wording) for story in stories}
    plots, controls = chosen[Kind.PLOT], chosen[Kind.CONTROL]
    assert plots.sentence == (
        "2 of 32 families were chosen by seed 0, in proportion from 2 of 8 strata (4 of 64 items)."
    )
    assert (controls.families, len(controls.items), controls.all_items) == (2, 4, 120)
    assert len(stories) == 2 * len(plots.items) + len(controls.items)
    assert len(wordings) == len(plots.items) + controls.families
    assert [one.sentence for one in every.values()] == ["", "", ""]
