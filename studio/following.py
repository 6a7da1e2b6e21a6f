"""A training run as it is followed: its curves, what they say, and what they warn of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from pipelines.store import Project
from pipelines.views.training import RunView, read_log, read_metrics, read_run
from studio.cards import callout, facts_list, tag
from studio.charts import curves, thin
from studio.shown import ago, number, percent

Points = list[tuple[float, float]]
KEEP = 4_000
"""Points a curve keeps; beyond it is thinned."""


@dataclass(frozen=True)
class Chart:
    """One chart: its lines are (name, phase or "" for both, key in metrics.jsonl)."""

    title: str
    sentence: str
    lines: tuple[tuple[str, str, str], ...]


CHARTS = (
    Chart(
        "Loss",
        "How far the model is from what it is taught; it falls quickly, then slowly. A validation "
        "loss that rises while the training loss falls means it learns the rows by heart.",
        (
            ("SFT", "sft", "loss"),
            ("DPO", "dpo", "loss"),
            ("validation", "", "eval_loss"),
        ),
    ),
    Chart(
        "Reward margin",
        "How much more than before training the model prefers the balanced answer to the biased "
        "one. It should rise and level off.",
        (("training", "", "rewards/margins"), ("validation", "", "eval_rewards/margins")),
    ),
    Chart(
        "Preference accuracy",
        "Share of rows where the balanced answer is preferred. Stuck at 0.5 means nothing is "
        "learned; 1.0 within a few steps means the rows are easy to tell apart.",
        (("training", "", "rewards/accuracies"), ("validation", "", "eval_rewards/accuracies")),
    ),
    Chart(
        "Rewards",
        "Reward of the chosen and of the rejected answer; only their distance is optimized.",
        (("chosen", "", "rewards/chosen"), ("rejected", "", "rewards/rejected")),
    ),
    Chart(
        "Log-probabilities",
        "DPO optimizes only the margin: the chosen answer's log-probability may fall together "
        "with the rejected one's. If it falls far, the model unlearns the good answer too.",
        (("chosen", "", "logps/chosen"), ("rejected", "", "logps/rejected")),
    ),
)


@dataclass(frozen=True)
class Followed:
    """What a page has read of one run so far."""

    run: str = ""
    offset: int = 0
    lines: dict[tuple[str, str, str], Points] = field(default_factory=dict)


def follow(project: Project, followed: Followed, run_id: str) -> tuple[Followed, bool]:
    """Return what is known of a run after reading its new lines, and whether there were any."""
    if followed.run != run_id:
        followed = Followed(run_id)
    tail = read_metrics(project, run_id, followed.offset)
    if not tail.points:
        return followed, False
    lines = {key: list(points) for key, points in followed.lines.items()}
    for chart in CHARTS:
        for line in chart.lines:
            lines[line] = keep(lines.get(line, []) + points_of(line, tail.points))
    return Followed(run_id, tail.offset, lines), True


def points_of(line: tuple[str, str, str], points: Sequence[dict[str, Any]]) -> Points:
    """Return the (step, value) of one line among logged points."""
    _, phase, key = line
    return [
        (point["step"], point[key])
        for point in points
        if isinstance(point.get(key), int | float)
        and isinstance(point.get("step"), int | float)
        and phase in ("", point.get("phase"))
    ]


def keep(points: Points) -> Points:
    """Return the points, every second one of them when there are too many."""
    return points[::2] + points[-1:] if len(points) > KEEP else points


def figures(followed: Followed) -> list:
    """Return one figure a chart."""
    return [
        curves({name: thin(followed.lines.get((name, phase, key), [])) for name, phase, key in
                chart.lines})
        for chart in CHARTS
    ]  # fmt: skip


def watch(followed: Followed) -> Markup:
    """Return what the curves warn of, as far as they have come."""
    accuracy = values(followed, CHARTS[2].lines[0])
    chosen = values(followed, CHARTS[4].lines[0])
    said = []
    if len(accuracy) >= 8 and max(accuracy[-5:]) < 0.55:
        said.append(
            f"After {len(accuracy)} readings the accuracy is {number(accuracy[-1])}: nothing is "
            "learned yet. A higher learning rate or more rows may help."
        )
    if accuracy[:3] and min(accuracy[:3]) >= 0.99:
        said.append(
            "The accuracy is 1.0 from the start: chosen and rejected are easy to tell apart, "
            "perhaps by their form and not by their content."
        )
    if len(chosen) >= 4 and chosen[-1] < chosen[0] - 10:
        said.append(
            f"The chosen answers' log-probability fell from {number(chosen[0], 0)} to "
            f"{number(chosen[-1], 0)}. Only the margin is optimized; look at Metrics before you "
            "trust this run."
        )
    return callout("Worth a look", said, "alarm")


def values(followed: Followed, line: tuple[str, str, str]) -> list[float]:
    """Return the values of one line, in the order of the steps."""
    return [value for _, value in followed.lines.get(line, [])]


def run_head(project: Project, run_id: str) -> Markup:
    """Return what is known about a run: its state, its step and its base."""
    run = read_run(project, run_id)
    if run is None:
        return Markup("")
    share = percent(run.step / run.total_steps) if run.total_steps else "not known yet"
    facts = [
        ("State", run.state, run.message or run.phase or "no message"),
        ("Step", f"{run.step:,} of {run.total_steps:,}", share),
        ("Base", run.base_model, f"method {run.method}"),
        ("Reference", run.reference, f"started {ago(run.created_at)}; use it in Metrics"),
    ]
    html = '<section class="eh-detail"><h3 dir="auto">{}</h3>{}</section>'
    return Markup(html).format(run.name, facts_list(facts))


def log_of(project: Project, run_id: str) -> Markup:
    """Return the end of a run's log."""
    html = '<details class="eh-log"><summary>Log</summary><pre dir="auto">{}</pre></details>'
    return Markup(html).format(read_log(project, run_id) or "The log is empty.")


def run_cells(run: RunView) -> list[str]:
    """Return what the list shows of one run."""
    steps = f"{run.step:,} of {run.total_steps:,}" if run.total_steps else "–"
    phase = f" · {run.phase}" if run.phase and run.state == "running" else ""
    return [run.name, tag(run.state, run.state), steps + phase, run.method, run.base_model,
            ago(run.created_at)]  # fmt: skip
