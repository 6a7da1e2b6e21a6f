"""What a run will do: its phases, its data on disk and its steps."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from pipelines.configs import TrainConfig
from pipelines.errors import DataError
from pipelines.records import PreferenceRow, Split

PHASES = {"sft": ("sft",), "dpo": ("dpo",), "sft+dpo": ("sft", "dpo")}


@dataclass(frozen=True)
class Phase:
    """One trainer's part of a run; `offset` is the number of steps before it."""

    name: str
    steps: int
    offset: int


def plan_phases(config: TrainConfig, rows: list[dict]) -> list[Phase]:
    """Return the phases of a run on these training rows, with their optimizer steps."""
    phases: list[Phase] = []
    for name in PHASES[config.method]:
        epochs = config.sft_num_train_epochs if name == "sft" else config.num_train_epochs
        steps = math.ceil(steps_an_epoch(config, len(rows_of_phase(config, name, rows))) * epochs)
        if name == "dpo" and config.max_steps:
            steps = min(steps, config.max_steps)
        phases.append(Phase(name, steps, sum(phase.steps for phase in phases)))
    return phases


def rows_of_phase(config: TrainConfig, phase: str, rows: list[dict]) -> list[dict]:
    """Return the rows of one epoch; SFT sees the control rows several times."""
    if phase != "sft":
        return rows
    repeats = config.sft_control_repeats - 1
    return rows + [row for row in rows if row["source"] == "control"] * repeats


def steps_an_epoch(config: TrainConfig, rows: int) -> int:
    """Return the optimizer steps of one epoch over `rows` rows."""
    batches = math.ceil(rows / (config.per_device_train_batch_size * config.processes))
    return math.ceil(batches / config.gradient_accumulation_steps)


def write_data(folder: Path, rows: list[PreferenceRow]) -> dict[str, int]:
    """Write the run's own copy of its rows, one file a split; return the counts.

    Rows held out for testing and excluded rows are not written, whoever hands them in.
    """
    counts = {}
    for split in (Split.TRAIN, Split.VALIDATION):
        chosen = [row for row in rows if row.split == split and not row.excluded]
        lines = [
            json.dumps(
                {
                    "prompt": row.prompt,
                    "chosen": row.chosen,
                    "rejected": row.rejected,
                    "family": row.family_id,
                    "source": row.source,
                },
                ensure_ascii=False,
            )
            for row in chosen
        ]
        (folder / f"{split}.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        counts[str(split)] = len(chosen)
    return counts


def read_data(folder: Path, split: str) -> list[dict]:
    """Return the rows that the run was started with.

    Raises:
        DataError: if a line is not JSON.
    """
    path = folder / f"{split}.jsonl"
    rows = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise DataError(f"{path}:{number}: not JSON. Start a new run.") from error
    return rows
