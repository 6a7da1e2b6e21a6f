"""A long list on the page: a table of 25 rows, the way to the next ones, and its filters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import gradio as gr

from studio.cards import empty
from studio.notices import mendable
from studio.session import CHEAP, Desk
from studio.tables import Place

CLICKS = """
const pick = (event) => {
  const row = event.target.closest('[data-key]');
  if (!row || !element.contains(row)) return;
  element.querySelectorAll('[aria-current]').forEach((old) => old.removeAttribute('aria-current'));
  row.setAttribute('aria-current', 'true');
  trigger('click', { key: row.dataset.key });
};
element.addEventListener('click', pick);
element.addEventListener('keydown', (event) => {
  if (event.target.tagName !== 'TR' || !['Enter', ' '].includes(event.key)) return;
  event.preventDefault();
  pick(event);
});
"""
"""Makes everything with a data-key in a gr.HTML a thing to click that tells its key."""

Show = Callable[..., tuple[Place, str, str]]
"""(project, place, *filters) -> the place with the key of the next page, table, words."""


@dataclass(frozen=True)
class Listing:
    """The components of one list."""

    rows: gr.HTML
    words: gr.HTML
    back: gr.Button
    on: gr.Button
    place: gr.State

    @property
    def outputs(self) -> list[gr.components.Component]:
        """What a `Show` function fills."""
        return [self.place, self.rows, self.words]


def clickable(elem_id: str, value: str = "", classes: str = "") -> gr.HTML:
    """Draw a place for HTML whose parts with a data-key can be clicked."""
    return gr.HTML(value, elem_id=elem_id, elem_classes=classes, js_on_load=CLICKS)


def draw_listing(elem_id: str) -> Listing:
    """Draw the table and, below it, the buttons to the page before and after."""
    rows = clickable(elem_id, empty("Loading."), "eh-list")
    with gr.Row(elem_classes="eh-pager"):
        back = gr.Button("Previous", size="sm", min_width=90, scale=0)
        words = gr.HTML(elem_classes="eh-place")
        on = gr.Button("Next", size="sm", min_width=90, scale=0)
    return Listing(rows, words, back, on, gr.State(Place()))


def wire_listing(
    desk: Desk, listing: Listing, filters: Sequence[gr.components.Component], show: Show
) -> Callable:
    """Wire pages, filters and reopening to `show`; return the handler that draws the page again."""
    inputs = [desk.chosen, listing.place, *filters]

    def move(step: int | None) -> Callable:
        def handle(name: str, place: Place, *wanted: object) -> tuple:
            with mendable():
                at = Place() if step is None else place.moved(step)
                return show(desk.project(name), at, *wanted)

        return handle

    restart = [desk.opened.change, *(item.change for item in filters)]
    gr.on(restart, move(None), inputs, listing.outputs, **CHEAP)
    listing.back.click(move(-1), inputs, listing.outputs, **CHEAP)
    listing.on.click(move(1), inputs, listing.outputs, **CHEAP)
    return move(0)
