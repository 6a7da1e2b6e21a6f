"""Every model that was measured, side by side on one metric."""

import gradio as gr
from markupsafe import Markup

from pipelines.charts.dress import blank
from pipelines.charts.models import models_chart, models_words
from pipelines.store import Project
from pipelines.views.evaluations import (
    EvaluationRow,
    list_evaluations,
    measured_benchmarks,
    newest,
)
from studio.cards import empty, note
from studio.measuring.benchmarks import title_of
from studio.notices import mendable
from studio.session import CHEAP, Desk
from studio.shown import ago, between, fair_in_unit, in_unit
from studio.tables import table

NOTHING = "No model has been measured yet. Compare two models, or measure one alone."
WHAT = (
    "Each line is the newest measuring of one model with these settings, with its 95 % interval. "
    "Whether a difference is more than chance is a question for a comparison, item by item."
)
HEADERS = ("Model", "Value, 95 % interval", "Fair", "n", "Settings", "Measured")


def build(desk: Desk) -> None:
    """Draw the choice of a benchmark and a metric, the chart and the table."""
    with gr.Row(elem_classes="eh-filters"):
        benchmark = gr.Dropdown(
            [], label="Benchmark", info="What the models were measured on.",
            allow_custom_value=True, elem_id="models-benchmark",
        )  # fmt: skip
        metric = gr.Dropdown(
            [], label="Metric", info="One of its numbers.", allow_custom_value=True,
            elem_id="models-metric",
        )  # fmt: skip
    plot = gr.Plot(show_label=False, container=False)
    rows = gr.HTML(empty(NOTHING), elem_id="models-table")

    def offer(name: str, value: str | None) -> dict:
        with mendable():
            return benchmark_choices(desk.project(name), value)

    def offer_metrics(name: str, chosen: str | None, value: str | None) -> dict:
        with mendable():
            return metric_choices(desk.project(name), chosen, value)

    def look(name: str, chosen: str | None, value: str | None) -> tuple:
        with mendable():
            return show_models(desk.project(name), chosen, value)

    inputs = [desk.chosen, benchmark, metric]
    desk.opened.change(offer, [desk.chosen, benchmark], benchmark, **CHEAP)
    gr.on([desk.opened.change, benchmark.change], offer_metrics, inputs, metric, **CHEAP)
    change = [desk.opened.change, benchmark.change, metric.change]
    gr.on(change, look, inputs, [plot, rows], **CHEAP)


def benchmark_choices(project: Project, value: str | None) -> dict:
    """Return the benchmarks that any model was measured on."""
    known = measured_benchmarks(project)
    choices = [(title_of(name), name) for name in known]
    return gr.update(choices=choices, value=value if value in known else next(iter(known), None))


def metric_choices(project: Project, benchmark: str | None, value: str | None) -> dict:
    """Return the metrics that this benchmark gave."""
    found = list_evaluations(project, benchmark) if benchmark else []
    labels = {key: row.label(key) for row in reversed(found) for key in row.metrics}
    keys = list(dict.fromkeys(key for row in found for key in row.metrics))
    choices = [(labels[key], key) for key in keys]
    return gr.update(choices=choices, value=value if value in keys else next(iter(keys), None))


def show_models(project: Project, benchmark: str | None, metric: str | None) -> tuple:
    """Return the chart and the table of the newest evaluation of each model."""
    found = newest(list_evaluations(project, benchmark)) if benchmark else []
    rows = [row for row in found if metric in row.metrics]
    if not rows:
        return blank("Nothing measured yet.", 120), empty(NOTHING)
    named = [(name_of(row), row.metrics[metric]) for row in rows]
    label, percent = rows[0].label(metric), rows[0].percent(metric)
    said = note(f"{models_words(named, label, percent)} {WHAT}")
    listed = table(HEADERS, (("", cells(row, metric)) for row in rows), NOTHING)
    return models_chart(named, label, percent), said + listed


def name_of(row: EvaluationRow) -> str:
    """Return a model's name with the settings that are not the usual ones."""
    return f"{row.model} ({row.settings})" if row.settings else row.model


def cells(row: EvaluationRow, metric: str) -> list[str]:
    """Return one model as a row; an undefined number says why."""
    found = row.metrics[metric]
    value, percent = found.get("value"), row.percent(metric)
    told = (
        f"undefined: {found.get('undefined', '')}"
        if value is None
        else f"{in_unit(value, percent)} ({between(found.get('low'), found.get('high'), percent)})"
    )
    return [
        Markup("<b>{}</b>").format(row.model), told, fair_in_unit(found.get("ideal"), percent),
        f"{found['n']:,}" if "n" in found else "–", row.settings or "usual", ago(row.finished_at),
    ]  # fmt: skip
