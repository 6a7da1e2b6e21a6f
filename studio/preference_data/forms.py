"""The forms that bring preference rows in, write sentences, propose categories, and export."""

from collections.abc import Sequence
from dataclasses import replace

import gradio as gr
from markupsafe import Markup

from pipelines.configs import (
    CategorizeConfig,
    ExportConfig,
    ImportConfig,
    PushConfig,
    SynthesizeConfig,
)
from pipelines.preferences.confounds import Confound
from pipelines.views.preference_rows import list_files, read_confounds
from pipelines.views.replies import latest_requests
from studio.cards import empty, join, note
from studio.exporting import download_of, export_path, offer
from studio.families.replies import replies_card
from studio.forms import draw, fill
from studio.imported import files_card
from studio.notices import mendable, tell
from studio.session import CHEAP, SLOW, Desk
from studio.uploads import keep_upload
from studio.work import start_job

FILE = ("format", "columns", "benchmarks_dir", "near_duplicate", "seed")
WRITE = ("prompting", "category", "sentences", "model")
WRITE_MORE = ("terms", "term_count", "guide", "target", "temperature", "max_new_tokens", "tries",
              "seed")  # fmt: skip
CATEGORIZE = ("model", "ask_model", "rows")
PUSH = ("repo", "private")
EXPORT = ("format", "model", "rows", "title", "license")
ENDINGS = [".json", ".jsonl", ".csv", ".tsv", ".parquet", ".gz"]
QUEUED = "The job is in the queue; the strip above shows how far it is."


def build(desk: Desk) -> None:
    """Draw one form a purpose and wire them."""
    with gr.Tabs(elem_classes="eh-sources"):
        with gr.Tab("From a file", id="rows-file"):
            build_file(desk)
        with gr.Tab("Debiasing sentences", id="sentences"):
            build_sentences(desk)
        with gr.Tab("Categories", id="categories"):
            build_categories(desk)
        with gr.Tab("Confounds", id="confounds"):
            build_confounds(desk)
        with gr.Tab("Export", id="rows-export"):
            build_export(desk)


def build_file(desk: Desk) -> None:
    """Draw the form of an imported file, and what came of the files before."""
    with gr.Group(elem_classes="eh-form"):
        file = gr.File(
            label="GenderAlign, HH-RLHF, BiasDPO, TRL, LLaMA-Factory, the paper's JSONL or a table",
            file_types=ENDINGS,
            height=130,
            elem_id="rows-file",
        )
        inputs = draw(ImportConfig, FILE, per_row=5)
        start = gr.Button("Import the rows", variant="primary", elem_id="rows-import")
    files = gr.HTML(files_card([]), elem_id="rows-files")

    def run(name: str, uploaded: str | None, *values: object) -> tuple:
        with mendable():
            project = desk.project(name)
            path = str(keep_upload(project, uploaded))
            config = fill(ImportConfig, ("file", *FILE), (path, *values))
            shown = start_job(project, "preferences import", config)
        tell(QUEUED)
        return shown

    def show(name: str) -> Markup:
        with mendable():
            return files_card(list_files(desk.project(name), "preferences"))

    start.click(run, [desk.chosen, file, *inputs], list(desk.status), **SLOW)
    desk.opened.change(show, desk.chosen, files, **CHEAP)


def build_sentences(desk: Desk) -> None:
    """Draw what the synthesize stage needs, and what the model wrote."""
    with gr.Group(elem_classes="eh-form"):
        inputs = draw(SynthesizeConfig, WRITE, per_row=4)
        with gr.Accordion("More settings", open=False):
            inputs += draw(SynthesizeConfig, WRITE_MORE, per_row=4)
        with gr.Row(elem_classes="eh-buttons"):
            sample = gr.Button("Write a sample of 5", elem_id="sentences-sample", scale=0,
                               min_width=190)  # fmt: skip
            start = gr.Button("Write them", variant="primary", elem_id="sentences-write", scale=0,
                              min_width=160)  # fmt: skip
    with gr.Accordion("What the model wrote", open=False):
        wrote = gr.HTML(empty("No model has written anything here yet."))

    def run(name: str, few: bool, *values: object) -> tuple:
        with mendable():
            config = fill(SynthesizeConfig, (*WRITE, *WRITE_MORE), values)
            config = replace(config, sentences=5) if few else config
            shown = start_job(desk.project(name), "synthesize", config)
        tell(QUEUED)
        return shown

    def show(name: str) -> Markup:
        with mendable():
            return replies_card(latest_requests(desk.project(name), "triples"))

    status = list(desk.status)
    sample.click(run, [desk.chosen, gr.State(True), *inputs], status, **CHEAP)
    start.click(run, [desk.chosen, gr.State(False), *inputs], status, **CHEAP)
    desk.opened.change(show, desk.chosen, wrote, **CHEAP)


