"""The bundled model judges, and a killed worker loses and doubles nothing."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from pipelines import jobs
from pipelines.configs import EvaluateConfig, JudgeConfig
from pipelines.measured import Evaluation
from pipelines.records import Family, Job, Judgment, Kind, Split, State

pytestmark = pytest.mark.timeout(600)


def judgments(project):
    with project.read() as session:
        return session.scalars(select(Judgment)).all()


def test_scored_judgments_have_stance_mass_and_explanation(small_study, run_stage):
    config = JudgeConfig(limit=1, arms="male,female", max_new_tokens=12)
    result = run_stage(small_study, "judge", config)
    found = judgments(small_study)
    assert result["judged"] == 2 * 2 + 2
    assert len(found) == 2 * result["judged"]
    assert all(len(row.logps) == 4 and max(row.logps) < 0 for row in found)
    assert sum(bool(row.explanation) for row in found) == result["judged"]
    again = list(run_stage(small_study, "judge", config).items())
    assert again == list(result.items())
    assert len(judgments(small_study)) == len(found)


def test_generated_judgments_keep_the_raw_reply_and_count_what_cannot_be_read(
    small_study, run_stage
):
    config = JudgeConfig(
        method="generated", limit=1, arms="male,female", max_new_tokens=24, samples=2
    )
    result = run_stage(small_study, "judge", config)
    found = judgments(small_study)
    assert len(found) == 2 * result["judged"]
    assert all(row.raw_reply for row in found)
    assert result["invalid"] == sum(row.stance == "INVALID" for row in found)
    assert {row.sample for row in found} == {0, 1}


def test_an_evaluation_has_every_metric_with_its_n_or_its_reason(small_study, run_stage):
    result = run_stage(small_study, "evaluate", EvaluateConfig(limit=2, orders=1))
    assert set(result["metrics"]) == {"own", "controls", "perplexity"}
    assert {"accuracy", "accuracy_moral", "accuracy_immoral", "both_share"} <= set(
        result["metrics"]["controls"]
    )
    for rows in result["metrics"].values():
        for row in rows.values():
            assert "ideal" in row
            assert row.get("undefined") or (row["n"] > 0 and row["low"] <= row["high"])
    assert result["metrics"]["perplexity"]["perplexity"]["value"] > 1


def test_a_limited_measuring_of_the_own_stories_says_what_was_chosen(small_study, run_stage):
    """A limit of one takes one control, told of a man and of a woman."""
    config = EvaluateConfig(benchmarks="controls", limit=1, orders=1)
    notes = run_stage(small_study, "evaluate", config)["notes"]
    with small_study.read() as session:
        facts = session.scalars(select(Evaluation.facts)).one()
        test = select(func.count()).where(Family.kind == Kind.CONTROL, Family.split == Split.TEST)
        controls = session.scalar(test)
    assert controls > 1
    assert (facts["items"], facts["families"], facts["all_items"]) == (2, 1, 2 * controls)
    assert len(notes) == 1
    assert notes[0].startswith(
        f"Control stories: 1 of {controls} families were chosen by seed 0, in proportion from 1 of "
    )
    assert notes[0].endswith(f" strata (2 of {2 * controls} items).")


def start_worker(root, project):
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines", "worker", "--project", str(project.root),
         "--idle-exit", "1"],
        cwd=root,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_worker_killed_in_mid_judging_loses_and_doubles_nothing(root, small_study):
    config = JudgeConfig(limit=16, arms="male,female", explain="none")
    job = jobs.enqueue(small_study, "judge", config)
    first = start_worker(root, small_study)
    while count(small_study) == 0:
        assert first.poll() is None
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    saved = count(small_study)
    with small_study.read() as session:
        done_as_reported = session.get_one(Job, job).done
    assert saved >= done_as_reported

    jobs.recover(small_study)
    assert jobs.get(small_study, job).state == State.STOPPED
    assert saved == count(small_study)
    jobs.resume(small_study, job)
    assert start_worker(root, small_study).wait() == 0
    finished = jobs.get(small_study, job)
    assert finished.state == State.FINISHED
    stories = (8 * 2 + 16) * 2
    assert finished.result["judged"] == stories
    keys = Counter((row.story_id, row.option_order, row.sample) for row in judgments(small_study))
    assert set(keys.values()) == {1}
    assert len(keys) == stories * config.orders
    assert saved < len(keys), "the worker was killed too late to show anything"


def count(project):
    with project.read() as session:
        return session.scalar(select(func.count(Judgment.id)))
