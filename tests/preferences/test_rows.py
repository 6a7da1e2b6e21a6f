"""The preference set: two rows a pair, control rows, split by family, one form for both sides."""

from collections import Counter

import pytest
from sqlalchemy import select

from pipelines.configs import AcceptConfig, BalanceConfig
from pipelines.errors import NothingToDo
from pipelines.judgments.prompts import GENERATED_PROMPT, PREFIX
from pipelines.preferences.categorize import set_category
from pipelines.preferences.deciding import exclude_row
from pipelines.preferences.published import gather
from pipelines.preferences.rows import build_preferences, collect_rows, data_hash, rows_for
from pipelines.records import BalancedJudgment, Family, Judgment, PreferenceRow, Story
from tests.preferences_data import judge_by_hand
from tests.stored_rows import add_rows


@pytest.fixture
def curated(small_study, run_stage):
    """Judged by hand, drafted from the template alone, all accepted."""
    judge_by_hand(small_study)
    run_stage(small_study, "balance", BalanceConfig(attempts=0))
    run_stage(small_study, "accept", AcceptConfig(all_passing=True, as_="test"))
    return small_study


def test_every_accepted_pair_gives_a_row_for_each_judged_arm(curated):
    rows = [row for row in build_preferences(curated, "bundled") if row.source == "balanced"]
    pairs = Counter((row.family_id, row.wording) for row in rows)
    assert set(pairs.values()) == {3}


def test_chosen_is_balanced_and_rejected_is_the_models_own_judgment(curated):
    rows = build_preferences(curated, "bundled")
    row = next(row for row in rows if row.source == "balanced" and row.arm == "female")
    assert row.chosen[0]["content"].startswith(f"{PREFIX} both moral and immoral. It can be seen")
    assert row.rejected[0]["content"].startswith(f"{PREFIX} immoral. ")


def test_controls_keep_their_stance_against_the_hedge(curated):
    for row in build_preferences(curated, "bundled"):
        if row.source == "control":
            word = row.family_id.split("-")[1]
            assert row.chosen[0]["content"].startswith(f"{PREFIX} {word}. ")
            assert row.rejected[0]["content"].startswith(f"{PREFIX} both moral and immoral. ")


def test_rows_have_their_familys_split_and_test_families_have_none(curated):
    rows = build_preferences(curated, "bundled")
    with curated.read() as session:
        splits = dict(session.execute(select(Family.id, Family.split)).tuples().all())
    assert all(row.split == splits[row.family_id] for row in rows)
    assert {row.split for row in rows} == {"train", "validation"}


def test_chosen_and_rejected_have_the_same_form(curated):
    """No white space at the ends, one message each: nothing but the words tells them apart."""
    for row in build_preferences(curated, "bundled"):
        for side in (row.chosen, row.rejected):
            assert [message["role"] for message in side] == ["assistant"]
            content = side[0]["content"]
            assert content == " ".join(content.split())
            assert content.startswith(PREFIX)


def test_the_same_decisions_give_the_same_data(curated):
    first = build_preferences(curated, "bundled")
    second = build_preferences(curated, "bundled")
    assert data_hash(first) == data_hash(second)
    with curated.read() as session:
        assert len(session.scalars(select(PreferenceRow)).all()) == len(first)


def test_option_orders_vary_over_the_rows(curated):
    questions = {
        row.prompt[0]["content"].split("was it ")[1]
        for row in build_preferences(curated, "bundled")
    }
    assert len(questions) > 12


def test_nothing_accepted_is_told(small_study):
    judge_by_hand(small_study)
    with pytest.raises(NothingToDo, match="Curate"):
        build_preferences(small_study, "bundled")


def test_a_rebuilt_row_keeps_its_id_and_what_a_person_set(curated):
    """Ids that moved to other rows would send a click on an open page to the wrong row."""
    first = build_preferences(curated, "bundled")
    with curated.write() as session:
        row = session.get_one(PreferenceRow, first[0].id)
        row.category, row.category_source, row.excluded = "stereotypes", "person", True
    second = build_preferences(curated, "bundled")
    assert [row.id for row in second] == [row.id for row in first]
    assert (second[0].category, second[0].category_source) == ("stereotypes", "person")
    assert second[0].excluded


def set_status(project, family, status):
    with project.write() as session:
        for judgment in session.scalars(select(BalancedJudgment).filter_by(family_id=family)):
            judgment.status = status


def test_a_row_that_comes_back_has_what_a_person_set_on_it(curated):
    """Its pair is discarded and accepted again; then the person takes the decision back."""
    row = next(r for r in build_preferences(curated, "bundled") if r.source == "balanced")

    def come_back():
        for status in ("discarded", "accepted"):
            set_status(curated, row.family_id, status)
            found = {
                (r.family_id, r.wording, r.arm): r for r in build_preferences(curated, "bundled")
            }
        return found[row.family_id, row.wording, row.arm]

    exclude_row(curated, row.id, True, "ann")
    set_category(curated, row.id, "discriminatory language", "ann")
    back = come_back()
    assert back.excluded
    assert (back.category, back.category_source) == ("discriminatory language", "person")
    assert back.id not in {r.id for r in rows_for(curated, "bundled", ("own",))}
    assert gather(curated, "bundled", ("own",)).left_out == {"by a person": 1, "contaminated": 0}
    exclude_row(curated, back.id, False, "ann")
    assert not come_back().excluded


