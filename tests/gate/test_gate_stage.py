"""The stage on a project on disk: what is written, and that only what changed is checked again."""

import pytest

from pipelines.configs import CheckConfig, StoriesConfig
from pipelines.errors import ConfigError, NothingToDo
from pipelines.gate import stage
from pipelines.gate.stage import check_families, check_stories
from pipelines.gate.summary import count_lights, rouge_histogram
from pipelines.records import Family, Story
from pipelines.stories.arms import ARMS, fill, pronouns
from pipelines.stories.library import plots

NAMES = {"male": "Adam", "female": "Anna", "they": "Alex"}
TEMPLATES = [plot.wordings[0] for plot in plots()[:5]]
DEFAULTS = {
    "rouge_low": 0.8, "rouge_high": 0.95, "window": "note", "min_words": 15, "max_words": 600,
    "near_duplicate": 0.9, "language": "en",
}  # fmt: skip


def add(project, family, *templates, arms=ARMS, kind="plot"):
    with project.write() as session:
        session.add(
            Family(id=family, theme="work", title=family, kind=kind, source="pasted", split="train")
        )
        session.flush()
        session.add_all(
            Story(
                family_id=family,
                wording=number,
                arm=arm,
                name=NAMES[arm],
                pronouns=pronouns(arm),
                text=fill(template, arm, NAMES[arm]),
            )
            for number, template in enumerate(templates, start=1)
            for arm in arms
        )


@pytest.fixture
def study(project):
    """Five families of one wording each, all clean."""
    for number, template in enumerate(TEMPLATES):
        add(project, f"family-{number}", template)
    return project


def check(project, **settings):
    return list(check_stories(project, CheckConfig(**settings)))[-1].result


def stories(project, family, arm=None):
    with project.read() as session:
        found = session.query(Story).filter_by(family_id=family).order_by(Story.id).all()
    return [story for story in found if arm in (None, story.arm)]


def edit(project, family, arm, **values):
    with project.write() as session:
        story = session.query(Story).filter_by(family_id=family, arm=arm).first()
        for name, value in values.items():
            setattr(story, name, value)


def test_every_arm_of_a_wording_gets_the_light_and_the_checks_in_their_format(study):
    assert check(study) == {"checked": 5, "green": 5, "amber": 0, "red": 0, "unchanged": 0}
    for story in stories(study, "family-0"):
        found = dict(story.checks)
        assert story.light == found.pop("light") == "green"
        assert 0.8 <= found.pop("rouge1") <= 0.95
        assert found.pop("words") > 15
        assert len(found.pop("mark")) == 12
        assert found == {
            "reasons": [],
            "window": "inside",
            "language": "en",
            "near": [],
            "changed": [],
            "settings": DEFAULTS,
        }


def test_a_stopped_run_goes_on_where_it_ended(study, monkeypatch):
    monkeypatch.setattr(stage, "BATCH", 2)
    run = check_stories(study, CheckConfig())
    progress = [next(run), next(run)]
    run.close()
    assert progress[-1].done == 2
    assert count_lights(study) | {"left_out": 0} == {
        "green": 2, "amber": 0, "red": 0, "unchecked": 3, "left_out": 0,
    }  # fmt: skip
    assert check(study) == {"checked": 3, "green": 5, "amber": 0, "red": 0, "unchanged": 2}


def test_nothing_is_checked_twice(study):
    check(study)
    assert check(study) == {"checked": 0, "green": 5, "amber": 0, "red": 0, "unchanged": 5}


def test_an_edited_story_is_checked_again_and_alone(study):
    check(study)
    text = stories(study, "family-1", "female")[0].text
    edit(study, "family-1", "female", text=text + " Snow fell.")
    assert check(study) == {"checked": 1, "green": 4, "amber": 1, "red": 0, "unchanged": 4}
    for story in stories(study, "family-1"):
        assert story.light == "amber"
        assert story.checks["changed"] == [["", "Snow fell"]]
    edit(study, "family-1", "female", text=text)
    assert check(study)["green"] == 5


