"""The card of the Curate tab: its components, its buttons and the keys on them."""

from dataclasses import dataclass

import gradio as gr
from markupsafe import Markup

from pipelines import curation
from pipelines.views.curation import QUEUES

HELP = Markup(
    '<details id="keys-help" class="eh-keys"><summary>Keys (?)</summary><p>'
    "<kbd>A</kbd> accept <kbd>X</kbd> discard <kbd>E</kbd> edit the text "
    "<kbd>Ctrl</kbd>+<kbd>Enter</kbd> save the text <kbd>Esc</kbd> leave the text "
    "<kbd>J</kbd> next <kbd>K</kbd> previous <kbd>U</kbd> undo "
    "<kbd>Ctrl</kbd>+<kbd>Shift</kbd>+<kbd>Z</kbd> redo <kbd>?</kbd> this help. "
    "Letters are off while you type.</p></details>"
)


@dataclass(frozen=True)
class Card:
    """The components of the card and its buttons."""

    kept: gr.BrowserState  # of the desk
    who: gr.Textbox
    queue: gr.Radio
    head: gr.HTML
    pair: gr.HTML
    text: gr.Textbox
    checks: gr.HTML
    buttons: dict[str, gr.Button]

    @property
    def outputs(self) -> list:
        """What `parts` fills."""
        return [self.kept, self.head, self.pair, self.text, self.checks, self.queue]


def draw_card(kept: gr.BrowserState) -> Card:
    """Draw the queues, the card and its buttons."""
    with gr.Row(elem_classes="eh-filters"):
        queue = gr.Radio(
            [(one, one) for one in QUEUES], value="to do", label="Queue", scale=3, min_width=260,
            info="Flagged drafts are to do and fail a check.", elem_id="queue",
        )  # fmt: skip
        who = gr.Textbox(
            label="Who decides", info="Written into the journal; remembered by this browser.",
            max_lines=1, scale=1, min_width=180, elem_id="who",
        )  # fmt: skip
    head = gr.HTML(elem_id="card-head")
    pair = gr.HTML(elem_id="card-pair")
    with gr.Row(equal_height=False):
        text = gr.Textbox(
            label="Balanced judgment", lines=5, max_lines=14, scale=3, min_width=260,
            info="Say what speaks for the act and what against it, about “the main character”.",
            elem_id="balanced-text", max_length=curation.MAX_TEXT,
        )  # fmt: skip
        with gr.Column(scale=2, min_width=260):
            checks = gr.HTML(elem_id="card-checks")
    return Card(kept, who, queue, head, pair, text, checks, draw_buttons())


def draw_buttons() -> dict[str, gr.Button]:
    """Draw the buttons, each with its key on it; `assets/js/keys.js` clicks them by their ids."""
    labels = (
        ("accept", "Accept  (A)", "primary"), ("discard", "Discard  (X)", "secondary"),
        ("edit", "Edit  (E)", "secondary"), ("save", "Save (Ctrl+Enter)", "secondary"),
        ("undo", "Undo  (U)", "secondary"), ("redo", "Redo (Ctrl+Shift+Z)", "secondary"),
        ("previous", "Previous  (K)", "secondary"), ("next", "Next  (J)", "secondary"),
    )  # fmt: skip
    with gr.Row(elem_classes="eh-buttons"):
        buttons = {
            key: gr.Button(label, variant=variant, min_width=150, elem_id=f"card-{key}")
            for key, label, variant in labels
        }
    with gr.Row(elem_classes="eh-buttons"):
        gr.HTML(HELP)
        buttons["all"] = gr.Button(
            "Accept all that pass every check", scale=0, min_width=260, elem_id="accept-all"
        )
    return buttons
