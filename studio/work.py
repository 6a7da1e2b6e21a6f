"""Long work, as the page sees it: what runs now, start, stop, go on. The queue does the rest."""

import gradio as gr

from pipelines import jobs
from pipelines.store import Project
from pipelines.training.recovery import recover_runs
from pipelines.views.status import read_overview
from pipelines.worker_start import ensure_worker
from studio.strip import strip


def show_status(project: Project) -> tuple:
    """Return the strip, its two buttons, and the stamp of what there is."""
    recover_runs(project)
    overview = read_overview(project)
    first = overview.active[0] if overview.active else None
    last = overview.latest
    resumable = not first and last is not None and last.state in ("stopped", "failed")
    idle_worker = first is not None and not overview.worker
    return (
        strip(overview),
        gr.update(visible=first is not None, interactive=bool(first) and first.state != "stopping"),
        gr.update(visible=resumable or idle_worker, value=words_for(idle_worker)),
        f"{project.root}{overview.fingerprint}",
    )


def words_for(idle_worker: bool) -> str:
    """Return what the second button says."""
    return "Wake the worker" if idle_worker else "Resume"


def stop_first(project: Project) -> tuple:
    """Ask the first job of the queue to stop; everything done so far is saved."""
    active = read_overview(project).active
    if active:
        jobs.request_stop(project, active[0].id)
    return show_status(project)


def resume_last(project: Project) -> tuple:
    """Queue the job that ended last again, if it can go on, and see that a worker is alive."""
    overview = read_overview(project)
    jobs.recover(project)
    if not overview.active and overview.latest:
        jobs.resume(project, overview.latest.id)
    ensure_worker(project)
    return show_status(project)


def start_job(project: Project, kind: str, config: object) -> tuple:
    """Queue a job, see that a worker is alive, and return what the strip shows now."""
    jobs.recover(project)
    jobs.enqueue(project, kind, config)
    ensure_worker(project)
    return show_status(project)
