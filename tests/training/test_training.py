"""A real run on the bundled model: killed, stopped, resumed, used."""

import json
import os
import signal
import time

import pytest
from sqlalchemy import select

from pipelines.configs import AcceptConfig, BalanceConfig, CompareConfig, TrainConfig
from pipelines.curation import discard
from pipelines.errors import ModelError, StudioError
from pipelines.models.load import load_model
from pipelines.processes import is_running
from pipelines.records import BalancedJudgment, Family, Run
from pipelines.training.stage import create_run, train, unfinished_twin
from pipelines.views.comparisons import read_comparison
from tests.preferences_data import judge_by_hand

pytestmark = [pytest.mark.train, pytest.mark.timeout(900)]

STEPS = 6
SHORT = {
    "sft_num_train_epochs": 0.05,
    "max_steps": 3,
    "per_device_train_batch_size": 2,
    "save_steps": 1,
    "validation_rows": 2,
    "lora_r": 2,
    "lora_last_layers": 4,
}


@pytest.fixture
def curated(small_study, run_stage):
    judge_by_hand(small_study)
    run_stage(small_study, "balance", BalanceConfig(attempts=0))
    run_stage(small_study, "accept", AcceptConfig(all_passing=True, as_="test"))
    return small_study


def the_run(project):
    with project.read() as session:
        return session.scalars(select(Run)).one()


def wait_for(project, condition, seconds=300):
    end = time.monotonic() + seconds
    while not condition(the_run(project)):
        assert time.monotonic() < end, the_run(project)
        time.sleep(0.1)


def steps_logged(project, run):
    lines = (project.runs / run.id / "metrics.jsonl").read_text().splitlines()
    return [row["step"] for row in map(json.loads, lines) if "loss" in row]


def test_a_killed_run_goes_on_from_its_checkpoint_and_is_then_a_model(curated, run_stage):
    """kill −9 in the SFT phase: resumed, finished through DPO, measured against its base."""
    following = train(curated, TrainConfig(**SHORT))
    for _ in following:
        if the_run(curated).checkpoints:
            break
    run = the_run(curated)
    os.kill(run.pid, signal.SIGKILL)
    wait_for(curated, lambda run: not is_running(run.pid, run.pid_started), 20)
    states = [progress.result for progress in following if progress.result]
    assert states[-1]["state"] == "stopped"
    assert the_run(curated).message.startswith("The training process was killed")

    result = run_stage(curated, "train", TrainConfig(resume=run.id))
    run = the_run(curated)
    assert (result["state"], run.step) == ("finished", run.total_steps)
    logged = steps_logged(curated, run)
    assert logged == sorted(logged)
    assert set(logged) == set(range(1, run.total_steps + 1))
    assert result["metrics"]["dpo/eval_rewards/accuracies"] >= 0

    folder = curated.runs / run.id
    weights = [path.name for path in folder.glob("adapter/*")]
    assert "adapter_model.safetensors" in weights
    assert not [name for name in weights if name.endswith((".bin", ".pt", ".pth"))]
    described = json.loads((folder / "config.json").read_text())
    assert described["config"]["lora_r"] == 2
    assert described["versions"]["trl"]

    compared = run_stage(
        curated, "compare", CompareConfig(after=f"run:{run.id}", limit=2, orders=1)
    )
    assert compared["metrics"]["own"]["stance_shift"]["families"] == 2
    assert compared["metrics"]["perplexity"]["perplexity"]["before"] > 1
    assert json.dumps(compared, allow_nan=False)
    shown = read_comparison(curated, None)
    assert (shown.after, len(shown.benchmarks)) == (f"run:{run.id}", 3)

    with curated.write() as session:
        trained = json.loads((folder / "train.jsonl").read_text().splitlines()[0])["family"]
        session.get_one(Family, trained).split = "test"
    with pytest.raises(StudioError, match="was trained on 1 test families"):
        run_stage(curated, "compare", CompareConfig(after=f"run:{run.id}", limit=2, orders=1))


def test_stopping_saves_a_checkpoint_and_a_half_run_is_no_model_yet(curated, run_stage):
    following = train(curated, TrainConfig(method="sft", **{**SHORT, "save_steps": 500}))
    for _ in following:
        if the_run(curated).step >= 1:
            break
    following.close()
    wait_for(curated, lambda run: run.state == "stopped")
    run = the_run(curated)
    assert run.checkpoints, "no checkpoint was saved at the stop"
    assert run.step < run.total_steps
    with pytest.raises(ModelError, match="no saved adapter"):
        load_model(curated, f"run:{run.id}")
    assert run_stage(curated, "train", TrainConfig(resume=run.id))["state"] == "finished"


def test_the_same_settings_find_the_run_that_has_not_ended_unless_the_data_changed(curated):
    config = TrainConfig(**SHORT)
    run = create_run(curated, config)
    assert unfinished_twin(curated, config) == run
    assert unfinished_twin(curated, TrainConfig(**{**SHORT, "beta": 0.2})) is None
    with curated.read() as session:
        ids = session.scalars(select(BalancedJudgment.id)).all()
    discard(curated, ids[:1], "test")
    assert unfinished_twin(curated, config) is None
