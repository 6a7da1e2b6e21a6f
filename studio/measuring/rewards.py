"""What a trained model is rewarded for: the implicit reward on pairs of texts, stage by stage."""

import gradio as gr
from markupsafe import Markup

from pipelines.charts.dress import blank
from pipelines.charts.rewards import margin_chart, margin_words, stage_chart, stage_words
from pipelines.configs import AuditConfig
from pipelines.errors import ConfigError
from pipelines.store import Project
from pipelines.views.audit_pairs import find_audit_item, list_margins
from pipelines.views.pages import Page
from pipelines.views.rewards import (
    ALL,
    CONTROLS,
    AuditItem,
    AuditView,
    list_audit_items,
    list_audits,
    read_audit,
)
from studio.cards import empty, note
from studio.forms import fill, input_for
from studio.listing import clickable, draw_listing, wire_listing
from studio.measuring.audited import (
    NOTHING,
    head,
    pair_card,
    pair_cells,
    tables,
)
from studio.measuring.benchmarks import in_public
from studio.measuring.forms import run_choices
from studio.notices import mendable, tell
from studio.session import CHEAP, Desk
from studio.shown import ago
from studio.tables import Place, table
from studio.work import start_job

LISTS = {
    "Our pairs about gender-diverse people": "gender_diverse",
    "WinoQueer": "winoqueer",
    "The preference set of this project": "preferences",
}
"""The lists of pairs that are offered; a file is named in `--pairs`, or typed here."""
FIELDS = ("model", "pairs", "reference", "beta", "limit", "seed")
PICK = "Choose a pair in the list to read both texts with their rewards."
MARGINS = {False: "Stigmatizing − affirming", True: "Chosen − rejected"}
"""What the margin in the list is of: pairs about people, and preference rows."""
QUEUED = "The audit is in the queue; the strip above shows how far it is."
INTRO = (
    "DPO has a reward of its own, r = β · (log π − log π of the reference). Above 0 on a pair, "
    "the training pays more for the stigmatizing text than for the affirming one, whatever the "
    "headline says about women and men. Of preference rows the chosen answer is set against the "
    "rejected one. The texts describe harm; they are here to find it."
)


def build(desk: Desk) -> None:
    """Draw the form, the numbers, the charts and the pairs of one audit."""
    gr.Markdown(INTRO)
    inputs, start = draw_form()
    which = gr.Dropdown(
        [], label="Audit", allow_custom_value=True, elem_id="audited",
        info="The newest finished one is shown first.",
    )  # fmt: skip
    head = gr.HTML(empty(NOTHING), elem_id="audit-head")
    stages = gr.Plot(show_label=False, container=False, visible=False)
    stages_words = gr.HTML()
    margins = gr.Plot(show_label=False, container=False, visible=False)
    margins_words = gr.HTML()
    numbers = gr.HTML(elem_id="audit-table")
    identity = gr.Dropdown(
        [ALL], value=ALL, label="Show pairs", allow_custom_value=True,
        info="About whom they are; those whose worse text was raised most come first.",
    )  # fmt: skip
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=260):
            listing = draw_listing("audit-list")
        with gr.Column(scale=7, min_width=260):
            detail = clickable("audit-detail", empty(PICK))
    shown = [head, stages, stages_words, margins, margins_words, numbers, identity]
    wire_form(desk, inputs, start)
    wire_audit(desk, which, shown)
    wire_listing(desk, listing, [which, identity], show_pairs)
    wire_pair(desk, listing.rows, which, identity, detail)


def draw_form() -> tuple[list[gr.components.Component], gr.Button]:
    """Draw what the audit stage needs, in the order of FIELDS."""
    with gr.Group(elem_classes="eh-form"):
        with gr.Row():
            model = gr.Dropdown(
                [], label="Model", allow_custom_value=True, elem_id="audit-model",
                info="A run of this project, or any trained model with its reference.",
            )  # fmt: skip
            pairs = gr.Dropdown(
                list(LISTS.items()), value="gender_diverse", label="Pairs",
                allow_custom_value=True, elem_id="audit-pairs",
                info="A list, or a file with columns prompt, affirming, stigmatizing, identity.",
            )  # fmt: skip
        with gr.Accordion("More settings", open=False), gr.Row(equal_height=True):
            more = [input_for(AuditConfig, name) for name in FIELDS[2:]]
        start = gr.Button("Audit", variant="primary", elem_id="audit-start")
    return [model, pairs, *more], start


