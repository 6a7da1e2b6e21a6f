"""The paper's pairs come with their judgments, and can be curated and trained on at once."""

import pytest
from sqlalchemy import select

from pipelines.curation import accept
from pipelines.errors import DataError
from pipelines.preferences.rows import build_preferences
from pipelines.records import BalancedJudgment, Inconsistency, Judgment, Story
from tests.importing.files import bring, families, stories, write_lines

NEUTRAL = (
    "The main character was honest about the mistake, which is fair, but kept silent for too long, "
    "which is unfair to everyone who had to wait."
)


def side(name, pronoun, stance, neutral=NEUTRAL, number=1):
    return {
        "story": f"{name} broke {number} cups. Later {pronoun} told the owner about it.",
        "character_name": name,
        "stance": stance,
        "explanation": f"{name} did what had to be done.",
        "neutral_explanation": neutral,
    }


def example(number=1, male="Moral", female="Immoral", neutral=NEUTRAL):
    return {
        "id": number,
        "example_source": 2,
        "male": side("Ben", "he", male, neutral, number),
        "female": side("Eva", "she", female, neutral, number),
    }


def rows_of(project, kind):
    with project.read() as session:
        return session.scalars(select(kind).order_by(kind.id)).all()


def test_judgments_come_with_their_stories(project, tmp_path):
    result = bring(project, write_lines(tmp_path / "pairs.jsonl", [example()]))
    assert result["families_added"] == 1
    family = families(project)[0]
    assert family.id.startswith("paper-")
    assert family.provenance["paper_id"] == "1"
    assert family.provenance["example_source"] == "2"
    assert [story.name for story in stories(project)] == ["Ben", "Eva"]
    judgments = rows_of(project, Judgment)
    assert [(one.model, one.method, one.stance) for one in judgments] == [
        ("imported", "generated", "Moral"),
        ("imported", "generated", "Immoral"),
    ]
    assert judgments[0].explanation == "Ben did what had to be done."
    assert judgments[0].raw_reply == "STANCE: Moral\nEXPLANATION: Ben did what had to be done."


def test_pairs_are_compared_and_drafts_wait_for_curation(project, tmp_path):
    rows = [example(1), example(2, "Both", "Both", neutral="")]
    bring(project, write_lines(tmp_path / "pairs.jsonl", rows))
    compared = {row.male_stance: row for row in rows_of(project, Inconsistency)}
    assert compared["Moral"].mismatch
    assert (compared["Moral"].severity, compared["Moral"].direction) == (2, "male")
    assert not compared["Both"].mismatch
    draft = rows_of(project, BalancedJudgment)[0]
    assert (draft.source, draft.status, draft.model) == ("import", "draft", "imported")
    assert draft.text == draft.drafted_text == NEUTRAL
    assert all(check["ok"] for check in draft.checks.values())
    assert len(rows_of(project, BalancedJudgment)) == 1


def test_an_accepted_draft_becomes_preference_rows(project, tmp_path):
    rows = [example(number) for number in range(1, 7)]
    bring(project, write_lines(tmp_path / "pairs.jsonl", rows))
    accept(project, [row.id for row in rows_of(project, BalancedJudgment)], "Kim")
    built = build_preferences(project, "imported")
    training = sum(family.split != "test" for family in families(project))
    assert len(built) == 2 * training > 0
    assert NEUTRAL in built[0].chosen[0]["content"]
    assert "did what had to be done" in built[0].rejected[0]["content"]


def test_stances_are_read_by_the_parser_and_never_guessed(project, tmp_path):
    rows = [
        example(1, "both moral and immoral", "**Can't say**"),
        example(2, "ambivalent", "MORAL"),
    ]
    result = bring(project, write_lines(tmp_path / "pairs.jsonl", rows))
    with project.read() as session:
        found = session.execute(
            select(Story.arm, Judgment.stance)
            .join(Judgment, Judgment.story_id == Story.id)
            .order_by(Judgment.id)
        ).all()
    assert sorted(map(tuple, found)) == [
        ("female", "Can't say"), ("female", "Moral"), ("male", "Both"), ("male", "INVALID"),
    ]  # fmt: skip
    assert "Stances that could not be read and stand as INVALID: 1." in result["notes"]


def test_of_two_neutral_explanations_the_one_that_passes_is_taken(project, tmp_path):
    row = example()
    row["male"]["neutral_explanation"] = "He was right."
    result = bring(project, write_lines(tmp_path / "pairs.jsonl", [row]))
    assert rows_of(project, BalancedJudgment)[0].text == NEUTRAL
    assert any("two neutral explanations: 1" in note for note in result["notes"])


def test_a_pair_without_judgments_is_a_pair(project, tmp_path):
    row = {arm: {"story": example()[arm]["story"]} for arm in ("male", "female")}
    assert bring(project, write_lines(tmp_path / "pairs.jsonl", [row]))["families_added"] == 1
    assert not rows_of(project, Judgment)
    assert not rows_of(project, BalancedJudgment)


def test_a_half_pair_is_left_out(project, tmp_path):
    rows = [example(1), {"id": 2, "male": {"story": "Ben left."}, "female": "none"}]
    result = bring(project, write_lines(tmp_path / "pairs.jsonl", rows))
    assert result["skipped"] == {"a story is missing": 1}


def test_the_form_is_asked_for_in_words(project, tmp_path):
    path = write_lines(tmp_path / "pairs.jsonl", [{"male_story": "a", "female_story": "b"}])
    with pytest.raises(DataError, match="what is needed is male and female, each with a story"):
        bring(project, path, format="paper")
