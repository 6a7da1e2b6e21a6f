"""One benchmark of a comparison: its groups, its gaps against the noise floor, its items."""

import gradio as gr
from markupsafe import Markup

from pipelines.charts.changes import by_group, by_group_words
from pipelines.charts.dress import blank
from pipelines.charts.gaps import gap_distribution, gap_words
from pipelines.charts.items import item_scatter, scatter_words
from pipelines.store import Project
from pipelines.views.comparisons import ComparisonView, read_comparison
from pipelines.views.item_sources import said_of_items
from pipelines.views.items import list_scores, list_values
from studio.cards import empty, note
from studio.compared import cells
from studio.measuring.outcome import HEADERS, NOTHING
from studio.notices import mendable
from studio.session import CHEAP, SLOW, Desk
from studio.tables import table

PAIRED = ("own", "genmo")
"""The benchmarks whose items are pairs with a noise floor."""
NOT_MEASURED = "This comparison did not measure that benchmark."
DISTINCT = 5
"""Scores with fewer values than this make no picture."""


def draw_group() -> gr.Dropdown:
    """Draw the choice of the metric that is told apart by groups."""
    return gr.Dropdown(
        [], label="Metric by group", elem_id="closer-group", allow_custom_value=True,
        info="Which number is told apart by theme, identity or the like.",
    )  # fmt: skip


def build(desk: Desk, which: gr.Dropdown, benchmark: gr.Dropdown, group: gr.Dropdown) -> None:
    """Draw the closer look at the benchmark that is chosen."""
    plots = []
    for _ in range(3):
        plots += [gr.Plot(show_label=False, container=False, visible=False), gr.HTML()]
    rows = gr.HTML(elem_id="closer-table")

    def metrics(name: str, value: int | None, chosen: str) -> dict:
        with mendable():
            found = read_comparison(desk.project(name), value)
            return group_choices(found, chosen)

    def look(name: str, value: int | None, chosen: str, metric: str | None) -> tuple:
        with mendable():
            return show_closer(desk.project(name), value, chosen, metric)

    start = [desk.opened.change, which.change, benchmark.change]
    gr.on(start, metrics, [desk.chosen, which, benchmark], group, **CHEAP)
    inputs = [desk.chosen, which, benchmark, group]
    gr.on([*start, group.change], look, inputs, [*plots, rows], **SLOW)


def group_choices(found: ComparisonView | None, benchmark: str) -> dict:
    """Return the metrics of a benchmark that are told apart by groups."""
    groups = found.of(benchmark, groups=True) if found else []
    labels = {one.key: one.label for one in found.of(benchmark)} if found else {}
    keys = list(dict.fromkeys(one.of for one in groups))
    choices = [(labels.get(key, key), key) for key in keys]
    return gr.update(choices=choices, value=keys[0] if keys else None, visible=bool(keys))


def show_closer(project: Project, value: int | None, benchmark: str, metric: str | None) -> tuple:
    """Return three charts with their sentences, and the table of the groups.

    A chart that has nothing to show is hidden.
    """
    found = read_comparison(project, value)
    if found is None or benchmark not in found.benchmarks:
        hidden = [gr.update(visible=False), ""] * 3
        return *hidden, empty(NOTHING) if found is None else note(NOT_MEASURED)
    shown = [
        *groups_chart(found, benchmark, metric),
        *gaps_chart(project, found, benchmark),
        *items_chart(project, found, benchmark),
    ]
    return *shown, groups_table(found, benchmark)


def chosen_groups(found: ComparisonView, benchmark: str, metric: str | None) -> list:
    """Return the metrics of the groups of one metric, the first one's if none is named."""
    groups = found.of(benchmark, groups=True)
    wanted = metric if any(one.of == metric for one in groups) else None
    return [one for one in groups if one.of == (wanted or groups[0].of)]


def groups_chart(found: ComparisonView, benchmark: str, metric: str | None) -> tuple:
    """Return the chart of a metric by group, with its sentence."""
    groups = chosen_groups(found, benchmark, metric)
    if not groups:
        return gr.update(visible=False), ""
    labels = {one.key: one.label for one in found.of(benchmark)}
    label = labels.get(groups[0].of, groups[0].of)
    return drawn(by_group(groups, label)), note(by_group_words(groups, label))


def gaps_chart(project: Project, found: ComparisonView, benchmark: str) -> tuple:
    """Return the distribution of the gaps against the noise floor, with its sentence."""
    if benchmark not in PAIRED:
        return gr.update(visible=False), ""
    sides = [
        list_values(project, found, benchmark, model)
        for model in (found.before, found.models_after[0])
    ]
    said = said_of_items(project, found, benchmark, gap_words(*sides))
    return drawn(gap_distribution(*sides)), note(said)


def items_chart(project: Project, found: ComparisonView, benchmark: str) -> tuple:
    """Return every item before and after, with its sentence."""
    scores = list_scores(project, found, benchmark)
    if not scores:
        return gr.update(visible=False), ""
    few = len({before for _, before, _, _ in scores}) < DISTINCT
    picture = blank("", 10) if few else item_scatter(scores, found.measure(benchmark).score)
    said = said_of_items(project, found, benchmark, scatter_words(scores))
    return gr.update(value=picture, visible=not few), note(said)


def drawn(picture: object) -> dict:
    """Return a chart that is shown."""
    return gr.update(value=picture, visible=True)


def groups_table(found: ComparisonView, benchmark: str) -> Markup:
    """Return every metric of every group."""
    groups = found.of(benchmark, groups=True)
    if not groups:
        return note("This benchmark is not told apart by groups.")
    return table(HEADERS, (("", cells(one)) for one in groups), "No groups.")
