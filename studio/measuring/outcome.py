"""What a comparison found: the verdict, the guards, the charts, every number."""

import gradio as gr
from markupsafe import Markup

from pipelines.charts.changes import (
    ability_beside_bias,
    ability_words,
    before_after,
    before_after_words,
    comparable,
)
from pipelines.store import Project
from pipelines.views.comparisons import (
    ComparisonView,
    MetricChange,
    list_comparisons,
    read_comparison,
)
from studio.cards import empty, join, note
from studio.compared import cells, head, sentences
from studio.notices import mendable
from studio.session import CHEAP, Desk
from studio.shown import ago
from studio.tables import table

HEADERS = ("Metric", "Before", "After", "Change, 95 % interval", "Fair", "Rests on", "p (Holm)",
           "Verdict")  # fmt: skip
NOTHING = (
    "No comparison yet. Train a run first, choose it as “After”, then press Compare. A model can "
    "also be measured alone; its numbers are under “All models”."
)


def build(desk: Desk, which: gr.Dropdown) -> None:
    """Draw the outcome and keep it at the comparison that is chosen."""
    top = gr.HTML(empty(NOTHING), elem_id="compare-head")
    first = gr.Plot(show_label=False, container=False, visible=False)
    first_words = gr.HTML()
    second = gr.Plot(show_label=False, container=False, visible=False)
    second_words = gr.HTML()
    said = gr.HTML(elem_id="compare-said")
    rows = gr.HTML(elem_id="compare-table")
    shown = [top, first, first_words, second, second_words, said, rows]

    def look(name: str, value: int | None) -> tuple:
        with mendable():
            return show_comparison(desk.project(name), value)

    gr.on([desk.opened.change, which.change], look, [desk.chosen, which], shown, **CHEAP)


def comparison_choices(project: Project, value: int | None) -> dict:
    """Return the finished comparisons; the newest is chosen if none is, or a newer one came."""
    found = list_comparisons(project)
    choices = [(f"{one.before} → {one.after}, {ago(one.finished_at)}", one.id) for one in found]
    known = [one.id for one in found]
    chosen = value if value in known else (known[0] if known else None)
    return gr.update(choices=choices, value=chosen)


def show_comparison(project: Project, value: int | None) -> tuple:
    """Return head, both charts with their sentences, the plain sentences and the tables."""
    found = read_comparison(project, value)
    if found is None:
        hidden = gr.update(visible=False)
        return empty(NOTHING), hidden, "", hidden, "", "", ""
    whole = headlines(found)
    return (
        head(found),
        gr.update(value=before_after(whole), visible=True),
        note(before_after_words(whole)),
        gr.update(value=ability_beside_bias(found), visible=True),
        note(ability_words(found)),
        sentences(found),
        tables(found),
    )


def headlines(found: ComparisonView) -> list[MetricChange]:
    """Return the metric that stands for each benchmark, named after it.

    A comparison of before there were headlines, or of one benchmark, shows all its metrics.
    """
    whole = [one for one in found.headlines if one.change is not None]
    if len(comparable(whole)) < 2:
        return [one for one in found.changes if one.change is not None and not one.group]
    return [
        MetricChange(
            **{**vars(one), "label": f"{found.measure(one.benchmark).label}: {one.label.lower()}"}
        )
        for one in whole
    ]


def tables(found: ComparisonView) -> Markup:
    """Return one table a benchmark, with what it is; groups are under “A closer look”."""
    html = '<details class="eh-benchmark"{}><summary>{}</summary>{}{}</details>'
    return join(
        Markup(html).format(
            Markup(" open") if place < 2 else "",
            found.measure(name).label,
            note(about(found, name)),
            table(HEADERS, (("", cells(c)) for c in found.of(name)), "Nothing was measured."),
        )
        for place, name in enumerate(found.benchmarks)
    )


def about(found: ComparisonView, name: str) -> str:
    """Say what a benchmark is, where it comes from and under which licence."""
    one = found.measure(name)
    parts = [one.meaning, f"Source: {one.source}; {one.license}." if one.source else ""]
    return " ".join(part for part in parts if part)
