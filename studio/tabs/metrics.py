"""Metrics: before and after on stories that were never trained on, with what chance would do."""

from collections.abc import Sequence

import gradio as gr
from markupsafe import Markup

from pipelines.configs import BENCHMARKS, CompareConfig
from pipelines.errors import ConfigError
from pipelines.store import Project
from pipelines.views.comparisons import (
    FATES,
    ComparisonView,
    list_comparisons,
    list_items,
    read_comparison,
)
from pipelines.views.training import list_runs
from studio.cards import empty
from studio.charts import before_after, blank
from studio.compared import head, item_card, item_cells, sentences, tables, title_of
from studio.forms import draw, fill, filter_for, input_for
from studio.listing import clickable, draw_listing, wire_listing
from studio.notices import mendable, tell
from studio.session import CHEAP, Desk
from studio.shown import ago
from studio.tables import Place, table
from studio.work import start_job

FIELDS = ("before", "after", "benchmarks", "limit", "orders", "seed")
HEADERS = ("Story", "Before", "After", "What happened")
NOTHING = "No comparison yet. Train a run first, choose it as “after”, then press Compare."
NO_ITEMS = "No items to show. Compare two models first, or choose another benchmark."
PICK = "Choose an item in the list to read its stories and answers, before and after."


def build(desk: Desk) -> None:
    """Draw the tab and wire its events."""
    gr.Markdown(
        "## Metrics\nBoth models judge stories of families that were never trained on. A change "
        "counts only if whole families moved by more than chance explains."
    )
    inputs, start = draw_form()
    which = gr.Dropdown(
        [],
        label="Comparison",
        allow_custom_value=True,
        info="The newest finished one is shown first.",
        elem_id="compared",
    )
    top = gr.HTML(empty(NOTHING), elem_id="compare-head")
    plot = gr.Plot(show_label=False, container=False)
    said = gr.HTML(elem_id="compare-said")
    rows = gr.HTML(elem_id="compare-table")
    gr.Markdown("### Item by item")
    filters = draw_filters(which)
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=260):
            listing = draw_listing("items-list")
        with gr.Column(scale=7, min_width=260):
            detail = clickable("item-detail", empty(PICK))
    wire_listing(desk, listing, filters, show_list)
    wire_form(desk, inputs, start)
    wire_comparison(desk, which, [top, plot, said, rows])
    wire_detail(desk, listing.rows, which, detail)


def draw_form() -> tuple[list[gr.components.Component], gr.Button]:
    """Draw what the compare stage needs, in the order of FIELDS."""
    with gr.Group(elem_classes="eh-form"):
        with gr.Row():
            before = input_for(CompareConfig, "before")
            after = gr.Dropdown(
                [], label="After", allow_custom_value=True, elem_id="compare-after",
                info="A run of this project, or any model reference such as run:ID.",
            )  # fmt: skip
            benchmarks = gr.CheckboxGroup(
                [(title_of(name), name) for name in BENCHMARKS], value=list(BENCHMARKS),
                label="Benchmarks", info="What both models are measured on.",
            )  # fmt: skip
        with gr.Accordion("More settings", open=False):
            more = draw(CompareConfig, FIELDS[3:])
        start = gr.Button("Compare", variant="primary", elem_id="compare")
    return [before, after, benchmarks, *more], start


def draw_filters(which: gr.Dropdown) -> list[gr.components.Component]:
    """Draw the filters of the items; the comparison is the first."""
    with gr.Row(elem_classes="eh-filters"):
        return [
            which,
            gr.Dropdown(
                [(title_of(name), name) for name in BENCHMARKS if name != "perplexity"],
                value="own", label="Show benchmark", info="Whose items are listed.",
            ),
            filter_for("Show items", "What happened to them.", FATES),
        ]  # fmt: skip


