"""Train: start a run on the preference set, follow its curves, stop it and go on."""

from collections.abc import Sequence

import gradio as gr
from markupsafe import Markup

from pipelines import jobs
from pipelines.commands import command_line
from pipelines.configs import TrainConfig
from pipelines.errors import ConfigError, StudioError
from pipelines.store import Project
from pipelines.views.status import read_overview
from pipelines.views.training import list_runs, read_run
from studio.cards import empty
from studio.following import (
    CHARTS,
    Followed,
    figures,
    follow,
    log_of,
    run_cells,
    run_head,
    watch,
)
from studio.forms import draw, fill
from studio.listing import Listing, draw_listing, wire_listing
from studio.notices import mendable, tell
from studio.session import CHEAP, Desk
from studio.tables import Place, table
from studio.work import show_status, start_job

MAIN = ("model", "method", "name", "num_train_epochs", "learning_rate", "beta")
MORE = tuple(name for name in TrainConfig.__dataclass_fields__ if name not in (*MAIN, "resume"))
HEADERS = ("Run", "State", "Step", "Method", "Base", "Started")
NOTHING = "No runs yet. Accept some pairs in the Curate tab first, then press Start."
PICK = "Choose a run in the list to follow its curves."


def build(desk: Desk) -> None:
    """Draw the tab and wire its events."""
    gr.Markdown(
        "## Train\nThe balanced judgment is chosen, the biased one rejected. A small adapter "
        "learns the difference; the model below it stays as it is."
    )
    inputs, command, start = draw_form()
    listing = draw_listing("runs-list")
    with gr.Row(elem_classes="eh-buttons"):
        stop = gr.Button("Stop and save a checkpoint", min_width=220, elem_id="run-stop")
        resume = gr.Button("Resume the chosen run", min_width=220, elem_id="run-resume")
    chosen, followed = gr.State(""), gr.State(Followed())
    head = gr.HTML(empty(PICK), elem_id="run-head")
    warned = gr.HTML(elem_id="run-warnings")
    plots = draw_plots()
    log = gr.HTML(elem_id="run-log")
    redraw = wire_listing(desk, listing, [], show_list)
    wire_form(desk, inputs, command, start)
    wire_run(desk, listing, chosen, followed, [head, log], [warned, *plots])
    wire_buttons(desk, stop, resume, chosen)
    desk.watch.tick(redraw, [desk.chosen, listing.place], listing.outputs, **CHEAP)


def draw_form() -> tuple[list[gr.components.Component], gr.Textbox, gr.Button]:
    """Draw the settings of a run, the command that does the same, and Start."""
    with gr.Group(elem_classes="eh-form"):
        inputs = draw(TrainConfig, MAIN, per_row=3)
        with gr.Accordion("All settings", open=False):
            inputs += draw(TrainConfig, MORE, per_row=3)
        command = gr.Textbox(
            label="The same from a command line", buttons=["copy"], interactive=False, lines=1,
            max_lines=4, info="Copy it to run this without the page, here or on another machine.",
            elem_id="train-command",
        )  # fmt: skip
        start = gr.Button("Start", variant="primary", elem_id="train-start")
    return inputs, command, start


def draw_plots() -> list[gr.Plot]:
    """Draw the charts, each with its sentence."""
    plots = []
    for first in range(0, len(CHARTS), 2):
        with gr.Row():
            for chart in CHARTS[first : first + 2]:
                with gr.Column(min_width=260):
                    html = Markup('<h3 class="eh-minor">{}</h3><p>{}</p>').format(
                        chart.title, chart.sentence
                    )
                    gr.HTML(html, elem_classes="eh-chart")
                    plots.append(gr.Plot(show_label=False, container=False))
    return plots


def wire_form(desk: Desk, inputs: Sequence, command: gr.Textbox, start: gr.Button) -> None:
    """Show the command of the settings as they are, and queue a run."""

    def preview(name: str, *values: object) -> str:
        return command_of(str(desk.project(name).root), values)

    def run(name: str, *values: object) -> tuple:
        with mendable():
            config = fill(TrainConfig, (*MAIN, *MORE), values)
            shown = start_job(desk.project(name), "train", config)
        tell("The run is in the queue; it appears in the list as soon as it starts.")
        return shown

    changes = [desk.opened.change, *(one.change for one in inputs)]
    gr.on(changes, preview, [desk.chosen, *inputs], command, **CHEAP)
    start.click(run, [desk.chosen, *inputs], list(desk.status), **CHEAP)


