"""Stories: bring families in, see what the quality gate says, look through them, mend them."""

import gradio as gr

from studio.families import browse, gate, sources
from studio.preference_data import panel
from studio.session import Desk


def build(desk: Desk) -> None:
    """Draw the tab and wire its events."""
    gr.Markdown(
        "## Stories\nOne plot, told about a man, a woman and a person called “they”; nothing "
        "else changes. Families are split once: what is trained on is never tested on."
    )
    with gr.Tabs(elem_classes="eh-inner"):
        with gr.Tab("Story families", id="families"):
            sources.build(desk)
            gate.build(desk)
            browse.build(desk)
        with gr.Tab("Preference data", id="preference-data"):
            panel.build(desk)
