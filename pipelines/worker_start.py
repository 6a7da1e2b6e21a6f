"""Starting a worker beside the studio, and knowing whether one is alive.

`worker.pid` names the worker, or the process that was started to become it. It is written under a
lock of its own, so that two studios that start at once start one worker.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipelines.processes import is_running, process_started
from pipelines.store import Project

WORKER_COMMAND = (sys.executable, "-m", "pipelines", "worker", "--project")
"""What a person would type; the project's folder comes last."""

PACKAGE_PARENT = Path(__file__).resolve().parents[1]
"""Where `pipelines` can be imported from."""


def ensure_worker(project: Project, command: Sequence[str] = WORKER_COMMAND) -> None:
    """Start a worker in a session of its own, unless one is alive.

    Call it after a job was queued: at once and idempotent. The worker outlives this process. One
    that cannot work says why in `worker.log`.
    """
    with start_lock(project):
        if worker_alive(project):
            return
        with log_file(project).open("ab") as log:
            child = subprocess.Popen(
                [*command, str(project.root)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                close_fds=True,
                cwd=PACKAGE_PARENT,
                env=os.environ | {"PYTHONPATH": python_path()},
                **own_session(),
            )
        write_pid(project, child.pid)
    # Reads how the child ended as soon as it ends, so that no zombie stays.
    threading.Thread(target=child.wait, daemon=True, name="worker-reaper").start()


def worker_alive(project: Project) -> bool:
    """Tell whether the project's worker runs, or was started and is about to."""
    pid, started = read_pid(project)
    return is_running(pid, started)


def register(project: Project) -> None:
    """Name this process as the project's worker; the caller holds the worker's lock."""
    with start_lock(project):
        write_pid(project, os.getpid())


def unregister(project: Project) -> None:
    """Take this process's name away again, unless the project is gone or names another."""
    if not project.root.exists():
        return
    with start_lock(project):
        if read_pid(project)[0] == os.getpid():
            pid_file(project).write_text("", encoding="utf-8")


def own_session() -> dict[str, Any]:
    """Return what detaches a process from this one's terminal and signals."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def python_path() -> str:
    """Return PYTHONPATH with the folder of this package in front."""
    given = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(PACKAGE_PARENT), *([given] if given else [])])


def start_lock(project: Project) -> FileLock:
    """Return the lock under which `worker.pid` is written."""
    return FileLock(project.root / "worker.pid.lock")


def pid_file(project: Project) -> Path:
    """Return the file that names the worker."""
    return project.root / "worker.pid"


def log_file(project: Project) -> Path:
    """Return the file that takes what the worker prints."""
    return project.root / "worker.log"


def write_pid(project: Project, pid: int) -> None:
    """Write a process's number and start time."""
    text = json.dumps({"pid": pid, "started": process_started(pid)})
    pid_file(project).write_text(text, encoding="utf-8")


def read_pid(project: Project) -> tuple[int | None, float | None]:
    """Return the number and start time that are written; (None, None) where none are."""
    try:
        named = json.loads(pid_file(project).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None, None
    return named["pid"], named["started"]
