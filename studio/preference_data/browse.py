"""The list of preference rows, one row in full, its category and whether it is trained on."""

from collections.abc import Sequence

import gradio as gr
from markupsafe import Markup

from pipelines.preferences.categorize import set_category
from pipelines.preferences.deciding import exclude_row
from pipelines.records import Category, Split
from pipelines.store import Project
from pipelines.views.preference_rows import (
    RowDetail,
    RowFilter,
    RowView,
    count_categories,
    list_rows,
    read_row,
)
from studio.cards import NOTHING, action, empty, join, tag
from studio.forms import filter_for
from studio.listing import clickable, draw_listing, wire_listing
from studio.notices import mendable
from studio.session import CHEAP, Desk
from studio.tables import Place, table

HEADERS = ("Prompt", "Category", "Source", "Split")
NOTHING_YET = "No preference rows yet. Import a file, let a model write, or accept judgments."
PICK = "Choose a row in the list to read its two answers side by side."
SOURCES = ("balanced", "control", "imported", "synthetic")
STATES = ("trained on", "left out", "flagged")
SHORT = {
    Category.STEREOTYPES: "stereotypes",
    Category.LANGUAGE: "language",
    Category.INSTITUTIONS: "work and school",
    Category.MARGINALIZED: "marginalized genders",
    Category.NONE: "none",
}
CATEGORIES = [(str(one).capitalize(), str(one)) for one in Category]
WHO = "studio"


def build(desk: Desk) -> None:
    """Draw counts, filters, list and detail, and wire them."""
    counts = gr.HTML(elem_id="category-counts")
    with gr.Row(elem_classes="eh-filters"):
        filters = [
            filter_for("Show rows from", "Where the row came from.", SOURCES),
            filter_for("Show category", "Which kind of gender bias.",
                       [*CATEGORIES, ("not proposed yet", "")]),
            filter_for("Show rows of split", "By the row's prompt.", list(Split)),
            filter_for("Show state", "What training does with the row.", STATES),
        ]  # fmt: skip
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=260):
            listing = draw_listing("rows-list")
        with gr.Column(scale=7, min_width=260):
            category = gr.Dropdown(
                CATEGORIES,
                label="Category",
                info="Your choice stays, whatever is proposed later.",
                visible=False,
                elem_id="category",
            )
            detail = clickable("row-detail", empty(PICK))
    state = gr.State("")
    redraw = wire_listing(desk, listing, filters, show_list)
    again = [desk.chosen, listing.place, *filters]
    shown = [detail, category, state]

    def choose(name: str, event: gr.EventData) -> tuple:
        with mendable():
            return show_row(desk.project(name), str(event.key))

    def press(name: str, event: gr.EventData) -> tuple:
        with mendable():
            return set_excluded(desk.project(name), str(event.key))

    def count(name: str) -> Markup:
        with mendable():
            return category_counts(count_categories(desk.project(name)))

    def decide(name: str, key: str, value: str) -> tuple:
        with mendable():
            return set_row_category(desk.project(name), key, value)

    listing.rows.click(choose, desk.chosen, shown, **CHEAP)
    for event in (
        detail.click(press, desk.chosen, shown, **CHEAP),
        category.input(decide, [desk.chosen, state, category], shown, **CHEAP),
    ):
        event.then(redraw, again, listing.outputs, **CHEAP).then(
            count, desk.chosen, counts, **CHEAP
        )
    desk.opened.change(count, desk.chosen, counts, **CHEAP)
    desk.chosen.change(lambda: (empty(PICK), gr.update(visible=False), ""), None, shown, **CHEAP)


def category_counts(counts: dict[str, int]) -> Markup:
    """Return how many rows each category has; nothing without a row."""
    if not any(counts.values()):
        return NOTHING
    html = '<span class="eh-count"><b>{:,}</b> {}</span>'
    shown = join(
        Markup(html).format(number, SHORT.get(name, "not proposed yet"))
        for name, number in counts.items()
    )
    return Markup('<div class="eh-counts"><span class="eh-count">Rows by category:</span>{}</div>'
                  ).format(shown)  # fmt: skip


def show_list(
    project: Project, place: Place, source: str, category: str, split: str, state: str
) -> tuple[Place, Markup, str]:
    """Return the page of rows at `place`."""
    page = list_rows(project, RowFilter(source, category, split, state), place.after)
    rows = ((str(row.id), cells(row)) for row in page.rows)
    return place.at(page), table(HEADERS, rows, NOTHING_YET), place.words(page)


def cells(row: RowView) -> Sequence[str]:
    """Return what the list shows of one row."""
    notes = [f"{row.flags} flags"] if row.flags else []
    notes += ["left out of training"] if row.excluded else []
    title = Markup('<span dir="auto">{}</span><small>{}</small>').format(
        row.title, ", ".join(notes)
    )
    by = f"by {row.category_source}" if row.category_source else ""
    kind = Markup("{}<small>{}</small>").format(SHORT.get(row.category, "not proposed"), by)
    return [title, kind, row.source, tag(row.split, "split")]


def show_row(project: Project, key: str) -> tuple:
    """Return one row in full, the choice of its category, and its key."""
    row = read_row(project, int(key)) if key.isdecimal() else None
    if row is None:
        gone = "This row is not in the set any more."
        return empty(gone), gr.update(visible=False), ""
    value = row.row.category or None
    return row_card(row), gr.update(visible=True, value=value), key


def set_excluded(project: Project, key: str) -> tuple:
    """Do what the button of a row says: "row:ID:out" or "row:ID:in"."""
    _, _, rest = key.partition(":")
    number, _, wish = rest.partition(":")
    if number.isdecimal():
        exclude_row(project, int(number), wish == "out", WHO)
    return show_row(project, number)


def set_row_category(project: Project, key: str, value: str) -> tuple:
    """Write the category that a person chose, and show the row."""
    if key.isdecimal():
        set_category(project, int(key), value, WHO)
    return show_row(project, key)


def row_card(detail: RowDetail) -> Markup:
    """Return one row: the prompt, the two answers side by side, and what was noticed."""
    row = detail.row
    html = (
        '<section class="eh-detail"><h3 dir="auto">{}</h3><div class="eh-tags">{}{}{}</div>{}'
        '<h4>Prompt</h4>{}<div class="eh-columns">{}{}</div>{}</section>'
    )
    flags = join(Markup('<li><span dir="auto">{}</span></li>').format(one) for one in detail.flags)
    noticed = Markup('<ul class="eh-reasons">{}</ul>').format(flags) if flags else NOTHING
    words = "Train on this row again" if row.excluded else "Leave this row out of training"
    return Markup(html).format(
        row.title,
        tag(row.split, "split"),
        tag(row.source),
        tag("left out of training", "warn") if row.excluded else NOTHING,
        noticed,
        conversation(detail.prompt),
        answer("Chosen", detail.chosen),
        answer("Rejected", detail.rejected),
        action(f"row:{row.id}:{'in' if row.excluded else 'out'}", words),
    )


def answer(title: str, messages: Sequence[tuple[str, str]]) -> Markup:
    """Return one answer as a card."""
    html = '<article class="eh-card"><header><span class="eh-arm">{}</span></header>{}</article>'
    return Markup(html).format(title, conversation(messages))


def conversation(messages: Sequence[tuple[str, str]]) -> Markup:
    """Return messages as text, each with its role."""
    html = '<p class="eh-message" dir="auto"><b>{}</b> {}</p>'
    return join(Markup(html).format(role, content) for role, content in messages)
