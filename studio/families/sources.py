"""The forms that bring families in: the library, a model, a file, a pasted text."""

from collections.abc import Sequence
from dataclasses import replace

import gradio as gr
from markupsafe import Markup

from pipelines.configs import StoriesConfig
from pipelines.store import Project
from pipelines.stories.library import themes
from pipelines.stories.stage import write_stories
from pipelines.views.preference_rows import list_files
from pipelines.views.replies import latest_requests
from studio.cards import empty
from studio.families.replies import replies_card
from studio.forms import draw, fill, input_for
from studio.imported import files_card
from studio.notices import mendable, tell
from studio.session import CHEAP, SLOW, Desk
from studio.uploads import keep_upload
from studio.work import start_job

SAMPLE = 5
LIBRARY = ("theme", "families", "arms", "seed")
MODEL = ("model", "theme", "writing", "shots")
MODEL_MORE = ("temperature", "max_new_tokens", "tries", "arms", "seed")
FILE = ("format", "columns", "families", "arms", "seed")
PASTED = ("text", "name", "theme", "arms")
QUEUED = "The job is in the queue; the strip above shows how far it is."
ENDINGS = [".json", ".jsonl", ".csv", ".tsv", ".parquet", ".gz", ".txt"]


def build(desk: Desk) -> None:
    """Draw one form a source and wire them."""
    with gr.Tabs(elem_classes="eh-sources"):
        with gr.Tab("From the library", id="library"):
            build_library(desk)
        with gr.Tab("A model writes", id="model"):
            build_model(desk)
        with gr.Tab("From a file", id="file"):
            build_file(desk)
        with gr.Tab("Pasted text", id="pasted"):
            build_pasted(desk)


def theme_input(info: str, own: bool = False) -> gr.Dropdown:
    """Draw the choice of a theme; `own` lets a person type another one."""
    return gr.Dropdown(
        ["all", *themes()], value="all", label="Theme", info=info, allow_custom_value=own
    )


def build_library(desk: Desk) -> None:
    """Draw the library's form; it fills the project at once."""
    with gr.Group(elem_classes="eh-form"):
        with gr.Row():
            theme = theme_input("Take plots of one theme of the library, or of all.")
            inputs = [theme, *(input_for(StoriesConfig, name) for name in LIBRARY[1:])]
        start = gr.Button("Fill from the library", variant="primary", elem_id="stories-fill")
    wire_now(desk, start, inputs, LIBRARY, "library")


def build_model(desk: Desk) -> None:
    """Draw the writing model's form: a sample first, then as many as are wanted."""
    with gr.Group(elem_classes="eh-form"):
        with gr.Row():
            inputs = [input_for(StoriesConfig, "model")]
            inputs.append(
                theme_input("One of the library's themes, your own, or all in turn.", True)
            )
            inputs += [input_for(StoriesConfig, name) for name in MODEL[2:]]
        with gr.Accordion("More settings", open=False):
            inputs += draw(StoriesConfig, MODEL_MORE, per_row=5)
        with gr.Row(elem_classes="eh-buttons"):
            sample = gr.Button(f"Write a sample of {SAMPLE}", elem_id="write-sample", scale=0,
                               min_width=190)  # fmt: skip
            wanted = gr.Number(50, label="Families in all", precision=0, minimum=1, scale=0,
                               min_width=160, elem_id="write-count")  # fmt: skip
            start = gr.Button("Write them", variant="primary", elem_id="write-all", scale=0,
                              min_width=160)  # fmt: skip
    with gr.Accordion("What the model wrote", open=False):
        wrote = gr.HTML(empty("No model has written anything here yet."), elem_id="replies")

    def run(name: str, count: float | None, *values: object) -> tuple:
        with mendable():
            config = fill(StoriesConfig, (*MODEL, *MODEL_MORE), values)
            config = replace(config, source="model", families=int(count or SAMPLE))
            shown = start_job(desk.project(name), "stories", config)
        tell(QUEUED)
        return shown

    def show(name: str) -> Markup:
        with mendable():
            return replies_card(latest_requests(desk.project(name), "family"))

    status = list(desk.status)
    fixed = gr.State(SAMPLE)
    sample.click(run, [desk.chosen, fixed, *inputs], status, **CHEAP)
    start.click(run, [desk.chosen, wanted, *inputs], status, **CHEAP)
    desk.opened.change(show, desk.chosen, wrote, **CHEAP)


def build_file(desk: Desk) -> None:
    """Draw the form of an imported file; a job reads it."""
    with gr.Group(elem_classes="eh-form"):
        file = gr.File(
            label="GenMO, the paper's JSONL, CSV, JSONL, Parquet or text",
            file_types=ENDINGS,
            height=130,
            elem_id="stories-file",
        )
        inputs = draw(StoriesConfig, FILE, per_row=5)
        start = gr.Button("Import the file", variant="primary", elem_id="stories-import")
    files = gr.HTML(files_card([]), elem_id="story-files")

    def run(name: str, uploaded: str | None, *values: object) -> tuple:
        with mendable():
            project = desk.project(name)
            config = fill(StoriesConfig, FILE, values)
            config = replace(config, source=str(keep_upload(project, uploaded)))
            shown = start_job(project, "stories", config)
        tell(QUEUED)
        return shown

    def show(name: str) -> Markup:
        with mendable():
            return files_card(list_files(desk.project(name), "stories"))

    start.click(run, [desk.chosen, file, *inputs], list(desk.status), **SLOW)
    desk.opened.change(show, desk.chosen, files, **CHEAP)


def build_pasted(desk: Desk) -> None:
    """Draw the form of a pasted story, which is swapped into the other arms at once."""
    with gr.Group(elem_classes="eh-form"):
        text = input_for(StoriesConfig, "text", lines=6, max_lines=16, elem_id="pasted-text")
        with gr.Row():
            name = input_for(StoriesConfig, "name")
            theme = theme_input("What the story is about.", own=True)
            arms = input_for(StoriesConfig, "arms")
        start = gr.Button("Swap and add", variant="primary", elem_id="pasted-add")
    wire_now(desk, start, [text, name, theme, arms], PASTED, "pasted")


def wire_now(
    desk: Desk,
    start: gr.Button,
    inputs: Sequence[gr.components.Component],
    names: Sequence[str],
    source: str,
) -> None:
    """Fill the project when the button is pressed, and let every tab read again."""

    def run(name: str, *values: object) -> str:
        with mendable():
            given = dict(zip(names, values, strict=True))
            message, stamp = fill_project(desk.project(name), source, given)
        tell(message)
        return stamp

    start.click(run, [desk.chosen, *inputs], desk.opened, **SLOW)


def fill_project(project: Project, source: str, given: dict[str, object]) -> tuple[str, str]:
    """Write the chosen families; return a sentence about it, and a stamp of what there is now."""
    config = fill(StoriesConfig, ("source", *given), (source, *given.values()))
    *_, last = write_stories(project, config)
    counts = last.result or {}
    message = (
        f"{last.message}. The project has {counts['families']} families with "
        f"{counts['stories']} stories."
    )
    notes = [*counts.get("notes", ()), *skipped_words(counts.get("skipped", {}))]
    return " ".join([message, *notes]), f"stories-{counts['families']}-{counts['stories']}"


def skipped_words(skipped: dict[str, int]) -> list[str]:
    """Return what was left out, a sentence a reason."""
    return [f"{count} left out: {reason}." for reason, count in skipped.items()]
