"""The quality gate on the page: wordings by light, ROUGE-1 with its window, and the settings."""

import gradio as gr
from markupsafe import Markup

from pipelines.configs import CheckConfig
from pipelines.gate.summary import RougeHistogram, count_lights, rouge_histogram
from pipelines.records import Light
from pipelines.store import Project
from studio.cards import empty, join, note
from studio.charts import blank, rouge_chart
from studio.families.card import light
from studio.forms import draw, fill
from studio.notices import mendable, tell
from studio.session import CHEAP, SLOW, Desk
from studio.shown import number, percent
from studio.work import start_job

FIELDS = ("rouge_low", "rouge_high", "window", "near_duplicate")
MORE = ("min_words", "max_words", "language")
BINS = 40
NOTHING = "Nothing is checked yet: every family is checked when it comes in."


def build(desk: Desk) -> None:
    """Draw the gate and wire its events."""
    gr.Markdown("### Quality gate")
    lights = gr.HTML(empty(NOTHING), elem_id="lights")
    with gr.Accordion("ROUGE-1, and the settings of the checks", open=False):
        said = gr.HTML(elem_id="rouge-said")
        chart = gr.Plot(show_label=False, container=False, elem_id="rouge-chart")
        inputs = draw(CheckConfig, FIELDS, per_row=4)
        with gr.Accordion("More settings", open=False):
            inputs += draw(CheckConfig, MORE, per_row=3)
        start = gr.Button("Check again with these settings", elem_id="check", scale=0)

    def run(name: str, *values: object) -> tuple:
        with mendable():
            config = fill(CheckConfig, (*FIELDS, *MORE), values)
            shown = start_job(desk.project(name), "check", config)
        tell("The check is in the queue; the strip above shows how far it is.")
        return shown

    def show(name: str) -> tuple:
        with mendable():
            return show_gate(desk.project(name))

    start.click(run, [desk.chosen, *inputs], list(desk.status), **CHEAP)
    desk.opened.change(show, desk.chosen, [lights, said, chart], **SLOW)


def show_gate(project: Project) -> tuple:
    """Return the lights, the words on ROUGE-1, and its chart."""
    counts = count_lights(project)
    if not any(counts.values()):
        return empty(NOTHING), Markup(""), blank("No pair is checked yet.")
    found = rouge_histogram(project, BINS)
    return lights_row(counts), rouge_words(found), rouge_chart(found.counts, found.low, found.high)


def lights_row(counts: dict[str, int]) -> Markup:
    """Return how many wordings have which light, and how many are out of judging."""
    html = "<span><b>{:,}</b>{}</span>"
    shown = [Light.GREEN, Light.AMBER, Light.RED]
    if counts["unchecked"]:
        shown.append(Light.UNCHECKED)
    parts = join(
        Markup(html).format(counts[str(name) or "unchecked"], light(name)) for name in shown
    )
    out = f"{counts['left_out']:,} red wordings are out of judging." if counts["left_out"] else ""
    return Markup('<div class="eh-lights">{}</div>{}').format(parts, note(out))


def rouge_words(found: RougeHistogram) -> Markup:
    """Return where the pairs lie to the window, and the warning about its upper bound."""
    if not found.n:
        return note(found.warning)
    said = (
        f"ROUGE-1 F between the man’s and the woman’s story, n = {found.n:,} pairs, median "
        f"{number(found.median)}: {percent(found.below, 1)} below the window, "
        f"{percent(found.inside, 1)} inside, {percent(found.above, 1)} above."
    )
    return note(said) + note(found.warning)