def test_a_changed_name_or_a_new_arm_is_checked_again(study):
    add(study, "pair", "{name} lost a shoe in the mud and went on with one.", arms=ARMS[:2])
    check(study, min_words=3)
    edit(study, "pair", "male", name="Bob")
    assert check(study, min_words=3)["checked"] == 1
    with study.write() as session:
        session.add(
            Story(
                family_id="pair", wording=1, arm="they", name="Alex", pronouns=pronouns("they"),
                text="Alex lost a shoe in the mud and went on with one.",
            )
        )  # fmt: skip
    assert check(study, min_words=3)["checked"] == 1


def test_other_settings_check_everything_again(study):
    check(study)
    found = check(study, min_words=500)
    assert found == {"checked": 5, "green": 0, "amber": 5, "red": 0, "unchanged": 0}
    assert stories(study, "family-0")[0].checks["settings"]["min_words"] == 500


def test_what_the_swap_left_open_is_kept_and_makes_the_wording_amber(study):
    edit(study, "family-2", "they", checks={"left_open": ["“her”: his or him?"], "other": 1})
    assert check(study)["amber"] == 1
    female, they = stories(study, "family-2", "female")[0], stories(study, "family-2", "they")[0]
    assert they.checks["left_open"] == ["“her”: his or him?"]
    assert they.checks["other"] == 1
    assert "left_open" not in female.checks
    for story in (female, they):
        assert story.checks["reasons"] == [
            {"check": "left open", "light": "amber", "said": "“her”: his or him?"}
        ]
    edit(study, "family-2", "they", checks=they.checks | {"left_open": []})
    assert check(study)["green"] == 5


def test_a_copy_of_another_family_is_red_and_the_first_one_stays_green(study):
    check(study)
    add(study, "copy", TEMPLATES[0])
    result = check(study)
    assert (result["red"], result["green"]) == (1, 5)
    assert stories(study, "copy")[0].checks["near"] == [{"family": "family-0", "similarity": 1.0}]
    assert stories(study, "family-0")[0].light == "green"


def test_a_near_duplicate_makes_both_amber_and_an_edit_makes_both_green_again(study):
    add(study, "near", TEMPLATES[0] + " Snow fell.")
    assert check(study)["amber"] == 2
    near = stories(study, "family-0")[0].checks["near"]
    assert [one["family"] for one in near] == ["near"]
    assert 0.9 < near[0]["similarity"] < 1
    for arm in ARMS:
        edit(study, "near", arm, text=fill(plots()[9].wordings[0], arm, NAMES[arm]))
    assert check_families(study, ["near"]) == {"checked": 2, "green": 1, "amber": 0, "red": 0}
    assert stories(study, "family-0")[0].light == "green"


def test_families_are_checked_alone_with_the_settings_of_the_last_check(study):
    check(study, max_words=601)
    for family in ("family-3", "family-4"):
        edit(study, family, "male", text=stories(study, family, "male")[0].text + " Snow fell.")
    assert check_families(study, ["family-3"]) == {"checked": 1, "green": 0, "amber": 1, "red": 0}
    assert stories(study, "family-3")[0].checks["settings"]["max_words"] == 601
    assert stories(study, "family-4")[0].light == "green"
    assert check(study, max_words=601)["checked"] == 1


def test_families_never_checked_take_the_settings_given_or_the_defaults(study):
    assert check_families(study, ["family-0"])["green"] == 1
    assert stories(study, "family-0")[0].checks["settings"] == DEFAULTS
    assert check_families(study, ["family-0"], CheckConfig(min_words=500))["amber"] == 1
    assert check_families(study, []) == {"checked": 0, "green": 0, "amber": 0, "red": 0}
    assert stories(study, "family-1")[0].light == ""


def test_tens_of_thousands_of_ids_are_no_obstacle(study):
    many = [f"absent-{number}" for number in range(40_000)]
    assert check_families(study, [*many, "family-0"])["green"] == 1


