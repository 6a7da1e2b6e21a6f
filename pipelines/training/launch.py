"""Start the training process so that it outlives whoever started it."""

import os
import subprocess
import sys
from pathlib import Path

from pipelines.configs import TrainConfig
from pipelines.processes import process_started
from pipelines.store import Project

HERE = Path(__file__).parent.parent.parent


def launch(project: Project, run_id: str, config: TrainConfig) -> tuple[int, float | None]:
    """Start the process of a run in a session of its own; return its id and start time."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TOKENIZERS_PARALLELISM": "false"}
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    detached: dict = {"start_new_session": True}
    if sys.platform == "win32":
        detached = {
            "creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        }
    with (project.runs / run_id / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            training_command(project, run_id, config),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            cwd=project.root,
            **detached,
        )
    return process.pid, process_started(process.pid)


def training_command(project: Project, run_id: str, config: TrainConfig) -> list[str]:
    """Return the command of the training process; several GPUs go through accelerate."""
    module = ["-m", "pipelines.training.process", str(project.root), run_id]
    if config.processes == 1:
        return [sys.executable, *module]
    spread = ["-m", "accelerate.commands.launch", "--num_processes", str(config.processes)]
    return [sys.executable, *spread, *module]
