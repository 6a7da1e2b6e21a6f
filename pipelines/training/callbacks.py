"""What a trainer tells the project while it works, and how it is asked to stop."""

import json
import math
import time
from pathlib import Path

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from pipelines.records import Run, State
from pipelines.store import Project
from pipelines.training.checkpoints import record_checkpoint
from pipelines.training.plan import Phase

WRITE_EVERY_S = 0.5


class ProjectCallback(TrainerCallback):
    """Write step, metrics and checkpoints of one phase into the project; stop when asked."""

    def __init__(self, project: Project, run_id: str, phase: Phase) -> None:
        self.project = project
        self.run_id = run_id
        self.phase = phase
        self.stopped = False
        self._written_at = 0.0

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.project.runs / self.run_id

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict | None = None,
        **kwargs: object,
    ) -> None:
        """Append the finite numbers to metrics.jsonl, with the step counted over all phases."""
        numbers = {
            name: value
            for name, value in (logs or {}).items()
            if isinstance(value, int | float) and math.isfinite(value)
        }
        line = {"step": self.phase.offset + state.global_step, "phase": self.phase.name, **numbers}
        with (self.folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: object,
    ) -> None:
        """Write the step, and end with a checkpoint if a stop was asked for."""
        last = state.global_step >= state.max_steps
        if not last and time.monotonic() - self._written_at < WRITE_EVERY_S:
            return
        self._written_at = time.monotonic()
        with self.project.write() as session:
            run = session.get_one(Run, self.run_id)
            run.step = self.phase.offset + state.global_step
            run.phase = self.phase.name
            stopping = run.state == State.STOPPING
        if stopping:
            self.stopped = control.should_save = control.should_training_stop = True

    def on_save(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: object,
    ) -> None:
        """Remember the checkpoint that was just written."""
        if state.is_world_process_zero:
            folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            record_checkpoint(self.project, self.run_id, folder)
