"""The `train` stage: start the training process, or find it again, and follow it.

The process is detached. If this stage is closed (Stop in the studio, Ctrl-C) the run is asked to
save a checkpoint and end; if this process is killed, the run goes on, and the next call with
`resume` follows it or, where it has died as well, starts it again from its last checkpoint.
"""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict

from sqlalchemy import select

from pipelines.configs import TrainConfig, split_rows
from pipelines.errors import ConfigError, TrainingFailed
from pipelines.models.load import forget_models, locate
from pipelines.models.references import parse_reference
from pipelines.preferences.rows import data_hash, rows_for
from pipelines.processes import is_running
from pipelines.progress import Progress
from pipelines.provenance import provenance
from pipelines.records import Run, Split, State
from pipelines.store import Project
from pipelines.training.launch import launch
from pipelines.training.plan import plan_phases, read_data, write_data
from pipelines.training.recovery import mark_dead

POLL_S = 0.5
ENDED = (State.FINISHED, State.STOPPED, State.FAILED)
CLOSED = (State.FINISHED, State.FAILED)


def train(project: Project, config: TrainConfig) -> Iterator[Progress]:
    """Train an adapter on the rows of `config.rows`, or go on with the run in `config.resume`.

    Raises:
        NothingToDo: if there are no such rows.
        ConfigError: if the model has an adapter already, or the run to resume is unknown.
        TrainingFailed: if the process ended with an error.
    """
    from filelock import FileLock  # noqa: PLC0415  (only where a run is started)

    with FileLock(project.runs / "start.lock"):  # or the page and a worker would start it twice
        run_id = config.resume or unfinished_twin(project, config) or create_run(project, config)
        forget_models()  # the training process needs the memory
        attach(project, run_id)
    try:
        yield from follow(project, run_id)
    finally:
        ask_to_stop(project, run_id)
    yield finish(project, run_id)


def create_run(project: Project, config: TrainConfig) -> str:
    """Write the run's record, data and config before any work starts; return its id."""
    found = parse_reference(config.model)
    if found.scheme == "run":
        raise ConfigError(
            f"`model` must be a model without an adapter, got {config.model}. Train its base with "
            "method sft+dpo instead."
        )
    locate(found)  # a missing model is told now, not from inside the process
    rows = rows_for(project, config.model, split_rows(config.rows))
    if not any(row.split == Split.TRAIN for row in rows):
        raise ConfigError(
            f"None of the {len(rows)} rows ({config.rows}) belongs to a training family. Accept "
            "balanced judgments of those, or train on more kinds of rows."
        )
    run_id = uuid.uuid4().hex[:12]
    folder = project.runs / run_id
    folder.mkdir(parents=True)
    counts = write_data(folder, rows)
    description = {"config": asdict(config), "rows": counts, **provenance()}
    (folder / "config.json").write_text(json.dumps(description, indent=2), "utf-8")
    phases = plan_phases(config, read_data(folder, "train"))
    with project.write() as session:
        session.add(
            Run(
                id=run_id,
                name=config.name or config.method,
                method=config.method,
                base_model=config.model,
                config=asdict(config),
                data_hash=data_hash(rows),
                total_steps=sum(phase.steps for phase in phases),
            )
        )
    return run_id


def unfinished_twin(project: Project, config: TrainConfig) -> str | None:
    """Return a run of the very same config and data that has not ended, so a job finds it again."""
    with project.read() as session:
        runs = session.scalars(select(Run).order_by(Run.created_at.desc())).all()
    same = [run for run in runs if run.config == asdict(config) and run.state not in CLOSED]
    if not same:
        return None
    current = data_hash(rows_for(project, config.model, split_rows(config.rows)))
    return next((run.id for run in same if run.data_hash == current), None)


def attach(project: Project, run_id: str) -> None:
    """Make sure that a process works on the run, unless it is finished."""
    with project.write() as session:
        run = session.get(Run, run_id)
        if run is None:
            raise ConfigError(f"`resume` names no run of this project: {run_id}.")
        if run.state == State.FINISHED or is_running(run.pid, run.pid_started):
            return
        run.state, run.message = State.QUEUED, "Starting the training process."
        run.pid = run.pid_started = None  # those of an earlier process would be taken for this one
        config = TrainConfig(**run.config)
    pid, started = launch(project, run_id, config)
    with project.write() as session:
        run = session.get_one(Run, run_id)
        if run.pid is None and run.state == State.QUEUED:
            run.pid, run.pid_started = pid, started


def follow(project: Project, run_id: str) -> Iterator[Progress]:
    """Yield the run's progress until it ends."""
    while True:
        with project.read() as session:
            run = session.get_one(Run, run_id)
        if run.state in ENDED:
            return
        if not is_running(run.pid, run.pid_started):
            close_if_dead(project, run_id)
            return
        yield Progress(run.step, run.total_steps, describe(run))
        time.sleep(POLL_S)


def describe(run: Run) -> str:
    """Return one line about a run at work."""
    if run.state == State.STOPPING:
        return f"run {run.id}: saving a checkpoint, then stopping"
    return f"run {run.id}: {run.phase or 'loading the model'}"


def close_if_dead(project: Project, run_id: str) -> None:
    """Write down that the process ended without a word, unless it had just said how."""
    with project.write() as session:
        run = session.get_one(Run, run_id)
        if run.state not in ENDED and not is_running(run.pid, run.pid_started):
            mark_dead(run)


def ask_to_stop(project: Project, run_id: str) -> None:
    """Ask a run that is still at work to save a checkpoint and end."""
    with project.write() as session:
        run = session.get_one(Run, run_id)
        if run.state in (State.QUEUED, State.RUNNING):
            run.state = State.STOPPING


def finish(project: Project, run_id: str) -> Progress:
    """Return the last word about a run that has ended.

    Raises:
        TrainingFailed: if it ended with an error.
    """
    with project.read() as session:
        run = session.get_one(Run, run_id)
    if run.state == State.FAILED:
        raise TrainingFailed(f"{run.message} See {project.runs / run_id / 'log.txt'}.")
    result = {"run": run.id, "state": run.state, "steps": run.step, "metrics": run.metrics}
    return Progress(run.step, run.total_steps, f"run {run.id} {run.state}", result)
