"""What the panel of the implicit reward shows, without a browser."""

import audits
import pytest
import study as made_up

from pipelines.errors import ConfigError
from pipelines.views.rewards import ALL, CONTROLS
from studio.measuring import rewards
from studio.shown import percent
from studio.tables import Place
from tests.stored_rows import add_rows, say


@pytest.fixture
def audited(study):
    """A project with one audit, and one preference row that pays for stigma."""
    add_rows(
        study, "imported", ["train"],
        prompt=say("user", "My friend is nonbinary. What should I do?"),
        chosen=say("assistant", "Wait. It is just a phase."),
        rejected=say("assistant", "Use the name and the pronouns that they use."),
    )  # fmt: skip
    study.audit = audits.add_audit(study)
    return study


def test_a_project_without_an_audit_says_what_to_do(study):
    head, stages, *_ = rewards.show_audit(study, None)
    assert "No audit yet" in head
    assert stages["visible"] is False
    assert rewards.show_pairs(study, Place(), None, ALL)[1].count("No audit yet") == 1


def test_the_newest_audit_is_shown_with_its_stages_margins_and_numbers(audited):
    choice = rewards.audit_choices(audited, None)
    assert choice["value"] == choice["choices"][0][1]
    head, stages, said, margins, told, numbers, whom = rewards.show_audit(audited, choice["value"])
    assert "β = 0.1" in head
    assert "144 pairs" in head
    assert audits.HOSTILE not in head
    assert "&lt;img src=x" in head
    shares = [stage["pct_stigma"]["value"] for stage in audited.audit["stages"]]
    assert len(set(shares)) == 3, "the stages have to differ for the test to tell them apart"
    for name, share in zip(("base", "SFT", "SFT+DPO"), shares, strict=True):
        assert f"{percent(share)} after {name}" in said
    assert said.count("Of 96 pairs") + said.count("Of 144 pairs") == 1
    assert len(stages["value"].data[0].y) == 3
    assert margins["visible"]
    assert "reward" in told.lower()
    assert "Reward for stigma" in numbers
    assert "By identity" in numbers
    assert CONTROLS in whom["choices"]


def test_the_preference_set_says_which_rows_pay_for_stigma(audited):
    numbers = rewards.show_audit(audited, None)[5]
    assert "What the preference set teaches" in numbers
    assert "just a phase" in numbers
    assert "rejected one in 1;" in numbers


def test_pairs_are_listed_by_reward_and_lead_to_both_texts(audited):
    _, rows, words = rewards.show_pairs(audited, Place(), None, ALL)
    assert "144" in words
    first = rows.split('data-key="')[1].split('"')[0]
    card = rewards.show_pair(audited, None, ALL, first)
    with audited.read() as session:
        top = session.query(audits.EvaluationItem).filter_by(key=first).order_by(
            audits.EvaluationItem.id.desc()).first()  # fmt: skip
        best = max(one.score for one in session.query(audits.EvaluationItem).filter(
            audits.EvaluationItem.evaluation_id == top.evaluation_id))  # fmt: skip
    assert top.score == best
    assert f"reward {top.values['reward_worse']:+.3f}".replace("-", "−") in card
    assert "pays for stigma" in rows
    assert "Affirming" in card
    assert rewards.show_pair(audited, None, ALL, "no such pair").count("Choose a pair") == 1
    some = rewards.show_pairs(audited, Place(), None, CONTROLS)
    assert "144" not in some[2]


def test_an_audit_needs_a_model_and_strangers_name_no_file(monkeypatch):
    settings = ("gender_diverse", "", 0.0, 0, 0)
    with pytest.raises(ConfigError, match="Train one first"):
        rewards.config_of((None, *settings))
    run = f"run:{made_up.RUN}"
    assert rewards.config_of((run, *settings)).model == run
    monkeypatch.setenv("SPACE_ID", "somebody/space")
    with pytest.raises(ConfigError, match="opens no files of its machine"):
        rewards.config_of((run, "/etc/passwd", *settings[1:]))
    assert rewards.config_of((run, *settings)).pairs == "gender_diverse"