def wire_form(desk: Desk, inputs: Sequence, start: gr.Button) -> None:
    """Offer the project's runs, and queue a comparison."""

    def runs(name: str, value: str | None) -> dict:
        with mendable():
            return run_choices(desk.project(name), value)

    def run(name: str, *values: object) -> tuple:
        with mendable():
            shown = start_job(desk.project(name), "compare", config_of(values))
        tell("The comparison is in the queue; its result appears here.")
        return shown

    desk.opened.change(runs, [desk.chosen, inputs[1]], inputs[1], **CHEAP)
    start.click(run, [desk.chosen, *inputs], list(desk.status), **CHEAP)


def wire_comparison(desk: Desk, which: gr.Dropdown, shown: list) -> None:
    """Show the comparison that is chosen, and keep the choice up to date."""

    def choices(name: str, value: int | None) -> dict:
        with mendable():
            return comparison_choices(desk.project(name), value)

    def look(name: str, value: int | None) -> tuple:
        with mendable():
            return show_comparison(desk.project(name), value)

    desk.opened.change(choices, [desk.chosen, which], which, **CHEAP)
    gr.on([desk.opened.change, which.change], look, [desk.chosen, which], shown, **CHEAP)


def wire_detail(desk: Desk, rows: gr.HTML, which: gr.Dropdown, detail: gr.HTML) -> None:
    """Show the item that is clicked."""

    def choose(name: str, value: int | None, event: gr.EventData) -> str:
        with mendable():
            return show_item(desk.project(name), value, str(event.key))

    rows.click(choose, [desk.chosen, which], detail, **CHEAP)
    gr.on([desk.chosen.change, which.change], lambda: empty(PICK), None, detail, **CHEAP)


def config_of(values: Sequence[object]) -> CompareConfig:
    """Return the comparison that a form asks for.

    Raises:
        ConfigError: if no model or no benchmark is chosen.
    """
    before, after, benchmarks, *more = values
    if not after:
        raise ConfigError("Choose a model under “After”. Train a run first if there is none.")
    named = ",".join(name for name in BENCHMARKS if name in (benchmarks or ()))
    return fill(CompareConfig, FIELDS, (before, after, named, *more))


def run_choices(project: Project, value: str | None) -> dict:
    """Return the runs that can be compared; the newest is chosen if none is."""
    runs = [run for run in list_runs(project).rows if run.state in ("finished", "stopped")]
    choices = [(f"{run.name} ({run.reference}, {run.state})", run.reference) for run in runs]
    chosen = value or (runs[0].reference if runs else None)
    return gr.update(choices=choices, value=chosen)


def comparison_choices(project: Project, value: int | None) -> dict:
    """Return the finished comparisons; the newest is chosen if none is."""
    found = list_comparisons(project)
    choices = [(f"{one.before} → {one.after}, {ago(one.finished_at)}", one.id) for one in found]
    known = [one.id for one in found]
    chosen = value if value in known else (known[0] if known else None)
    return gr.update(choices=choices, value=chosen)


def show_comparison(project: Project, value: int | None) -> tuple:
    """Return the head, the chart, the sentences and the tables of one comparison."""
    found = read_comparison(project, value)
    if found is None:
        return empty(NOTHING), blank("Nothing compared yet.", 120), "", ""
    return head(found), chart_of(found), sentences(found), tables(found)


def chart_of(found: ComparisonView) -> object:
    """Return the chart of all metrics that have a before and an after."""
    return before_after([one for one in found.changes if one.change is not None])


def show_list(
    project: Project, place: Place, value: int | None, benchmark: str, fate: str
) -> tuple[Place, Markup, str]:
    """Return the page of items at `place`: fixed ones first, then broken ones."""
    found = read_comparison(project, value)
    if found is None:
        return Place(), empty(NO_ITEMS), ""
    page = list_items(project, found, benchmark, fate, place.after)
    rows = ((f"{item.key} {item.family_id}", item_cells(item)) for item in page.rows)
    return place.at(page), table(HEADERS, rows, NO_ITEMS), place.words(page)


def show_item(project: Project, value: int | None, key: str) -> Markup:
    """Return one item in full; `key` is "KEY FAMILY"."""
    found = read_comparison(project, value)
    item, _, family = key.partition(" ")
    return item_card(project, found, family, item) if found else empty(NO_ITEMS)
