"""Drafts for the pairs that need one, from the template where no model is asked."""

import pytest
from sqlalchemy import select

from pipelines.configs import BalanceConfig
from pipelines.errors import NothingToDo
from pipelines.records import BalancedJudgment, Family
from tests.preferences_data import MORAL, judge_by_hand


def drafts(project):
    with project.read() as session:
        return session.scalars(select(BalancedJudgment)).all()


def test_inconsistent_pairs_outside_the_test_split_get_a_draft_that_passes(small_study, run_stage):
    judge_by_hand(small_study)
    result = run_stage(small_study, "balance", BalanceConfig(attempts=0))
    with small_study.read() as session:
        kinds = dict(session.execute(select(Family.id, Family.split)).tuples().all())
    found = drafts(small_study)
    assert result == {"drafted": len(found), "failed_checks": 0, "model": 0, "template": len(found)}
    assert found
    assert all(kinds[draft.family_id] != "test" for draft in found)
    assert {draft.source for draft in found} == {"template"}


def test_the_template_holds_the_content_of_the_explanations_without_names(small_study, run_stage):
    judge_by_hand(small_study)
    run_stage(small_study, "balance", BalanceConfig(attempts=0))
    text = drafts(small_study)[0].text
    assert "the main character did what the main character had to do" in text
    assert "immoral" in text


def test_pairs_that_agree_get_a_draft_only_on_request(small_study, run_stage):
    judge_by_hand(small_study, female=MORAL)
    assert run_stage(small_study, "balance", BalanceConfig(attempts=0))["drafted"] == 0
    assert run_stage(small_study, "balance", BalanceConfig(attempts=0, pairs="all"))["drafted"] > 0


def test_a_second_call_drafts_nothing_twice(small_study, run_stage):
    judge_by_hand(small_study)
    first = run_stage(small_study, "balance", BalanceConfig(attempts=0))
    assert run_stage(small_study, "balance", BalanceConfig(attempts=0)) == first


def test_without_judgments_it_says_which_stage_comes_first(small_study, run_stage):
    with pytest.raises(NothingToDo, match="Run the `judge` stage"):
        run_stage(small_study, "balance", BalanceConfig())