def wire_run(
    desk: Desk, listing: Listing, chosen: gr.State, followed: gr.State, told: list, drawn: list
) -> None:
    """Show the run that is clicked, and what it logs while it goes on."""

    def choose(name: str, known: Followed, event: gr.EventData) -> tuple:
        return look(name, str(event.key), known)

    def look(name: str, run: str, known: Followed) -> tuple:
        with mendable():
            return (run_of(desk.project(name), run), *show_run(desk.project(name), run, known))

    def tick(name: str, run: str, known: Followed) -> tuple:
        with mendable():
            return update_run(desk.project(name), run, known)

    outputs = [chosen, followed, *told, *drawn]
    listing.rows.click(choose, [desk.chosen, followed], outputs, **CHEAP)
    desk.opened.change(look, [desk.chosen, chosen, followed], outputs, **CHEAP)
    desk.watch.tick(tick, [desk.chosen, chosen, followed], outputs, **CHEAP)


def wire_buttons(desk: Desk, stop: gr.Button, resume: gr.Button, chosen: gr.State) -> None:
    """Stop the run at work, and go on with a stopped one."""

    def stop_run(name: str) -> tuple:
        with mendable():
            return stop_training(desk.project(name))

    def go_on(name: str, run: str) -> tuple:
        with mendable():
            return resume_run(desk.project(name), run)

    stop.click(stop_run, desk.chosen, list(desk.status), **CHEAP)
    resume.click(go_on, [desk.chosen, chosen], list(desk.status), **CHEAP)


def command_of(root: str, values: Sequence[object]) -> str:
    """Return the command of a form's values, or what is wrong with them."""
    try:
        return command_line("train", fill(TrainConfig, (*MAIN, *MORE), values), root)
    except StudioError as error:
        return str(error)


def show_list(project: Project, place: Place) -> tuple[Place, Markup, str]:
    """Return the page of runs at `place`, newest first."""
    page = list_runs(project, place.after)
    rows = ((run.id, run_cells(run)) for run in page.rows)
    return place.at(page), table(HEADERS, rows, NOTHING), place.words(page)


def run_of(project: Project, run_id: str) -> str:
    """Return the id of the run to show: the chosen one, or else the newest."""
    if read_run(project, run_id):
        return run_id
    newest = list_runs(project).rows
    return newest[0].id if newest else ""


def show_run(project: Project, run_id: str, known: Followed) -> tuple:
    """Return everything about one run, read from its beginning if it is another one."""
    run_id = run_of(project, run_id)
    if not run_id:
        return Followed(), empty(PICK), "", "", *figures(Followed())
    known, _ = follow(project, known, run_id)
    texts = (run_head(project, run_id), log_of(project, run_id), watch(known))
    return known, *texts, *figures(known)


def update_run(project: Project, run_id: str, known: Followed) -> tuple:
    """Return what is new about the run that is shown; nothing new is drawn again."""
    still = [gr.skip()] * (3 + len(CHARTS))
    run = read_run(project, run_id)
    if run is None:
        return gr.skip(), gr.skip(), *still
    known, news = follow(project, known, run_id)
    if not news:
        return gr.skip(), gr.skip(), run_head(project, run_id), *still[1:]
    return run_id, *show_run(project, run_id, known)


def stop_training(project: Project) -> tuple:
    """Ask the training job at work (or next in the queue) to save a checkpoint and stop.

    Raises:
        ConfigError: if no training job waits or runs.
    """
    job = next((job for job in read_overview(project).active if job.kind == "train"), None)
    if job is None:
        raise ConfigError("No training run is at work, so there is nothing to stop.")
    jobs.request_stop(project, job.id)
    return show_status(project)


def resume_run(project: Project, run_id: str) -> tuple:
    """Queue a stopped run again; it goes on from its last checkpoint.

    Raises:
        ConfigError: if no run is chosen, or it is finished.
    """
    run = read_run(project, run_id)
    if run is None:
        raise ConfigError("No run is chosen. Click a stopped run in the list first.")
    if run.state == "finished":
        raise ConfigError(f"Run {run.name} has finished. Start a new one to train more.")
    return start_job(project, "train", TrainConfig(resume=run.id))
