"""The header: the project's name, the way to another one, and the status strip."""

from dataclasses import dataclass

import gradio as gr

from pipelines.errors import ConfigError
from studio.notices import mendable, tell
from studio.session import CHEAP, Desk, Workshop, kept_by_browser
from studio.work import resume_last, show_status, stop_first

TITLE = (
    '<div class="eh-title"><span class="eh-mark" aria-hidden="true"></span>'
    "<h1>Evenhand</h1><p>Find gender bias in a language model, and lessen it.</p></div>"
)


@dataclass(frozen=True)
class Header:
    """The components of the header that events fill."""

    memory: gr.BrowserState  # {"project": name}
    switch: gr.Dropdown
    new_name: gr.Textbox
    create: gr.Button
    strip: gr.HTML
    stop: gr.Button
    again: gr.Button


def draw(workshop: Workshop) -> Header:
    """Draw the header."""
    memory = kept_by_browser("page", {})
    with gr.Row(elem_classes="eh-header", equal_height=True):
        gr.HTML(TITLE, scale=3, min_width=220)
        switch = gr.Dropdown(
            workshop.names(), value=workshop.first, label="Project", scale=2, min_width=140,
            info="A project is a folder; each keeps its own study.", elem_id="project",
            allow_custom_value=True,
        )  # fmt: skip
        new_name = gr.Textbox(
            label="New project", placeholder="class-2", scale=2, min_width=140, max_lines=1,
            info="Lower-case letters, digits and hyphens.", elem_id="new-project",
        )  # fmt: skip
        create = gr.Button("Create", scale=0, min_width=90, elem_id="create-project")
    with gr.Row(elem_classes="eh-status", equal_height=True):
        shown = gr.HTML(elem_id="status", scale=8, min_width=300)
        stop = gr.Button("Stop", size="sm", scale=0, min_width=110, visible=False, elem_id="stop")
        again = gr.Button(
            "Resume", size="sm", scale=0, min_width=110, visible=False, elem_id="resume"
        )
    return Header(memory, switch, new_name, create, shown, stop, again)


def wire(desk: Desk, header: Header, page: gr.Blocks) -> None:
    """Wire page load, the project switch, the clock and the buttons of the strip."""
    placed = [desk.chosen, header.switch, header.memory, header.new_name]

    def remember(memory: object) -> tuple:
        name = desk.workshop.remembered(memory.get("project") if isinstance(memory, dict) else "")
        return go_to(desk.workshop, name, create=False)

    def switch(name: str) -> tuple:
        with mendable():
            return go_to(desk.workshop, name, create=False)

    def create(name: str) -> tuple:
        with mendable():
            return go_to(desk.workshop, (name or "").strip(), create=True)

    def look(name: str) -> tuple:
        with mendable():
            return show_status(desk.project(name))

    events = [
        page.load(remember, header.memory, placed, **CHEAP),
        header.switch.input(switch, header.switch, placed, **CHEAP),
        gr.on([header.create.click, header.new_name.submit], create, header.new_name, placed,
              **CHEAP),
    ]  # fmt: skip
    for event in events:
        event.then(look, desk.chosen, desk.status, **CHEAP)
    desk.timer.tick(look, desk.chosen, desk.status, **CHEAP)
    wire_buttons(desk, header)


def wire_buttons(desk: Desk, header: Header) -> None:
    """Wire Stop and Resume."""

    def stop(name: str) -> tuple:
        with mendable():
            return stop_first(desk.project(name))

    def again(name: str) -> tuple:
        with mendable():
            shown = resume_last(desk.project(name))
        tell("It goes on where it ended.")
        return shown

    header.stop.click(stop, desk.chosen, desk.status, **CHEAP)
    header.again.click(again, desk.chosen, desk.status, **CHEAP)


def go_to(workshop: Workshop, name: str, create: bool) -> tuple:
    """Open (or create) a project; return its name, the switch, what the browser keeps, and "".

    Raises:
        ConfigError: if the name is not plain, or a project is to be created that there is.
    """
    if create and name in workshop.names():
        raise ConfigError(f"There is a project {name!r} already. Open it, or choose another name.")
    workshop.open(name, create)
    return name, gr.update(choices=workshop.names(), value=name), {"project": name}, ""
