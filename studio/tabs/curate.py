"""Curate: a person turns two differing judgments into one balanced judgment, card by card."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import gradio as gr

from pipelines import curation
from pipelines.configs import BalanceConfig, ExportConfig
from pipelines.store import Project
from pipelines.views.curation import check_typed
from studio.curate_card import Card, draw_card
from studio.curating import (
    Shown,
    Spot,
    accept_all,
    checks_list,
    decide,
    preference_summary,
    save,
    show,
    take_back,
)
from studio.exporting import download_of, export_path, offer
from studio.forms import draw, fill
from studio.notices import mendable, tell
from studio.session import CHEAP, SLOW, Desk
from studio.work import start_job

MAIN = ("model", "method", "pairs", "split")
MORE = ("attempts", "max_new_tokens", "temperature", "seed")
FOCUS = "() => { document.querySelector('#balanced-text textarea')?.focus(); }"


def build(desk: Desk) -> None:
    """Draw the tab and wire its events."""
    gr.Markdown(
        "## Curate\nThe two judgments of a pair become one that names both sides and no gender. "
        "You decide; every decision is kept in a journal and can be taken back."
    )
    draft, inputs = draw_form()
    card = draw_card(desk.spot)
    gr.Markdown("### The preference set")
    summary = gr.HTML(elem_id="preferences")
    export_inputs, export, download = draw_export()
    decided = wire_card(desk, card)
    wire_text(desk, card)
    wire_jobs(desk, draft, inputs, export, export_inputs)
    wire_summary(desk, decided, summary, download)


def draw_form() -> tuple[gr.Button, list[gr.components.Component]]:
    """Draw what the balance stage needs."""
    with gr.Accordion("Draft balanced judgments", open=True, elem_classes="eh-form"):
        inputs = draw(BalanceConfig, MAIN, per_row=4)
        with gr.Accordion("More settings", open=False):
            inputs += draw(BalanceConfig, MORE, per_row=4)
        return gr.Button("Draft", variant="primary", elem_id="draft"), inputs


def draw_export() -> tuple[list[gr.components.Component], gr.Button, gr.DownloadButton]:
    """Draw the export form; the file lands in the project's exports folder."""
    with gr.Group(elem_classes="eh-form"):
        inputs = draw(ExportConfig, ("model", "format"), per_row=2)
        with gr.Row():
            export = gr.Button("Export the set", elem_id="export")
            download = gr.DownloadButton("No export yet", interactive=False, elem_id="download")
    return inputs, export, download


def parts(shown: Shown) -> tuple:
    """Return what `Card.outputs` takes."""
    queues = gr.update(choices=shown.queues, value=shown.spot.queue)
    return asdict(shown.spot), shown.head, shown.pair, shown.text, shown.checks, queues


def wire_card(desk: Desk, card: Card) -> list[Callable]:
    """Wire queues, moves, decisions, undo and redo; return what follows a decision."""
    inputs = [desk.chosen, card.kept, card.text, card.who]

    def doing(act: Callable[[Project, Spot, str, str], Shown]) -> Callable:
        def handle(name: str, kept: object, text: str, who: str) -> tuple:
            with mendable():
                return parts(act(desk.project(name), Spot.read(kept, name), text or "", who or ""))

        return handle

    def choose(name: str, queue: str) -> tuple:
        with mendable():
            return parts(show(desk.project(name), Spot(name, queue)))

    def again(name: str, kept: object, text: str, _who: str) -> tuple:
        with mendable():
            return stay(desk.project(name), Spot.read(kept, name), text or "")

    decided = [
        card.buttons[key].click(doing(act), inputs, card.outputs, **CHEAP).success
        for key, act in ACTIONS.items()
    ]
    card.queue.input(choose, [desk.chosen, card.queue], card.outputs, **CHEAP)
    desk.opened.change(again, inputs, card.outputs, **CHEAP)
    card.buttons["edit"].click(None, js=FOCUS, **CHEAP)
    decided.append(card.buttons["all"].click(bulk(desk), inputs, card.outputs, **SLOW).success)
    desk.opened.change(lambda kept, who: who or kept, [desk.who, card.who], card.who, **CHEAP)
    card.who.change(lambda who: who, card.who, desk.who, **CHEAP)
    return decided