def test_damaged_notes_of_the_swap_are_no_notes(study):
    edit(study, "family-2", "they", checks={"left_open": "a sentence"})
    assert check(study)["green"] == 5


def test_a_story_edited_while_it_was_checked_is_left_for_the_next_check(study, monkeypatch):
    original = stage.check_wording

    def edited_meanwhile(told, config, near):
        verdict = original(told, config, near)
        if told[0].text == stories(study, "family-0", "male")[0].text:
            edit(study, "family-0", "male", text="Adam changed his mind in the middle of it all.")
        return verdict

    monkeypatch.setattr(stage, "check_wording", edited_meanwhile)
    check(study)
    assert [story.light for story in stories(study, "family-0")] == ["", "", ""]
    monkeypatch.undo()
    assert check(study)["checked"] == 1


def test_an_empty_project_and_an_unknown_language_are_refused(project, study):
    with pytest.raises(ConfigError, match="two-letter"):
        check(study, language="xx")
    with study.write() as session:
        session.query(Story).delete()
    with pytest.raises(NothingToDo, match="no stories to check"):
        check(project)


def test_the_library_with_all_its_arms_is_green(project, run_stage):
    run_stage(project, "stories", StoriesConfig())
    check(project)
    lights = count_lights(project)
    assert lights["green"] >= 188
    assert lights["amber"] == lights["red"] == lights["unchecked"] == 0


def test_lights_are_counted_by_kind_and_red_ones_unless_they_are_allowed(study):
    add(study, "one-arm", TEMPLATES[0], arms=ARMS[:1], kind="control")
    check(study)
    assert count_lights(study, "control") == {
        "green": 0, "amber": 0, "red": 1, "unchecked": 0, "left_out": 1,
    }  # fmt: skip
    assert count_lights(study, "plot")["green"] == 5
    edit(study, "one-arm", "male", allowed=True)
    assert count_lights(study)["red"] == 1
    assert count_lights(study)["left_out"] == 0


def test_the_histogram_counts_every_pair_once_and_warns_with_its_own_figures(study):
    empty = rouge_histogram(study)
    assert (empty.n, empty.inside, empty.median) == (0, None, None)
    assert empty.warning == "No pair has been checked yet."
    word = "The rain fell on the roof of the old house and nobody in the town was awake. " * 3
    add(study, "above", "{name} slept. " + word, "{name} snored. " + word)
    for arm, text in (("male", "Adam ate."), ("female", "Anna sat.")):
        edit(study, "family-0", arm, text=text)
    check(study)
    found = rouge_histogram(study)
    assert found.n == sum(found.counts) == 7
    assert len(found.edges) == 21
    assert found.counts[19] >= 2
    assert found.counts[0] == 1
    assert (found.below, found.inside, found.above) == (1 / 7, 4 / 7, 2 / 7)
    assert (found.low, found.high) == (0.8, 0.95)
    assert found.warning == (
        "The upper bound of 0.95 would drop 2 of 7 pairs (29%). These are the pairs that differ "
        "in the fewest words: 100% of them differ in nothing but gender (100% of those inside the "
        "window do)."
    )


def test_a_histogram_without_pairs_above_says_so(study):
    check(study, rouge_high=1.0)
    found = rouge_histogram(study, bins=4)
    assert found.edges == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert found.counts == (0, 0, 0, 5)
    assert found.warning == "None of the 5 pairs lies above 1, so the upper bound drops none here."


def test_in_a_large_project_an_edit_waits_for_the_next_whole_check_with_its_copies(
    study, monkeypatch
):
    check(study)
    monkeypatch.setattr(stage, "MOST_LOOKED_THROUGH", 3)
    for arm in ARMS:
        edit(study, "family-1", arm, text=stories(study, "family-0", arm)[0].text)
    assert check_families(study, ["family-1"])["red"] == 0
    assert check(study)["red"] == 1
