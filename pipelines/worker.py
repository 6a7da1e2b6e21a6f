"""The worker: the process in which long work lives, apart from every page and studio.

    <root>/worker.lock   held while it works: one worker a project
    <root>/worker.pid    its process number and start time, for `worker_alive`
    <root>/worker.log    what it and its libraries print, and the traceback of every bug

It claims jobs in order and writes their progress into the database. A stop is a request: the step
at work is finished first. SIGTERM (or Ctrl+C) stops the job likewise and ends the worker, a second
one ends it at once. A killed worker loses nothing that was reported as done.
"""

import errno
import json
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from filelock import FileLock, Timeout

from pipelines import jobs, stages
from pipelines.errors import ConfigError, NotAnswering, ProjectError, StudioError
from pipelines.progress import Progress
from pipelines.records import Job, State, now
from pipelines.store import Project
from pipelines.worker_start import ensure_worker, log_file, register, unregister, worker_alive

__all__ = ["ensure_worker", "run_worker", "worker_alive"]

FindStage = Callable[[str], stages.Stage]
POLL_S = 0.5
HEARTBEAT_S = 5.0
WRITE_EVERY_S = 0.2


class WorkerRunning(ProjectError):
    """The project has a worker already."""


@dataclass
class Ending:
    """Whether the process was asked to end. A plain flag, because a signal handler sets it."""

    asked: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a job ended, and the sentence that says so."""

    state: State
    message: str
    result: dict | None = None


def run_worker(
    project: Project, idle_exit_s: float | None = None, find_stage: FindStage = stages.find_stage
) -> int:
    """Run queued jobs until asked to end, or idle for `idle_exit_s`; return how many were run.

    It also ends when the project's folder is deleted.

    Raises:
        ProjectError: if the project has a worker already, or its database cannot be written.
    """
    with listening() as ending:
        with only_worker(project):
            count = serve(project, idle_exit_s, find_stage, ending)
        # Whoever queued a job while we still were registered has started no other worker.
        while not ending.asked and project.database.exists() and jobs.waiting(project):
            try:
                with only_worker(project):
                    count += serve(project, idle_exit_s, find_stage, ending)
            except WorkerRunning:
                break
        return count


def serve(
    project: Project, idle_exit_s: float | None, find_stage: FindStage, ending: Ending
) -> int:
    """Claim and run jobs, one after the other, and return how many there were."""
    jobs.recover(project)
    count, idle_since = 0, time.monotonic()
    while not ending.asked and project.database.exists():
        job = jobs.claim(project)
        if job is not None:
            outcome = carry_out(project, job, find_stage, ending)
            jobs.finish(project, job.id, outcome.state, outcome.message, outcome.result)
            count, idle_since = count + 1, time.monotonic()
        elif idle_exit_s is not None and time.monotonic() - idle_since >= idle_exit_s:
            break
        else:
            time.sleep(POLL_S)
    return count


def carry_out(project: Project, job: Job, find_stage: FindStage, ending: Ending) -> Outcome:
    """Run one job's stage to its end, whatever that is."""
    try:
        with Reporter(project, job.id) as reporter:
            return follow(project, job, find_stage, reporter, ending)
    except StudioError as error:
        said = str(error).encode("utf-8", "replace").decode()  # a file's name may be no text
        passing = isinstance(error, NotAnswering)
        return Outcome(State.STOPPED if passing else State.FAILED, said)
    except Exception as error:  # noqa: BLE001  (outermost edge: a stage's bug must not end the worker)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            place = error.filename or project.root
            return Outcome(
                State.FAILED,
                f"The disk is full ({place}). Free some space, then resume: "
                "everything reported as done is saved.",
            )
        write_log(project, f"job {job.id} ({job.kind}) failed\n{traceback.format_exc()}")
        said = f"{type(error).__name__}: {error}"[:500]
        return Outcome(State.FAILED, f"Unexpected error: {said}. worker.log has the details.")


def follow(
    project: Project, job: Job, find_stage: FindStage, reporter: "Reporter", ending: Ending
) -> Outcome:
    """Iterate over a job's stage, reporting each step, until it ends or has to stop.

    Raises:
        ConfigError: if the job's settings are not those of the stage any more.
    """
    stage = find_stage(job.kind)
    try:
        config = stage.config(**job.config)
    except TypeError as error:
        raise ConfigError(
            f"Job {job.id} has settings of another version of Evenhand ({error}). Start it anew."
        ) from error
    last, result = Progress(job.done, job.total, ""), None
    with closing(stage.load()(project, config)) as steps:
        for last in steps:
            result = last.result or result
            wanted = reporter.say(last)
            if result is None and (ending.asked or wanted != State.RUNNING):
                who = "The worker was ended" if ending.asked else "Stopped"
                return Outcome(State.STOPPED, f"{who} at {last.done} of {last.total}. {jobs.SAVED}")
    return Outcome(State.FINISHED, last.message, json.loads(json.dumps(result)))


class Reporter:
    """Writes a job's progress, a few times a second at most, and its heartbeat in slow steps."""

    def __init__(self, project: Project, job_id: int, beat_s: float = HEARTBEAT_S) -> None:
        """Report for `job_id`, with a sign of life every `beat_s` seconds."""
        self.project, self.job_id, self.beat_s = project, job_id, beat_s
        self.latest: Progress | None = None
        self.written: Progress | None = None
        self.written_at = 0.0
        self.writing = threading.Lock()
        self.wanted = State.RUNNING
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self.beat, daemon=True)

    def __enter__(self) -> "Reporter":
        """Start the heartbeat."""
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End the heartbeat and write the last progress, if it was held back."""
        self.closed.set()
        self.thread.join()
        if self.written is not self.latest:
            self.write()

    def say(self, progress: Progress) -> State:
        """Take the newest progress; return the state that the job is wanted in, as last read."""
        self.latest = progress
        if time.monotonic() - self.written_at >= WRITE_EVERY_S:
            self.write()
        return self.wanted

    def write(self) -> None:
        """Write what is newest, and read what the job is wanted to do."""
        with self.writing:
            latest = self.latest
            self.wanted = jobs.report(self.project, self.job_id, latest)
            self.written, self.written_at = latest, time.monotonic()

    def beat(self) -> None:
        """Write again and again; a beat that finds the database busy is left out."""
        while not self.closed.wait(self.beat_s):
            with suppress(StudioError):
                self.write()


@contextmanager
def only_worker(project: Project) -> Iterator[None]:
    """Be the project's worker meanwhile.

    Raises:
        WorkerRunning: if another process is.
    """
    lock = FileLock(project.root / "worker.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise WorkerRunning(
            f"A worker is running for {project.root} already. It takes up queued jobs by itself."
        ) from error
    try:
        register(project)
        yield
    finally:
        unregister(project)
        lock.release()


@contextmanager
def listening() -> Iterator[Ending]:
    """Yield what SIGTERM and Ctrl+C set the first time; after that they end the process at once.

    Outside the main thread, where Python takes no signals, it is never set.
    """
    ending = Ending()
    before = {}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(_number: int, _frame: object) -> None:
        ending.asked = True
        restore()

    if threading.current_thread() is threading.main_thread():
        before.update({n: signal.signal(n, ask) for n in (signal.SIGTERM, signal.SIGINT)})
    try:
        yield ending
    finally:
        restore()


def write_log(project: Project, text: str) -> None:
    """Append a line with its time to the worker's log."""
    with log_file(project).open("a", encoding="utf-8") as log:
        log.write(f"{now():%Y-%m-%d %H:%M:%S} UTC {text}\n")
