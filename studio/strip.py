"""The status strip: how far the study is, and what the worker does."""

from markupsafe import Markup

from pipelines.views.status import JobView, Overview
from studio.cards import join
from studio.shown import ago, percent

NAMES = {
    "judge": "Judging", "balance": "Drafting balanced judgments", "train": "Training",
    "compare": "Comparing", "evaluate": "Evaluating", "stories": "Adding stories",
    "check": "Checking stories", "synthesize": "Writing sentences",
    "preferences import": "Importing rows", "preferences export": "Exporting",
    "preferences categorize": "Proposing categories", "preferences push": "Sending to the Hub",
}  # fmt: skip
ENDED = {"finished": "finished", "stopped": "stopped, can be resumed", "failed": "failed"}


def strip(overview: Overview) -> Markup:
    """Return the strip: counts on the left, work on the right."""
    html = (
        '<div class="eh-strip"><div class="eh-counts">{}</div><div class="eh-work">{}</div></div>'
    )
    return Markup(html).format(counts(overview), work(overview))


def counts(overview: Overview) -> Markup:
    """Return the families by split and what has been done with them."""
    total = sum(overview.families.values())
    facts = [("families", total), *overview.families.items()]
    facts += [("pairs judged", overview.pairs), ("decided", overview.decided)]
    facts += [("runs", overview.runs)]
    html = '<span class="eh-count"><b>{:,}</b> {}</span>'
    return join(Markup(html).format(value, label) for label, value in facts)


def work(overview: Overview) -> Markup:
    """Return the job that runs with its bar, those that wait, or how the last one ended."""
    if not overview.active:
        return idle(overview)
    first, *others = overview.active
    waiting = ""
    if others:
        names = ", ".join(title(job) for job in others[:3])
        waiting = f"Then: {names}" + (f" and {len(others) - 3} more" if others[3:] else "")
    lost = "" if overview.worker else "No worker is alive. Press “Wake the worker”."
    return running(first) + Markup('<small class="eh-queue">{} {}</small>').format(waiting, lost)


def running(job: JobView) -> Markup:
    """Return one job with its bar; a bar without a share when the total is not known yet."""
    share = job.fraction
    said = {"queued": "waits for the worker", "stopping": "stopping, saves what is done"}
    words = said.get(job.state) or job.message or "starting"
    tally = f"{job.done:,} of {job.total:,}" if job.total else ""
    html = (
        '<div class="eh-job"><b>{}</b> <span dir="auto">{}</span> <em>{}</em></div>'
        '<div class="eh-progress{}" role="progressbar" aria-label="{}" aria-valuemin="0" '
        'aria-valuemax="100" aria-valuenow="{:.0f}"><i style="width:{:.1f}%"></i></div>'
    )
    wide = 100 * share if share is not None else 100
    unknown = "" if share is not None else " eh-unknown"
    return Markup(html).format(
        title(job), words, f"{tally} · {percent(share)}" if tally else "", unknown, title(job),
        0 if share is None else wide, wide,
    )  # fmt: skip


def idle(overview: Overview) -> Markup:
    """Return what is said while nothing runs."""
    last = overview.latest
    if last is None:
        return Markup('<div class="eh-job">Nothing runs.</div>')
    html = '<div class="eh-job eh-ended-{}"><b>{}</b> {} {}. <span dir="auto">{}</span></div>'
    return Markup(html).format(
        last.state, title(last), ENDED.get(last.state, last.state), ago(last.finished_at),
        last.message,
    )  # fmt: skip


def title(job: JobView) -> str:
    """Return a job's name with its model."""
    return f"{NAMES.get(job.kind, job.kind)} {job.model}".strip()
