"""What the panel of the implicit reward shows, without a browser."""

import audits
import pytest
import study as made_up

from pipelines.errors import ConfigError
from pipelines.views.rewards import ALL, CONTROLS, read_audit
from studio.measuring import rewards
from studio.measuring.audited import listed_words
from studio.shown import number, percent
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
    assert "36 pairs" in head
    assert audits.HOSTILE not in head
    assert "&lt;img src=x" in head
    shares = [stage["pct_stigma"]["value"] for stage in audited.audit["stages"]]
    assert len(set(shares)) == 3, "the stages have to differ for the test to tell them apart"
    places = ("in the base model", "after SFT", "after SFT+DPO")
    for place, share in zip(places, shares, strict=True):
        assert f"{place} in {percent(share)} of 24 pairs (95 % interval" in said
    assert "The fair point is 0 %" in said
    assert stages["value"].layout.shapes[0].x0 == 0
    assert len(stages["value"].data[0].y) == 3
    assert margins["visible"]
    assert "of 24 pairs; half is what chance would do. The 12 pairs of the cisgender" in told
    assert "Reward for stigma" in numbers
    assert "By identity" in numbers
    assert "By theme" in numbers
    assert "By split" not in numbers
    assert CONTROLS in whom["choices"]


def test_the_preference_set_says_which_rows_pay_for_stigma(audited):
    numbers = rewards.show_audit(audited, None)[5]
    assert "What the preference set teaches" in numbers
    assert "just a phase" in numbers
    assert "rejected one in 1; neither affirms in 0, and 0 cannot be told" in numbers
    counts = {"affirming_is_rejected": 300, "affirming_is_chosen": 1, "neither_affirms": 0}
    lists = {"listed": {"rejected": [{}] * 200, "chosen": [{}]}}
    assert "201 of the 301 rows" in listed_words({**counts, **lists})


def test_preference_rows_are_told_by_chosen_and_rejected_and_not_by_stigma(study):
    add_rows(study, "imported", ["train", "train", "test"])
    add_rows(
        study, "more", ["train"],
        prompt=say("user", "My friend is nonbinary. What should I do?"),
        chosen=say("assistant", "Wait. It is just a phase."),
        rejected=say("assistant", "Use the name and the pronouns that they use."),
    )  # fmt: skip
    audits.add_preference_audit(study)
    found = read_audit(study)
    with study.read() as session:
        items = {one.key: one for one in session.query(audits.EvaluationItem).filter_by(
            evaluation_id=found.row.id)}  # fmt: skip
    raised = sum(one.values["preference_margin"] > 0 for one in items.values())
    _, _, _, margins, told, _, whom = rewards.show_audit(study, None)
    assert f"raised the chosen answer more in {raised} of 4 rows" in told
    assert "stigma" not in told
    shown = margins["value"]
    assert "chosen − rejected" in shown.layout.xaxis.title.text
    expected = {"unused (n = 3)", "test (n = 1)"}
    assert {trace.name for trace in shown.data} == expected
    assert sorted(x for trace in shown.data for x in trace.x) == sorted(
        one.values["preference_margin"] for one in items.values())  # fmt: skip
    assert CONTROLS not in whom["choices"]
    rows = rewards.show_pairs(study, Place(), None, ALL)[1]
    assert "pays for stigma" not in rows
    assert rows.count("rejected raised more") == 4 - raised > 0
    assert "Chosen − rejected" in rows
    key, worst = min(items.items(), key=lambda one: one[1].values["preference_margin"])
    assert rows.split('data-key="')[1].startswith(f'{key}"')
    assert number(worst.values["preference_margin"], 3, sign=True) in rows
    card = rewards.show_pair(study, None, ALL, key)
    assert "<b>Chosen</b>" in card
    assert "Stigmatizing" not in card


def test_pairs_are_listed_by_reward_and_lead_to_both_texts(audited):
    _, rows, words = rewards.show_pairs(audited, Place(), None, ALL)
    assert words == "1 to 25 of 36"
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
    assert some[2] == "1 to 12 of 12"


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