def bulk(desk: Desk) -> Callable:
    """Return the handler that accepts all drafts which pass."""

    def handle(name: str, kept: object, _text: str, who: str) -> tuple:
        with mendable():
            message, shown = accept_all(desk.project(name), Spot.read(kept, name), who)
        tell(message)
        return parts(shown)

    return handle


def moved(step: int) -> Callable[[Project, Spot, str, str], Shown]:
    """Return the action that saves the text, if a name is given, and moves by `step`."""

    def act(project: Project, spot: Spot, text: str, who: str) -> Shown:
        if spot.text is not None:
            save(project, spot, text, who)
        return show(project, Spot(spot.project, spot.queue, spot.card), step)

    return act


def stay(project: Project, spot: Spot, text: str) -> tuple:
    """Return the card that the browser remembers; what is being typed on it is left alone."""
    shown = show(project, spot)
    kept, head, pair, stored, *rest = parts(shown)
    typing = text and spot.text is not None and shown.spot.card == spot.card
    return kept, head, pair, gr.skip() if typing else stored, *rest


ACTIONS: dict[str, Callable[[Project, Spot, str, str], Shown]] = {
    "accept": lambda project, *rest: decide(project, *rest, curation.accept),
    "discard": lambda project, *rest: decide(project, *rest, curation.discard),
    "save": save,
    "undo": lambda project, spot, _, who: take_back(project, spot, who, curation.undo),
    "redo": lambda project, spot, _, who: take_back(project, spot, who, curation.redo),
    "previous": moved(-1),
    "next": moved(1),
}


def wire_text(desk: Desk, card: Card) -> None:
    """Check the text while it is typed, and let the browser keep it."""

    def typed(name: str, kept: object, text: str) -> tuple:
        with mendable():
            spot = Spot.read(kept, name)
            checks = check_typed(desk.project(name), spot.card, text)
        return checks_list(checks), asdict(Spot(name, spot.queue, spot.card, text))

    card.text.input(
        typed, [desk.chosen, card.kept, card.text], [card.checks, card.kept],
        trigger_mode="always_last", **CHEAP,
    )  # fmt: skip


def wire_jobs(
    desk: Desk, draft: gr.Button, inputs: Sequence, export: gr.Button, export_inputs: Sequence
) -> None:
    """Queue drafting and exporting."""

    def draft_all(name: str, *values: object) -> tuple:
        with mendable():
            config = fill(BalanceConfig, (*MAIN, *MORE), values)
            return start_job(desk.project(name), "balance", config)

    def export_set(name: str, model: str, form: str) -> tuple:
        with mendable():
            project = desk.project(name)
            out = export_path(project, form)
            config = fill(ExportConfig, ("out", "format", "model"), (out, form, model))
            return start_job(project, "preferences export", config)

    draft.click(draft_all, [desk.chosen, *inputs], list(desk.status), **CHEAP)
    export.click(export_set, [desk.chosen, *export_inputs], list(desk.status), **CHEAP)


def wire_summary(
    desk: Desk, decided: Sequence[Callable], summary: gr.HTML, download: gr.DownloadButton
) -> None:
    """Show the preference set and offer the newest export."""

    def refresh(name: str) -> tuple:
        with mendable():
            project = desk.project(name)
            return preference_summary(project), offer(download_of(project))

    desk.opened.change(refresh, desk.chosen, [summary, download], **CHEAP)
    for after in decided:
        after(lambda name: refresh(name)[0], desk.chosen, summary, **CHEAP)
