"""Preference data on one panel: bring rows in, let a model write sentences, look through them."""

import gradio as gr

from studio.preference_data import browse, forms
from studio.session import Desk


def build(desk: Desk) -> None:
    """Draw the panel and wire its events."""
    gr.Markdown(
        "Rows of a prompt with a chosen and a rejected answer: from a published set, from "
        "sentences that a model writes against a stereotype, and from your own curation. Each row "
        "has a split by its prompt and one of GenderAlign’s four categories."
    )
    forms.build(desk)
    browse.build(desk)