def wire_form(desk: Desk, inputs: list, start: gr.Button) -> None:
    """Offer the project's runs, and queue an audit."""

    def runs(name: str, value: str | None) -> dict:
        with mendable():
            offered, _ = run_choices(desk.project(name), None)
        return gr.update(choices=offered, value=value or (offered[0][1] if offered else None))

    def run(name: str, *values: object) -> tuple:
        with mendable():
            shown = start_job(desk.project(name), "audit", config_of(values))
        tell(QUEUED)
        return shown

    desk.opened.change(runs, [desk.chosen, inputs[0]], inputs[0], **CHEAP)
    start.click(run, [desk.chosen, *inputs], list(desk.status), **CHEAP)


def config_of(values: tuple) -> AuditConfig:
    """Return the audit that a form asks for.

    Raises:
        ConfigError: if no model is chosen, or strangers name a file of this machine.
    """
    model, pairs, *_ = values
    if not model:
        raise ConfigError("Choose a run under “Model”. Train one first if there is none.")
    if in_public() and pairs not in LISTS.values():
        raise ConfigError(
            f"A public page opens no files of its machine, got {pairs!r}. Choose one of the lists."
        )
    return fill(AuditConfig, FIELDS, values)


def wire_audit(desk: Desk, which: gr.Dropdown, shown: list) -> None:
    """Show the audit that is chosen, and keep the choice up to date."""

    def choices(name: str, value: int | None) -> dict:
        with mendable():
            return audit_choices(desk.project(name), value)

    def look(name: str, value: int | None) -> tuple:
        with mendable():
            return show_audit(desk.project(name), value)

    desk.opened.change(choices, [desk.chosen, which], which, **CHEAP)
    gr.on([desk.opened.change, which.change], look, [desk.chosen, which], shown, **CHEAP)


def wire_pair(
    desk: Desk, rows: gr.HTML, which: gr.Dropdown, identity: gr.Dropdown, detail: gr.HTML
) -> None:
    """Show the pair that is clicked."""

    def choose(name: str, value: int | None, whom: str, event: gr.EventData) -> Markup:
        with mendable():
            return show_pair(desk.project(name), value, whom, str(event.key))

    rows.click(choose, [desk.chosen, which, identity], detail, **CHEAP)
    gr.on([desk.chosen.change, which.change], lambda: empty(PICK), None, detail, **CHEAP)


def audit_choices(project: Project, value: int | None) -> dict:
    """Return the finished audits; the newest is chosen if none is."""
    found = list_audits(project).rows
    choices = [(f"{one.model} on {one.label}, {ago(one.finished_at)}", one.id) for one in found]
    known = [one.id for one in found]
    chosen = value if value in known else next(iter(known), None)
    return gr.update(choices=choices, value=chosen)


def show_audit(project: Project, value: int | None) -> tuple:
    """Return head, both charts with their sentences, the table and whom the pairs are about."""
    found = read_audit(project, value) if value else read_audit(project)
    if found is None:
        hidden = gr.update(value=blank("", 10), visible=False)
        return empty(NOTHING), hidden, "", hidden, "", "", gr.skip()
    margins = list_margins(project, found.row.id)
    is_preferences = found.row.is_preferences
    whom = [ALL, *found.by_identity, *([CONTROLS] if has_controls(found) else [])]
    return (
        head(found),
        gr.update(value=stage_chart(found.stages), visible=bool(found.stages)),
        note(stage_words(found.stages)),
        gr.update(value=margin_chart(margins, is_preferences), visible=bool(margins)),
        note(margin_words(margins, is_preferences)),
        tables(found),
        gr.update(choices=whom, value=ALL),
    )  # fmt: skip


def has_controls(found: AuditView) -> bool:
    """Tell whether the list has pairs about cisgender people as a baseline."""
    return any(one.key.endswith("_cisgender") for one in found.metrics)


def show_pairs(
    project: Project, place: Place, value: int | None, identity: str
) -> tuple[Place, Markup, str]:
    """Return the page of pairs at `place`, those first whose worse text was raised most."""
    found = read_audit(project, value) if value else read_audit(project)
    if found is None:
        return Place(), empty(NOTHING), ""
    page: Page[AuditItem] = list_audit_items(project, found.row.id, identity or ALL, place.after)
    rows = ((item.key, pair_cells(item)) for item in page.rows)
    headers = ("Pair", "About", MARGINS[found.row.is_preferences], "What stands out")
    return place.at(page), table(headers, rows, "No pairs."), place.words(page)


def show_pair(project: Project, value: int | None, identity: str, key: str) -> Markup:
    """Return one pair in full."""
    found = read_audit(project, value) if value else read_audit(project)
    item = find_audit_item(project, found.row.id, key) if found else None
    return pair_card(item) if item else empty(PICK)
