"""Judgments: let a model judge every story, then look at the worst pairs first."""

from collections.abc import Sequence

import gradio as gr
from markupsafe import Markup

from pipelines.configs import JudgeConfig
from pipelines.records import Split
from pipelines.store import Project
from pipelines.stories.library import themes
from pipelines.views.judgment_summary import Summary, summarize
from pipelines.views.judgments import PairFilter, PairRow, judged_models, list_pairs, read_pair
from studio.cards import callout, empty, figures_list, note, pair_card, stance, tag
from studio.charts import blank, shift_distribution, stance_by_arm
from studio.forms import KINDS, draw, fill, filter_for
from studio.listing import clickable, draw_listing, wire_listing
from studio.notices import mendable, tell
from studio.session import CHEAP, SLOW, Desk
from studio.shown import number
from studio.tables import Place, table
from studio.work import start_job

MAIN = ("model", "method", "split", "orders", "explain")
MORE = ("arms", "samples", "max_new_tokens", "limit", "seed")
HEADERS = ("Plot", "Man / woman", "Shift", "Noise", "Beyond")
NOTHING = "No judged pairs here. Fill the Stories tab first, then press Judge."
PICK = "Choose a pair in the list to read both stories and what the model said."
DIRECTIONS = (("the man", "male"), ("the woman", "female"))


def build(desk: Desk) -> None:
    """Draw the tab and wire its events."""
    gr.Markdown(
        "## Judgments\nThe model judges each story by itself. A pair whose two answers differ is "
        "caught; the noise floor shows what the form of asking alone does."
    )
    with gr.Group(elem_classes="eh-form"):
        inputs = draw(JudgeConfig, MAIN, per_row=5)
        with gr.Accordion("More settings", open=False):
            inputs += draw(JudgeConfig, MORE, per_row=5)
        start = gr.Button("Judge", variant="primary", elem_id="judge")
    judged = gr.Dropdown(
        [],
        label="Judged by",
        allow_custom_value=True,
        info="Whose judgments are shown below.",
        elem_id="judged-by",
    )
    figures = gr.HTML(empty(NOTHING), elem_id="judged-numbers")
    with gr.Row():
        with gr.Column(min_width=260):
            gr.HTML(
                '<h3 class="eh-minor">What the model answers</h3>'
                "<p>Single answers to open plots, one an option order, before calibration.</p>"
            )
            stances = gr.Plot(show_label=False, container=False)
        with gr.Column(min_width=260):
            gr.HTML(
                '<h3 class="eh-minor">How far gender moves it</h3>'
                "<p>Bars right of the dotted line matter.</p>"
            )
            shifts = gr.Plot(show_label=False, container=False)
    filters = [judged, *draw_filters()]
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=260):
            listing = draw_listing("pairs-list")
        with gr.Column(scale=7, min_width=260):
            detail = clickable("pair-detail", empty(PICK))
    wire_listing(desk, listing, filters, show_list)
    wire_start(desk, start, inputs)
    wire_summary(desk, judged, [figures, stances, shifts])
    wire_detail(desk, listing.rows, detail)


def draw_filters() -> list[gr.components.Component]:
    """Draw the filters of the list, in the order of PairFilter."""
    with gr.Row(elem_classes="eh-filters"):
        return [
            filter_for("Show theme", "What the plot is about.", themes()),
            filter_for("Show split", "What the family may be used for.", list(Split)),
            filter_for("Show kinder to", "Whom the answer favors.", DIRECTIONS),
            filter_for("Show kind", "Open plots or clear controls.", list(KINDS), "open plots"),
            gr.Checkbox(False, label="Mismatches only", info="Hide pairs judged alike.",
                        min_width=150),
        ]  # fmt: skip


def wire_start(desk: Desk, start: gr.Button, inputs: Sequence[gr.components.Component]) -> None:
    """Queue a judge job when the button is pressed."""

    def run(name: str, *values: object) -> tuple:
        with mendable():
            config = fill(JudgeConfig, (*MAIN, *MORE), values)
            shown = start_job(desk.project(name), "judge", config)
        tell("The judge job is in the queue; the strip above shows how far it is.")
        return shown

    start.click(run, [desk.chosen, *inputs], list(desk.status), **CHEAP)


