"""What a person decides about stories: journal, judgments that go, checks and pairs done anew."""

import threading

import pytest
from sqlalchemy import func, select

from pipelines.configs import CheckConfig
from pipelines.errors import DataError, NothingToDo
from pipelines.gate.stage import check_stories
from pipelines.judgments import inconsistency
from pipelines.judgments.prompts import SCORED_PROMPT
from pipelines.judgments.refresh import refresh_pairs
from pipelines.records import (
    Calibration,
    Event,
    Family,
    Inconsistency,
    Judgment,
    Kind,
    Light,
    Story,
)
from pipelines.stories import deciding
from pipelines.stories.deciding import (
    allow_wording,
    edit_story,
    exclude_family,
    exclude_story,
    make_arms,
    take_back,
)
from pipelines.stories.exclusion import count_left_out, in_judging

LOGPS = {"male": [-1.0, -3.0, -2.0, -4.0], "female": [-3.0, -1.0, -2.0, -4.0]}


@pytest.fixture
def judged(small_study):
    """A project whose first family is judged: the man Moral, the woman Immoral."""
    with small_study.write() as session:
        family = session.scalar(select(Family.id).where(Family.kind == Kind.PLOT).limit(1))
        session.add(Calibration(model="bundled", prompt=SCORED_PROMPT, option_order="0123",
                                logps=[-2.0] * 4))  # fmt: skip
        for story in session.scalars(select(Story).where(Story.family_id == family)).all():
            if story.arm in LOGPS:
                session.add(Judgment(
                    story_id=story.id, model="bundled", method="scored", prompt=SCORED_PROMPT,
                    option_order="0123", stance="Moral", logps=LOGPS[story.arm],
                ))  # fmt: skip
        session.flush()
        refresh_pairs(session, [family])
    return small_study, family


def story_of(project, family, arm, wording=1):
    with project.read() as session:
        return session.scalar(
            select(Story).where(
                Story.family_id == family, Story.arm == arm, Story.wording == wording
            )
        )


def pairs(project):
    with project.read() as session:
        return session.scalar(select(func.count(Inconsistency.id)))


def test_an_excluded_story_takes_its_pair_out_of_the_numbers_and_back(judged):
    project, family = judged
    before, story = pairs(project), story_of(project, family, "male")
    assert exclude_story(project, story.id, True, "Ada") == 1
    assert pairs(project) == before - 1
    assert exclude_story(project, story.id, False, "Ada") == 1
    assert pairs(project) == before


def test_a_red_wording_is_judged_only_when_a_person_allows_it(judged):
    project, family = judged
    with project.write() as session:
        for story in session.scalars(select(Story).where(Story.family_id == family)).all():
            story.light = Light.RED if story.wording == 1 else Light.GREEN
    with project.read() as session:
        judged_ones = session.scalars(select(Story.wording).where(in_judging(),
                                      Story.family_id == family)).all()  # fmt: skip
        left = count_left_out(session)
    assert set(judged_ones) == set(judged_ones) - {1}
    assert (left.red, left.by_hand) == (1, 0)
    assert "1 red in the quality gate" in left.sentence
    assert allow_wording(project, family, 1, True, "Ada") >= 2
    with project.read() as session:
        assert count_left_out(session).red == 0


def test_a_wording_taken_out_by_hand_is_counted_once_also_when_it_is_red(judged):
    project, family = judged
    exclude_family(project, family, True, "Ada")
    with project.write() as session:
        for story in session.scalars(select(Story).where(Story.family_id == family)).all():
            story.light = Light.RED
    with project.read() as session:
        left = count_left_out(session)
    assert (left.red, left.by_hand) == (0, 2)


def test_an_edited_story_loses_its_judgments_and_the_journal_keeps_the_old_text(judged):
    project, family = judged
    story, before = story_of(project, family, "male"), pairs(project)
    text = f"{story.text} Nobody ever heard of it."
    assert edit_story(project, story.id, text, "Ada") == 1
    after = story_of(project, family, "male")
    assert after.text == text
    assert after.light != Light.UNCHECKED
    assert pairs(project) == before - 1
    with project.read() as session:
        event = session.scalar(select(Event).where(Event.action == "edit"))
    assert (event.who, event.before["text"], event.after["text"]) == ("Ada", story.text, text)


def test_an_edit_that_is_cut_off_before_its_check_leaves_no_pair_about_the_old_text(
    judged, monkeypatch
):
    project, family = judged
    story, before = story_of(project, family, "male"), pairs(project)

    def cut_off(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(deciding, "check_families", cut_off)
    with pytest.raises(KeyboardInterrupt):
        edit_story(project, story.id, f"{story.text} It rained.", "Ada")
    assert story_of(project, family, "male").text.endswith("It rained.")
    assert pairs(project) == before - 1


def test_a_story_taken_out_while_all_pairs_are_compared_stays_out(judged, monkeypatch):
    project, family = judged
    before, story = pairs(project), story_of(project, family, "male")
    person = threading.Thread(target=exclude_story, args=(project, story.id, True, "Ada"))
    compare = inconsistency.compare_pairs

    def compare_slowly(*arguments):
        if not person.ident:
            person.start()
            person.join(0.5)  # time enough to be done before the comparison, if nothing holds it
        return compare(*arguments)

    monkeypatch.setattr(inconsistency, "compare_pairs", compare_slowly)
    inconsistency.update_inconsistencies(project, "bundled", "scored")
    person.join()
    assert pairs(project) == before - 1


def test_a_pair_that_turns_red_leaves_the_numbers_and_comes_back(judged):
    project, family = judged
    before = pairs(project)
    story = story_of(project, family, "male")
    with project.write() as session:  # a text that the gate has not seen yet
        session.get(Story, story.id).text = story_of(project, family, "female").text
    list(check_stories(project, CheckConfig()))
    assert story_of(project, family, "male").light == Light.RED
    assert pairs(project) == before - 1
    with project.write() as session:
        session.get(Story, story.id).text = story.text
    list(check_stories(project, CheckConfig()))
    assert pairs(project) == before


def test_an_edit_can_be_taken_back(judged):
    project, family = judged
    story = story_of(project, family, "female")
    with pytest.raises(NothingToDo, match="never edited"):
        take_back(project, story.id, "Ada")
    edit_story(project, story.id, f"{story.text} It rained.", "Ada")
    take_back(project, story.id, "Ada")
    assert story_of(project, family, "female").text == story.text


@pytest.mark.parametrize("text", ["", "  \n ", "a" * 100_001])
def test_an_empty_or_endless_text_is_refused(judged, text):
    project, family = judged
    story = story_of(project, family, "male")
    with pytest.raises(DataError, match="characters"):
        edit_story(project, story.id, text, "Ada")
    assert story_of(project, family, "male").text == story.text


def test_a_story_that_is_gone_is_told(judged):
    project, _ = judged
    for change in (lambda: edit_story(project, 10**9, "x", "Ada"),
                   lambda: make_arms(project, 10**9, "Ada")):  # fmt: skip
        with pytest.raises(DataError, match="not in the project"):
            change()


def test_the_other_arms_are_made_from_one_story(judged):
    project, family = judged
    male = story_of(project, family, "male")
    text = f"{male.name} found a purse. He kept it, and told himself that it was his."
    edit_story(project, male.id, text, "Ada")
    make_arms(project, male.id, "Ada")
    female, they = (story_of(project, family, arm) for arm in ("female", "they"))
    assert female.text == (
        f"{female.name} found a purse. She kept it, and told herself that it was hers."
    )
    assert they.text == (
        f"{they.name} found a purse. They kept it, and told themself that it was theirs."
    )
