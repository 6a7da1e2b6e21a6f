"""The `demo` stage: the whole main job on the scenario library, headless, with the time it took.

It calls the same stages as the studio, with settings that fit a laptop. The studio opens the
project afterwards and shows every step.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

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
from pipelines.records import State
from pipelines.stages import find_stage
from pipelines.store import Project
from pipelines.tables import comparison_table, seconds_table

FAMILIES = 48
"""Plots of the demo: 24 for training, 6 for validation, 18 for testing."""


@dataclass
class Clock:
    """Seconds spent in each stage, and the last result."""

    seconds: dict[str, float] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)


def run_demo(project: Project, config: DemoConfig) -> Iterator[Progress]:
    """Run the study from stories to before and after; a rerun goes on where it ended."""
    clock = Clock()
    for split in ("train", "validation"):
        if split == "train":
            stories = StoriesConfig(families=FAMILIES, seed=config.seed)
            yield from timed(project, clock, "stories", stories)
        judge = JudgeConfig(
            model=config.model, split=split, arms="male,female", max_new_tokens=48, seed=config.seed
        )
        yield from timed(project, clock, "judge", judge)
    balance = BalanceConfig(
        model=config.model, pairs="all", attempts=1, max_new_tokens=80, seed=config.seed
    )
    yield from timed(project, clock, "balance", balance)
    yield from timed(project, clock, "accept", AcceptConfig(all_passing=True, as_="demo"))
    training = TrainConfig(
        model=config.model,
        method=config.method,
        name="demo",
        sft_num_train_epochs=4.0,
        sft_control_repeats=1,
        lora_last_layers=15,
        max_steps=12,
        validation_rows=16,
        seed=config.seed,
    )
    yield from timed(project, clock, "train", training)
    run = clock.result
    if run["state"] != State.FINISHED:
        raise TrainingFailed(f"Run {run['run']} was stopped. Run the demo again to go on with it.")
    comparison = CompareConfig(before=config.model, after=f"run:{run['run']}", seed=config.seed)
    yield from timed(project, clock, "compare", comparison)
    yield finish(clock)


def timed(project: Project, clock: Clock, name: str, config: Any) -> Iterator[Progress]:
    """Run one stage, add its seconds to the clock, and keep its result there."""
    start = time.monotonic()
    for progress in find_stage(name).load()(project, config):
        clock.result = progress.result or clock.result
        yield replace(progress, message=f"{name}: {progress.message}", result=None)
    clock.seconds[name] = clock.seconds.get(name, 0.0) + time.monotonic() - start


def finish(clock: Clock) -> Progress:
    """Return the comparison with the seconds of each stage and both as a table for people."""
    seconds = {name: round(value, 1) for name, value in clock.seconds.items()}
    seconds["total"] = round(sum(clock.seconds.values()), 1)
    table = comparison_table(clock.result) + "\n\n" + seconds_table(seconds)
    return Progress(
        1, 1, "the study is complete", {**clock.result, "seconds": seconds, "table": table}
    )
