"""The `demo` stage: the whole main job on the scenario library, headless, with the time it took.

It calls the same stages as the studio, with settings that fit a laptop. The studio opens the
project afterwards and shows every step.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import select

from pipelines.configs import (
    AcceptConfig,
    BalanceConfig,
    CompareConfig,
    DemoConfig,
    JudgeConfig,
    StoriesConfig,
    TrainConfig,
)
from pipelines.errors import TrainingFailed
from pipelines.progress import Progress
from pipelines.records import Run, State
from pipelines.stages import find_stage
from pipelines.store import Project

FAMILIES = 48
"""Plots of the demo: 24 for training, 6 for validation, 18 for testing."""


@dataclass
class Clock:
    """Seconds spent in each stage, and the last result."""

    seconds: dict[str, float] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)


def run_demo(project: Project, config: DemoConfig) -> Iterator[Progress]:
    """Run the study from stories to before and after; a rerun goes on where it ended.

    Raises:
        TrainingFailed: if the training process ended with an error or was stopped.
    """
    clock = Clock()
    for name, settings in preparation(config):
        yield from timed(project, clock, name, settings)
    training = training_settings(config)
    run = finished_run(project, training)
    if run is None:
        yield from timed(project, clock, "train", training)
        if clock.result["state"] != State.FINISHED:
            raise TrainingFailed(
                f"Run {clock.result['run']} was stopped. Run the demo again to go on with it."
            )
        run = clock.result["run"]
    comparison = CompareConfig(before=config.model, after=f"run:{run}", seed=config.seed)
    yield from timed(project, clock, "compare", comparison)
    yield finish(clock)


def preparation(config: DemoConfig) -> list[tuple[str, Any]]:
    """Return the stages before training, with settings that fit a laptop.

    Test families are judged by the comparison, and no balanced judgment is ever drafted for them.
    """
    judge = JudgeConfig(
        model=config.model,
        split="train",
        arms="male,female",
        explain="plots",
        max_new_tokens=48,
        seed=config.seed,
    )
    balance = BalanceConfig(
        model=config.model, pairs="all", attempts=1, max_new_tokens=80, seed=config.seed
    )
    return [
        ("stories", StoriesConfig(families=FAMILIES, seed=config.seed)),
        ("judge", judge),
        ("judge", replace(judge, split="validation")),
        ("balance", balance),
        ("accept", AcceptConfig(all_passing=True, as_="demo")),
    ]


def training_settings(config: DemoConfig) -> TrainConfig:
    """Return what worked best on the bundled model in the time there is (see README)."""
    return TrainConfig(
        model=config.model,
        method=config.method,
        name="demo",
        sft_learning_rate=5e-4,
        sft_num_train_epochs=4.0,
        sft_control_repeats=1,
        lora_last_layers=22,
        max_steps=12,
        validation_rows=16,
        seed=config.seed,
    )


def finished_run(project: Project, training: TrainConfig) -> str | None:
    """Return the id of a run with these settings that an earlier demo has finished."""
    with project.read() as session:
        runs = session.scalars(select(Run).where(Run.state == State.FINISHED)).all()
    return next((run.id for run in runs if run.config == asdict(training)), None)


def timed(project: Project, clock: Clock, name: str, config: Any) -> Iterator[Progress]:
    """Run one stage, add its seconds to the clock, and keep its result there."""
    start = time.monotonic()
    for progress in find_stage(name).load()(project, config):
        clock.result = progress.result or clock.result
        yield replace(progress, message=f"{name}: {progress.message}", result=None)
    clock.seconds[name] = clock.seconds.get(name, 0.0) + time.monotonic() - start


def finish(clock: Clock) -> Progress:
    """Return the comparison with the seconds that each stage took."""
    seconds = {name: round(value, 1) for name, value in clock.seconds.items()}
    seconds["total"] = round(sum(clock.seconds.values()), 1)
    return Progress(1, 1, "the study is complete", {**clock.result, "seconds": seconds})
