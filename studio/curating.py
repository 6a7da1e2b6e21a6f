"""What the Curate tab does with a card: show, check, decide, move. No component is named here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipelines import curation
from pipelines.configs import AcceptConfig
from pipelines.errors import ConfigError
from pipelines.store import Project
from pipelines.views.curation import (
    QUEUES,
    CardView,
    CheckView,
    accepted_by_split,
    check_typed,
    find_card,
    queue_counts,
    read_card,
    rows_by_source,
)
from studio.cards import callout, empty, join, judged_card, other_text, tag
from studio.tables import table

NOTHING = {
    "to do": "Nothing to decide. Judge stories in the Judgments tab, then draft above.",
    "accepted": "Nothing accepted yet. Decide about the cards that are to do.",
    "discarded": "Nothing discarded.",
    "flagged": "No draft fails a check.",
}
STATUS = {"draft": "to do", "accepted": "accepted", "discarded": "discarded"}


@dataclass(frozen=True)
class Spot:
    """Where a person is in curation; the browser keeps it, so that a refresh loses nothing."""

    project: str = ""
    queue: str = "to do"
    card: int = 0
    text: str | None = None  # typed and not saved yet

    @classmethod
    def read(cls, kept: Any, project: str) -> "Spot":
        """Return what the browser kept for this project; a fresh start from anything else."""
        if not isinstance(kept, dict) or kept.get("project") != project:
            return cls(project)
        queue, card, text = kept.get("queue"), kept.get("card"), kept.get("text")
        return cls(
            project,
            queue if queue in QUEUES else "to do",
            card if isinstance(card, int) else 0,
            text if isinstance(text, str) else None,
        )


@dataclass(frozen=True)
class Shown:
    """Everything the tab shows of one card."""

    spot: Spot
    head: Markup
    pair: Markup
    text: str
    checks: Markup
    queues: list[tuple[str, str]]


def show(project: Project, spot: Spot, step: int = 0) -> Shown:
    """Return what is shown `step` cards from a spot; typed text stays on its own card."""
    card = find_card(project, spot.queue, spot.card, step)
    counted = queue_counts(project)
    queues = [(f"{queue} ({counted[queue]:,})", queue) for queue in QUEUES]
    if card is None:
        nothing = empty(NOTHING[spot.queue])
        at = Spot(spot.project, spot.queue)
        return Shown(at, nothing, Markup(""), "", Markup(""), queues)
    typed = spot.text if card.id == spot.card else None
    checks = check_typed(project, card.id, typed) if typed is not None else card.checks
    at = Spot(spot.project, spot.queue, card.id, typed)
    text = card.text if typed is None else typed
    return Shown(at, head(card), pair_of(card), text, checks_list(checks), queues)


def head(card: CardView) -> Markup:
    """Return the line over a card: where it is in the queue, and what is known about it."""
    html = '<div class="eh-cardhead"><h3 dir="auto">{}</h3><span>{:,} of {:,}</span>{}{}{}{}</div>'
    who = f"{card.status} by {card.decided_by}" if card.decided_by else card.status
    source = {
        "template": "from the template",
        "model": "written by the model",
        "import": "from the imported file",
    }
    written = source.get(card.source, "written by a person")
    edited = f", {card.edit_distance} characters changed" if card.edit_distance else ""
    test = tag("test families never train", "warn") if card.split == "test" else Markup("")
    return Markup(html).format(
        card.title, card.place, card.total, tag(card.split, "split"), tag(who),
        tag(written + edited), test,
    )  # fmt: skip


def pair_of(card: CardView) -> Markup:
    """Return the man's and the woman's story with their judgments, side by side."""
    arms = [one for one in card.pair.arms if one.story.arm != "they"] if card.pair else []
    if not arms:
        return callout("The judgments of this pair are gone", ["Judge the stories again."], "alarm")
    stories = [one.story for one in arms]
    columns = join(judged_card(one, other_text(stories, one.story)) for one in arms)
    return Markup('<div class="eh-columns">{}</div>').format(columns)


def checks_list(checks: tuple[CheckView, ...]) -> Markup:
    """Return the checks as a list; each has a sign and a sentence besides its color."""
    html = '<li class="eh-{}"><b>{} {}</b> <span dir="auto">{}</span></li>'
    items = join(
        Markup(html).format(
            "ok" if check.ok else "bad", "✓" if check.ok else "✗", check.name, check.reason
        )
        for check in checks
    )
    return Markup('<ul class="eh-checks" aria-live="polite">{}</ul>').format(items)


def save_typed(project: Project, spot: Spot, text: str, who: str) -> None:
    """Save the text of a card if it is not what is stored."""
    card = read_card(project, spot.card)
    if card is not None and text.strip() != card.text:
        curation.edit(project, card.id, text, who)


def decide(project: Project, spot: Spot, text: str, who: str, action: Callable[..., Any]) -> Shown:
    """Accept or discard a card with the text as it stands, and show the next one.

    Raises:
        ConfigError: if nobody is named, or there is no card.
    """
    if not spot.card:
        raise ConfigError("There is no card here. Draft balanced judgments first.")
    if action is curation.accept:
        save_typed(project, spot, text, who)
    action(project, [spot.card], who)
    return show(project, Spot(spot.project, spot.queue, spot.card))


def save(project: Project, spot: Spot, text: str, who: str) -> Shown:
    """Save the text of a card and stay on it."""
    if spot.card:
        save_typed(project, spot, text, who)
    return show(project, Spot(spot.project, spot.queue, spot.card))


def take_back(project: Project, spot: Spot, who: str, action: Callable[..., Any]) -> Shown:
    """Undo or redo this person's last decision, and show what it was about."""
    decision = action(project, who)
    card = read_card(project, decision.ids[0]) if decision.ids else None
    if card is None:
        return show(project, spot)
    return show(project, Spot(spot.project, STATUS[card.status], card.id))


def accept_all(project: Project, spot: Spot, who: str) -> tuple[str, Shown]:
    """Accept every draft that passes all checks; one undo takes all of them back."""
    *_, last = curation.accept_passing(project, AcceptConfig(all_passing=True, as_=who or ""))
    done = last.result or {}
    message = f"{done['accepted']} accepted, {done['left']} left to do. U takes all of them back."
    return message, show(project, spot)


def preference_summary(project: Project) -> Markup:
    """Return how the preference set stands, by split and source."""
    accepted = accepted_by_split(project)
    cells = [
        ("", (model, split, f"{number:,}", "never trains" if split == "test" else "yes"))
        for (model, split), number in sorted(accepted.items())
    ]
    nothing = "No pair is accepted yet, so there is nothing to train on."
    pairs = table(("Model", "Split", "Accepted pairs", "Goes into training"), cells, nothing)
    rows = [("", (m, split, source, f"{n:,}")) for m, split, source, n in rows_by_source(project)]
    built = table(
        ("Model", "Split", "Source", "Rows"), rows,
        "The rows are built when you export or train: one for each arm of a pair, and the "
        "controls, which keep “Both” from being always right.",
    )  # fmt: skip
    return pairs + Markup("<h4>Rows, as last built</h4>") + built