@pytest.mark.parametrize(("source", "after"), [("person", "person"), ("model", "rule")])
def test_only_a_persons_category_outlives_a_changed_text(curated, source, after):
    row = next(r for r in build_preferences(curated, "bundled") if r.source == "balanced")
    with curated.write() as session:
        stored = session.get_one(PreferenceRow, row.id)
        stored.category, stored.category_source = "discriminatory language", source
        judgment = session.scalars(
            select(BalancedJudgment).where(
                BalancedJudgment.family_id == row.family_id,
                BalancedJudgment.wording == row.wording,
            )
        ).one()
        judgment.text = "Another view of it."
    rebuilt = {r.id: r for r in build_preferences(curated, "bundled")}[row.id]
    assert rebuilt.chosen[0]["content"].endswith("Another view of it.")
    assert (rebuilt.category == "discriminatory language") == (source == "person")
    assert rebuilt.category_source == after


def test_every_row_of_the_study_has_a_category(curated):
    assert all(row.category for row in build_preferences(curated, "bundled"))


def test_rows_of_what_is_no_longer_accepted_go(curated):
    first = build_preferences(curated, "bundled")
    gone = next(row for row in first if row.source == "balanced").family_id
    with curated.write() as session:
        judgments = session.scalars(
            select(BalancedJudgment).where(BalancedJudgment.family_id == gone)
        )
        for judgment in judgments:
            judgment.status = "discarded"
    build_preferences(curated, "bundled")
    with curated.read() as session:
        assert gone not in set(session.scalars(select(PreferenceRow.family_id)))


def test_a_story_out_of_judging_gives_no_row(curated):
    """One story taken out by hand, one wording red: 1 + 3 rows less."""
    before = [row for row in build_preferences(curated, "bundled") if row.source == "balanced"]
    first, other = before[0], next(r for r in before if r.family_id != before[0].family_id)
    with curated.write() as session:
        for story in session.scalars(select(Story)):
            if (story.family_id, story.wording) == (other.family_id, other.wording):
                story.light = "red"
            if (story.family_id, story.wording, story.arm) == key(first):
                story.excluded = True
    after = [row for row in build_preferences(curated, "bundled") if row.source == "balanced"]
    assert len(after) == len(before) - 4
    assert key(first) not in {key(row) for row in after}


def key(row):
    return row.family_id, row.wording, row.arm


def test_a_scored_story_without_explanation_takes_the_generated_one(curated):
    """Scored without a word, asked in words afterwards: the row has the words' judgment."""
    row = next(r for r in build_preferences(curated, "bundled") if r.source == "balanced")
    with curated.write() as session:
        story = session.scalars(
            select(Story).where(
                Story.family_id == row.family_id,
                Story.wording == row.wording,
                Story.arm == row.arm,
            )
        ).one()
        scored = session.scalars(select(Judgment).where(Judgment.story_id == story.id)).one()
        scored.explanation = ""
    assert key(row) not in {key(r) for r in build_preferences(curated, "bundled")}
    with curated.write() as session:
        session.add(
            Judgment(
                story_id=story.id, model="bundled", method="generated", prompt=GENERATED_PROMPT,
                option_order="0123", stance="Immoral", explanation="It hurt a friend.",
            )
        )  # fmt: skip
    rebuilt = {key(r): r for r in build_preferences(curated, "bundled")}[key(row)]
    assert rebuilt.rejected[0]["content"] == f"{PREFIX} immoral. It hurt a friend."


def test_excluded_and_held_out_rows_are_not_trained_on(curated):
    """Imported: 3 for training, 1 for testing; one of the three is excluded."""
    add_rows(curated, "imported", splits=["train", "train", "train", "test"])
    with curated.write() as session:
        rows = session.scalars(select(PreferenceRow).where(PreferenceRow.source == "imported"))
        next(iter(rows)).excluded = True
    imported = rows_for(curated, "bundled", ("imported",))
    assert [row.split for row in imported] == ["train", "train"]
    assert len(collect_rows(curated, "bundled", ("imported",))) == 4
    own = rows_for(curated, "bundled", ("own",))
    both = rows_for(curated, "bundled", ("own", "imported"))
    assert len(both) == len(own) + 2


def test_an_excluded_row_of_the_study_is_not_trained_on(curated):
    first = rows_for(curated, "bundled", ("own",))
    with curated.write() as session:
        session.get_one(PreferenceRow, first[0].id).excluded = True
    assert [r.id for r in rows_for(curated, "bundled", ("own",))] == [r.id for r in first[1:]]


@pytest.mark.parametrize(
    ("rows", "part"),
    [(("own",), "Curate"), (("imported",), "preferences import"), (("synthetic",), "synthesize")],
)
def test_what_has_to_come_first_is_told(small_study, rows, part):
    with pytest.raises(NothingToDo, match=part):
        rows_for(small_study, "bundled", rows)


def test_all_rows_need_no_accepted_judgment_where_others_are_there(small_study):
    add_rows(small_study, "synthetic", splits=["train"])
    assert len(rows_for(small_study, "bundled", ("own", "imported", "synthetic"))) == 1


def test_only_rows_that_must_not_be_trained_on_is_told(small_study):
    add_rows(small_study, "imported", splits=["test"])
    with pytest.raises(NothingToDo, match="held out"):
        rows_for(small_study, "bundled", ("imported",))
