"""The training process: `python -m pipelines.training.process PROJECT RUN`.

It lives in a session of its own, reads what to do from the run's folder, and writes its state into
the project. Started again on the same run it goes on from the last checkpoint. With several
GPUs it is started by `accelerate launch`, with the same two arguments.
"""

import json
import logging
import os
import shutil
import sys
from pathlib import Path

from pipelines.configs import TrainConfig
from pipelines.errors import StudioError
from pipelines.processes import process_started
from pipelines.records import Run, State, now
from pipelines.store import Project
from pipelines.stories.library import seeded_hash
from pipelines.training.checkpoints import last_checkpoint
from pipelines.training.plan import Phase, plan_phases, read_data, rows_of_phase

logger = logging.getLogger(__name__)


def main(root: str, run_id: str) -> int:
    """Train one run to its end or to a stop; return the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    project = Project(root, create=False)
    enter(project, run_id)
    try:
        finished = train_run(project, run_id)
    except StudioError as error:
        leave(project, run_id, State.FAILED, str(error))
        return 2
    except Exception as error:  # the edge of the process: the run must not look alive
        logger.exception("training failed")
        leave(project, run_id, State.FAILED, explain(error))
        return 1
    if finished:
        leave(project, run_id, State.FINISHED, "")
    else:
        leave(project, run_id, State.STOPPED, "Stopped with a checkpoint; resume goes on from it.")
    return 0


def enter(project: Project, run_id: str) -> None:
    """Write down that this process works on the run."""
    with project.write() as session:
        run = session.get_one(Run, run_id)
        run.pid, run.pid_started = os.getpid(), process_started(os.getpid())
        if run.state != State.STOPPING:
            run.state = State.RUNNING
        run.message = "Loading the model."


def leave(project: Project, run_id: str, state: State, message: str) -> None:
    """Write down how the run ended."""
    with project.write() as session:
        run = session.get_one(Run, run_id)
        run.state, run.message = state, message
        run.pid = run.pid_started = None
        if state == State.FINISHED:
            run.step, run.finished_at = run.total_steps, now()


def explain(error: Exception) -> str:
    """Return the sentence for a person about an error inside training."""
    text = f"{type(error).__name__}: {error}"
    if "out of memory" in text.lower():
        return (
            "The device ran out of memory. Lower per_device_train_batch_size or max_length, or set "
            "gradient_checkpointing, and resume."
        )
    if any(words in text.lower() for words in ("no space left", "disk is full", "disk full")):
        return "The disk is full. Free some space, then resume: it goes on from the checkpoint."
    return f"Unexpected error ({text[:300]}). The whole of it is in the run's log."


def train_run(project: Project, run_id: str) -> bool:
    """Run the phases that are not finished yet; return False if a stop was asked for."""
    folder = project.runs / run_id
    config = TrainConfig(**json.loads((folder / "config.json").read_text("utf-8"))["config"])
    data = {split: read_data(folder, split) for split in ("train", "validation")}
    if config.validation_rows:
        data["validation"] = some_rows(data["validation"], config)
    phases = plan_phases(config, data["train"])
    metrics: dict[str, float] = {}
    before: Path | None = None
    for phase in phases:
        adapter = folder / f"{phase.name}-adapter"
        if not (adapter / "adapter_model.safetensors").exists():
            found = train_phase(project, run_id, config, phase, data, before)
            if found is None:
                return False
            metrics |= found
        before = adapter
    shutil.copytree(before, folder / "adapter", dirs_exist_ok=True)
    with project.write() as session:
        run = session.get_one(Run, run_id)
        run.metrics = {**run.metrics, **metrics}
    return True


def some_rows(rows: list[dict], config: TrainConfig) -> list[dict]:
    """Return a seeded choice of `validation_rows` rows."""
    ranked = sorted(range(len(rows)), key=lambda row: seeded_hash(config.seed, f"validation:{row}"))
    return [rows[index] for index in sorted(ranked[: config.validation_rows])]


def train_phase(
    project: Project,
    run_id: str,
    config: TrainConfig,
    phase: Phase,
    data: dict[str, list[dict]],
    before: Path | None,
) -> dict[str, float] | None:
    """Train one phase and save its adapter; return its last metrics, or None after a stop.

    `before` is the adapter of the phase before it, if there was one.
    """
    from peft import PeftModel  # noqa: PLC0415  (loads torch)

    from pipelines.models.load import load_base  # noqa: PLC0415  (loads torch)
    from pipelines.models.references import parse_reference  # noqa: PLC0415
    from pipelines.training.callbacks import ProjectCallback  # noqa: PLC0415  (loads torch)
    from pipelines.training.compact import score_labels_only  # noqa: PLC0415  (loads trl)
    from pipelines.training.trainers import dpo_trainer, sft_trainer  # noqa: PLC0415  (loads trl)

    score_labels_only()
    base = load_base(parse_reference(config.model))
    model = base.model
    if before is not None:
        model = PeftModel.from_pretrained(model, before, is_trainable=True, use_safetensors=True)
    callback = ProjectCallback(project, run_id, phase)
    folder = project.runs / run_id / phase.name
    build = sft_trainer if phase.name == "sft" else dpo_trainer
    shown = {**data, "train": rows_of_phase(config, phase.name, data["train"])}
    trainer = build(config, phase, folder, model, base.tokenizer, shown, callback)
    checkpoint = last_checkpoint(project, run_id, phase.name)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if callback.stopped and trainer.state.global_step < phase.steps:
        return None
    metrics = trainer.evaluate() if data["validation"] else {}
    if trainer.is_world_process_zero():
        save_adapter(trainer.accelerator.unwrap_model(trainer.model), folder)
    return {
        f"{phase.name}/{name}": value
        for name, value in {**last_numbers(trainer.state.log_history), **metrics}.items()
        if isinstance(value, int | float)
    }


def last_numbers(history: list[dict]) -> dict[str, float]:
    """Return the newest training numbers of a trainer's history that matter after it."""
    wanted = ("loss", "rewards/margins", "rewards/accuracies", "logps/chosen", "logps/rejected")
    found: dict[str, float] = {}
    for line in history:
        found |= {name: line[name] for name in wanted if name in line}
    return found


def save_adapter(model: object, phase_folder: Path) -> None:
    """Save the trained adapter alone, as safetensors, whole or not at all."""
    target = phase_folder.with_name(f"{phase_folder.name}-adapter")
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    model.save_pretrained(unfinished, selected_adapters=["default"], safe_serialization=True)
    unfinished.rename(target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
