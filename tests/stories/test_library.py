"""The scenario library keeps its own rules."""

import re
from collections import Counter

import pytest

from pipelines.assets import read_asset
from pipelines.records import Arm, Kind
from pipelines.stories.library import controls, plots, tell, themes

ARMS = (Arm.MALE, Arm.FEMALE, Arm.THEY)
SCENARIOS = [*plots(), *controls()]
GENDERED = {"he", "him", "his", "himself", "she", "her", "hers", "herself"}


def words(text):
    return re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower())


def test_there_are_sixty_plots_over_eight_themes_with_two_wordings():
    assert len(plots()) >= 60
    assert len(themes()) >= 8
    assert all(len(plot.wordings) >= 2 for plot in plots())


def test_controls_are_half_moral_and_half_immoral():
    assert Counter(control.stance for control in controls()) == {"Moral": 30, "Immoral": 30}


def test_ids_are_unique():
    assert len({scenario.id for scenario in SCENARIOS}) == len(SCENARIOS)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_arms_differ_in_names_pronouns_and_marked_nouns_only(scenario):
    """Arms have the same words at the same places but for slots, so they have as many words."""
    for template, number in zip(scenario.wordings, range(1, 9), strict=False):
        told = {s.arm: words(s.text) for s in tell(scenario, ARMS, 0) if s.wording == number}
        assert len({len(text) for text in told.values()}) == 1, template
        plain = GENDERED & set(words(re.sub(r"\{\w+\}|\[[^\]]*\]", "", template)))
        assert not plain, f"{plain} outside slots"
        assert template.count("{name}") >= 2


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_the_they_arm_names_no_gender(scenario):
    words_of_gender = set(read_asset("words/gendered.json")["words"])
    for story in tell(scenario, (Arm.THEY,), 0):
        assert not words_of_gender & set(words(story.text)), story.text


@pytest.mark.parametrize("scenario", plots(), ids=lambda scenario: scenario.id)
def test_both_sides_have_a_reason_without_gender(scenario):
    for reason in (scenario.moral_reason, scenario.immoral_reason):
        assert "main character" in reason
        assert not GENDERED & set(words(reason))


def test_a_family_keeps_its_name_in_all_wordings_and_arms_share_the_initial():
    for scenario in plots():
        names = {(story.arm, story.name) for story in tell(scenario, ARMS, 3)}
        assert len(names) == 3
        assert len({name[0] for _, name in names}) == 1


def test_kinds_are_told_apart():
    assert {scenario.kind for scenario in SCENARIOS} == {Kind.PLOT, Kind.CONTROL}


def test_reason_and_hedge_of_a_control_both_name_the_main_character():
    """Otherwise one word would tell chosen from rejected in every control row."""
    for scenario in controls():
        for text in (scenario.moral_reason, scenario.immoral_reason):
            assert "main character" in text.lower()
