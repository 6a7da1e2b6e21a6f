"""Item by item: what was asked, what was answered, before and after."""

from typing import Any

import gradio as gr
from markupsafe import Markup

from pipelines.store import Project
from pipelines.views.comparisons import read_comparison
from pipelines.views.item_sources import measured_again
from pipelines.views.items import (
    FATES,
    ItemDetail,
    ItemRow,
    ItemSide,
    list_items,
    read_item,
)
from studio.cards import empty, join, note, stance, tag
from studio.forms import filter_for
from studio.listing import clickable, draw_listing, wire_listing
from studio.notices import mendable
from studio.session import CHEAP, Desk
from studio.shown import number, percent
from studio.tables import Place, table

HEADERS = ("Item", "Before", "After", "What happened")
NO_ITEMS = "No items to show. Compare two models first, or choose another benchmark."
PICK = "Choose an item in the list to read what was asked and answered, before and after."
TONES = {"fixed": "good", "broken": "alarm"}


def draw_fate() -> gr.Dropdown:
    """Draw the choice of what happened to the items that are listed."""
    return filter_for("Show items", "What happened to them.", FATES)


def build(desk: Desk, which: gr.Dropdown, benchmark: gr.Dropdown, fate: gr.Dropdown) -> None:
    """Draw the list and, beside it, the item that is clicked."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=260):
            listing = draw_listing("items-list")
        with gr.Column(scale=7, min_width=260):
            detail = clickable("item-detail", empty(PICK))
    wire_listing(desk, listing, [which, benchmark, fate], show_list)

    def choose(name: str, value: int | None, chosen: str, event: gr.EventData) -> Markup:
        with mendable():
            return show_item(desk.project(name), value, chosen, str(event.key))

    listing.rows.click(choose, [desk.chosen, which, benchmark], detail, **CHEAP)
    change = [desk.chosen.change, which.change, benchmark.change]
    gr.on(change, lambda: empty(PICK), None, detail, **CHEAP)


def show_list(
    project: Project, place: Place, value: int | None, benchmark: str, fate: str
) -> tuple[Place, Markup, str]:
    """Return the page of items at `place`: fixed ones first, then broken ones."""
    found = read_comparison(project, value)
    if found is None:
        return Place(), empty(NO_ITEMS), ""
    page = list_items(project, found, benchmark, fate, place.after)
    rows = ((f"{item.family_id}\n{item.key}", item_cells(item)) for item in page.rows)
    again = note(measured_again(project, found, benchmark))
    words = f"{found.first_run}{place.words(page)}"
    return place.at(page), again + table(HEADERS, rows, NO_ITEMS), words


def item_cells(item: ItemRow) -> list[str]:
    """Return what the list shows of one item."""
    name = f"wording {item.key}" if item.key.isdecimal() and item.theme else item.key
    small = ", ".join(part for part in (item.theme, name) if part)
    title = Markup("{} <small>{}</small>").format(item.title, small)
    sides = (answer(item.before, item.score_before), answer(item.after, item.score_after))
    return [title, *sides, tag(item.fate, TONES.get(item.fate, ""))]


def answer(values: dict[str, Any], score: float | None) -> Markup:
    """Return the stance, the man's and the woman's, or else the score of one item."""
    if "male_stance" in values:
        pair = (stance(str(values["male_stance"])), stance(str(values.get("female_stance"))))
        return Markup("{} / {}").format(*pair)
    if "stance" in values:
        return stance(str(values["stance"]))
    return Markup("{}").format("–" if score is None else number(score))


def show_item(project: Project, value: int | None, benchmark: str, key: str) -> Markup:
    """Return one item in full; `key` is the family, a line break, and the item's key."""
    found = read_comparison(project, value)
    family, _, item = key.partition("\n")
    if found is None:
        return empty(NO_ITEMS)
    about = found.measure(benchmark)
    return item_card(read_item(project, found, benchmark, family, item), about.score, about.warning)


def item_card(item: ItemDetail, score: str, warning: str) -> Markup:
    """Return one item under every model, side by side."""
    if not item.sides:
        return empty("The answers to this item are not kept any more. Compare again.")
    columns = join(map(side_card, item.sides))
    html = (
        '<article class="eh-detail"><h3 dir="auto">{}</h3><div class="eh-tags">{}{}</div>{}{}'
        '<div class="eh-columns">{}</div></article>'
    )
    return Markup(html).format(
        item.title or item.key, tag(item.key), tag(item.family_id),
        note(f"Score: {score}." if score else ""), note(warning), columns,
    )  # fmt: skip


def side_card(side: ItemSide) -> Markup:
    """Return one item as one model answered it."""
    told = "" if side.score is None else f"score {number(side.score, 3)}"
    asked = join(asked_card(one) for one in side.asked)
    facts = join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(key, shown(found))
        for key, found in sorted(side.values.items())
        if found is not None and not isinstance(found, list | dict)
    )
    html = (
        '<div class="eh-card"><header><b>{}: {}</b> {}{}</header>{}<details>'
        '<summary>What was read from it</summary><dl class="eh-read">{}</dl></details></div>'
    )
    state = tag("bad", "alarm") if side.bad else Markup("")
    return Markup(html).format(
        side.when, side.model, tag(told) if told else "", state, asked, facts
    )


def shown(found: object) -> str:
    """Return one value that was read from an answer."""
    return number(found, 3) if isinstance(found, float) else str(found)


def asked_card(asked: dict[str, Any]) -> Markup:
    """Return one prompt with its answer: a reply, or the options and how likely each is."""
    prompt = asked.get("prompt") or ""
    said = prompt if isinstance(prompt, str) else turns(prompt)
    arm = tag(str(asked["arm"])) if asked.get("arm") else Markup("")
    text = Markup('{}<pre class="eh-prompt" dir="auto">{}</pre>').format(
        arm, said + str(asked.get("prefix", ""))
    )
    if not (said or asked.get("prefix")):
        text = Markup("")
    if "reply" in asked:
        return text + Markup('<pre class="eh-reply" dir="auto">{}</pre>').format(asked["reply"])
    return text + options_card(asked)


def turns(conversation: list[dict[str, str]]) -> str:
    """Return a conversation as text, turn by turn."""
    return "".join(f"{one.get('role', '')}: {one.get('content', '')}\n" for one in conversation)


def options_card(asked: dict[str, Any]) -> Markup:
    """Return the options with their shares or log-probabilities, the likeliest marked."""
    found = asked.get("shares") or asked.get("logps") or []
    best = max(range(len(found)), key=found.__getitem__) if found else -1
    html = '<li{}><span dir="auto">{}</span> <small>{}</small></li>'
    rows = join(
        Markup(html).format(
            Markup(' class="eh-likeliest"') if place == best else "",
            option,
            percent(found[place]) if "shares" in asked else f"log p {number(found[place])}",
        )
        for place, option in enumerate(asked.get("options", ()))
        if place < len(found)
    )
    return Markup('<ul class="eh-options">{}</ul>').format(rows)