def build_categories(desk: Desk) -> None:
    """Draw what the categorize stage needs."""
    with gr.Group(elem_classes="eh-form"):
        inputs = draw(CategorizeConfig, CATEGORIZE, per_row=3)
        start = gr.Button("Propose categories", variant="primary", elem_id="categorize")

    def run(name: str, *values: object) -> tuple:
        with mendable():
            config = fill(CategorizeConfig, CATEGORIZE, values)
            shown = start_job(desk.project(name), "preferences categorize", config)
        tell(QUEUED)
        return shown

    start.click(run, [desk.chosen, *inputs], list(desk.status), **CHEAP)


def build_confounds(desk: Desk) -> None:
    """Draw what else than fairness tells chosen from rejected; it is looked for on demand."""
    with gr.Group(elem_classes="eh-form"):
        model = draw(CategorizeConfig, ("model",))[0]
        start = gr.Button("Look for confounds", variant="primary", elem_id="confounds-look")
    shown = gr.HTML(elem_id="confounds-found")

    def look(name: str, value: str) -> Markup:
        with mendable():
            return confounds_card(*read_confounds(desk.project(name), value.strip()))

    start.click(look, [desk.chosen, model], shown, **SLOW)


def confounds_card(rows: int, found: Sequence[Confound]) -> Markup:
    """Return what was looked at in these rows, the alarms marked."""
    if not found:
        return empty("There are no rows to look at: accept judgments or import a file first.")
    html = '<li class="eh-say eh-say-{}">{}</li>'
    items = join(
        Markup(html).format("alarm" if one.alarm else "note", one.sentence) for one in found
    )
    return note(f"{rows:,} rows that would be trained on.") + Markup(
        '<ul class="eh-says">{}</ul>'
    ).format(items)


def build_export(desk: Desk) -> None:
    """Draw the export form; the file lands in the project's exports folder."""
    with gr.Group(elem_classes="eh-form"):
        inputs = draw(ExportConfig, EXPORT, per_row=5)
        with gr.Row(elem_classes="eh-buttons"):
            start = gr.Button("Export", variant="primary", elem_id="rows-export-start", scale=0,
                              min_width=160)  # fmt: skip
            download = gr.DownloadButton("No export yet", interactive=False, scale=0, min_width=220)

    with gr.Accordion("Send it to the Hub", open=False):
        gr.Markdown(
            "The same folder with its data card, as a dataset. The token is HF_TOKEN of the "
            "environment that the studio was started in; it is stored nowhere."
        )
        places = draw(PushConfig, PUSH, per_row=2)
        push = gr.Button("Send", elem_id="rows-push", scale=0, min_width=160)

    def send(name: str, repo: str, private: bool, *values: object) -> tuple:
        with mendable():
            given = (repo, private, *values[1:])
            config = fill(PushConfig, (*PUSH, *EXPORT[1:]), given)
            shown = start_job(desk.project(name), "preferences push", config)
        tell(QUEUED)
        return shown

    def run(name: str, *values: object) -> tuple:
        with mendable():
            project = desk.project(name)
            config = fill(
                ExportConfig, ("out", *EXPORT), (export_path(project, str(values[0])), *values)
            )
            shown = start_job(project, "preferences export", config)
        tell(QUEUED)
        return shown

    def refresh(name: str) -> dict:
        with mendable():
            return offer(download_of(desk.project(name)))

    start.click(run, [desk.chosen, *inputs], list(desk.status), **CHEAP)
    push.click(send, [desk.chosen, *places, *inputs], list(desk.status), **CHEAP)
    desk.opened.change(refresh, desk.chosen, download, **SLOW)
