"""Stories: fill the project from the library, look through the families, take some out."""

from collections.abc import Sequence

import gradio as gr
from markupsafe import Markup

from pipelines.configs import StoriesConfig
from pipelines.records import Kind, Split
from pipelines.store import Project
from pipelines.stories.exclusion import exclude_family, exclude_story
from pipelines.stories.library import themes
from pipelines.stories.stage import write_stories
from pipelines.views.stories import FamilyFilter, FamilyRow, list_families, read_family
from studio.cards import empty, family_card, tag
from studio.forms import KINDS, fill, filter_for, input_for
from studio.listing import clickable, draw_listing, wire_listing
from studio.notices import mendable, tell
from studio.session import CHEAP, SLOW, Desk
from studio.tables import Place, table

FIELDS = ("theme", "families", "arms", "seed")
HEADERS = ("Plot", "Theme", "Split", "Wordings")
NOTHING = "No families here yet. “Fill from the library” is the first step of a study."
PICK = "Choose a family in the list to read its stories side by side."


def build(desk: Desk) -> None:
    """Draw the tab and wire its events."""
    gr.Markdown(
        "## Stories\nOne plot, told about a man, a woman and a person called “they”; nothing "
        "else changes. Families are split once: what is trained on is never tested on."
    )
    form, start = draw_form()
    filters = draw_filters()
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=260):
            listing = draw_listing("stories-list")
        with gr.Column(scale=7, min_width=260):
            detail = clickable("stories-detail", empty(PICK))
    redraw = wire_listing(desk, listing, filters, show_list)
    wire_form(desk, start, form)
    wire_detail(desk, listing.rows, detail).then(
        redraw, [desk.chosen, listing.place, *filters], listing.outputs, **CHEAP
    )


def draw_form() -> tuple[list[gr.components.Component], gr.Button]:
    """Draw what the stories stage needs; return its inputs in the order of FIELDS."""
    with gr.Group(elem_classes="eh-form"):
        with gr.Row():
            theme = gr.Dropdown(
                ["all", *themes()],
                value="all",
                label="Theme",
                info="Take plots of one theme of the library, or of all.",
            )
            inputs = [theme, *(input_for(StoriesConfig, name) for name in FIELDS[1:])]
        start = gr.Button("Fill from the library", variant="primary", elem_id="stories-fill")
    return inputs, start


def draw_filters() -> list[gr.components.Component]:
    """Draw the filters of the list, in the order of FamilyFilter."""
    with gr.Row(elem_classes="eh-filters"):
        return [
            filter_for("Show theme", "What the plot is about.", themes()),
            filter_for("Show split", "What the family may be used for.", list(Split)),
            filter_for(
                "Show kind",
                "Plots are open to judgment, controls are clear.",
                list(KINDS),
                "open plots",
            ),
        ]


def wire_form(desk: Desk, start: gr.Button, inputs: Sequence[gr.components.Component]) -> None:
    """Fill the project when the button is pressed, and let every tab read again."""

    def run(name: str, *values: object) -> str:
        with mendable():
            message, stamp = fill_project(desk.project(name), values)
        tell(message)
        return stamp

    start.click(run, [desk.chosen, *inputs], desk.opened, **SLOW)


def wire_detail(desk: Desk, rows: gr.HTML, detail: gr.HTML) -> gr.events.Dependency:
    """Show the family that is clicked; return the event after which the list has to be redrawn."""

    def choose(name: str, event: gr.EventData) -> str:
        with mendable():
            return show_family(desk.project(name), str(event.key))

    def change(name: str, event: gr.EventData) -> str:
        with mendable():
            return set_excluded(desk.project(name), str(event.key))

    rows.click(choose, desk.chosen, detail, **CHEAP)
    desk.chosen.change(lambda: empty(PICK), None, detail, **CHEAP)
    return detail.click(change, desk.chosen, detail, **CHEAP)


def fill_project(project: Project, values: Sequence[object]) -> tuple[str, str]:
    """Write the chosen families; return a sentence about it, and a stamp of what there is now."""
    *_, last = write_stories(project, fill(StoriesConfig, FIELDS, values))
    counts = last.result or {}
    message = f"The project has {counts['families']} families with {counts['stories']} stories."
    return message, f"stories-{last.total}-{counts['stories']}"


def show_list(
    project: Project, place: Place, theme: str, split: str, kind: str
) -> tuple[Place, Markup, str]:
    """Return the page of families at `place`."""
    page = list_families(project, FamilyFilter(theme, split, KINDS.get(kind, kind)), place.after)
    rows = ((row.id, cells(row)) for row in page.rows)
    return place.at(page), table(HEADERS, rows, NOTHING), place.words(page)


def cells(row: FamilyRow) -> list[str]:
    """Return what the list shows of one family."""
    note = f"{row.excluded} of {row.stories} stories excluded" if row.excluded else ""
    clear = "clear control" if row.kind == Kind.CONTROL else ""
    title = Markup("{}<small>{} {}</small>").format(row.title, clear, note)
    return [title, row.theme, tag(row.split, "split"), str(row.wordings)]


def show_family(project: Project, family_id: str) -> Markup:
    """Return one family in full, with the buttons that take stories out."""
    family = read_family(project, family_id)
    return family_card(family) if family else empty("This family is not in the project any more.")


def set_excluded(project: Project, key: str) -> Markup:
    """Do what a button of the detail says: "family:ID:out", "story:ID:in" and so on."""
    subject, _, rest = key.partition(":")
    identity, _, wish = rest.rpartition(":")
    family_id, _, story = identity.partition("#")
    if subject == "family":
        exclude_family(project, family_id, wish == "out", "studio")
    elif subject == "story" and story.isdecimal():
        exclude_story(project, int(story), wish == "out", "studio")
    return show_family(project, family_id)