def wire_summary(desk: Desk, judged: gr.Dropdown, shown: list) -> None:
    """Show the numbers of the model that is chosen, and keep the choice of models up to date."""

    def choices(name: str, value: str | None) -> dict:
        with mendable():
            return model_choices(desk.project(name), value)

    def summary(name: str, value: str | None) -> tuple:
        with mendable():
            return show_summary(desk.project(name), value)

    inputs = [desk.chosen, judged]
    desk.opened.change(choices, inputs, judged, **CHEAP)
    gr.on([desk.opened.change, judged.change], summary, inputs, shown, **SLOW)


def wire_detail(desk: Desk, rows: gr.HTML, detail: gr.HTML) -> None:
    """Show the pair that is clicked."""

    def choose(name: str, event: gr.EventData) -> str:
        with mendable():
            return show_pair(desk.project(name), str(event.key))

    rows.click(choose, desk.chosen, detail, **CHEAP)
    desk.chosen.change(lambda: empty(PICK), None, detail, **CHEAP)


def model_choices(project: Project, value: str | None) -> dict:
    """Return the models that have judged, with the one that stays chosen."""
    known = judged_models(project)
    choices = [(f"{model} · {method}", f"{method} {model}") for model, method in known]
    model, method = resolve(project, value)
    return gr.update(choices=choices, value=f"{method} {model}" if model else None)


def resolve(project: Project, value: str | None) -> tuple[str, str]:
    """Return the (model, method) that a choice means; the first that has judged if it is none."""
    known = judged_models(project)
    method, _, model = (value or "").partition(" ")
    if (model, method) in known or not known:
        return (model, method) if known else ("", "")
    return known[0]


def show_summary(project: Project, value: str | None) -> tuple:
    """Return the numbers and the two charts of one model's judgments."""
    model, method = resolve(project, value)
    if not model:
        return empty(NOTHING), blank("No judgments yet."), blank("No judgments yet.")
    found = summarize(project, model, method)
    numbers = figures_list(found.figures) + note(found.left_out.sentence) + warnings(found)
    return numbers, stance_by_arm(found.stances), shift_distribution(found.shifts, found.noises)


def warnings(found: Summary) -> Markup:
    """Return what has to be known before the numbers are believed."""
    lines = []
    if found.invalid:
        lines.append(f"{found.invalid} of {found.pairs} pairs have a reply that cannot be read.")
    low = next((one for one in found.figures if one.key == "control_accuracy"), None)
    if low is not None and low.value is not None and low.value < 0.5:
        lines.append(
            "The model gets fewer than half of the clearly moral and clearly immoral stories "
            "right: an answer that never differs may mean that it does not read the story."
        )
    return callout("Before you believe these numbers", lines, "alarm")


def show_list(
    project: Project,
    place: Place,
    value: str | None,
    theme: str,
    split: str,
    direction: str,
    kind: str,
    mismatches: bool,
) -> tuple[Place, Markup, str]:
    """Return the page of judged pairs at `place`, worst first."""
    judged = resolve(project, value)
    wanted = PairFilter(*judged, theme, split, direction, KINDS.get(kind, kind), mismatches)
    page = list_pairs(project, wanted, place.after)
    rows = ((str(row.id), cells(row)) for row in page.rows)
    return place.at(page), table(HEADERS, rows, NOTHING), place.words(page)


def cells(row: PairRow) -> list[str]:
    """Return what the list shows of one pair."""
    kinder = {value: name for name, value in DIRECTIONS}.get(row.direction)
    favor = Markup("<small>kinder to {}</small>").format(kinder) if kinder else Markup("")
    answers = Markup("{} / {}{}").format(stance(row.male_stance), stance(row.female_stance), favor)
    noise = number(row.noise) if row.noise is not None else "unknown"
    title = Markup("{} {}<small>{}, wording {}</small>").format(
        row.title, tag(row.split, "split"), row.theme, row.wording
    )
    shown = [number(row.shift), noise, number(row.excess, sign=True)]
    return [title, answers, *shown]


def show_pair(project: Project, key: str) -> Markup:
    """Return one pair in full."""
    pair = read_pair(project, int(key)) if key.isdecimal() else None
    return pair_card(pair) if pair else empty("This pair is not there any more. Choose another.")
