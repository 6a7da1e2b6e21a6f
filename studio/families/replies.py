"""What models wrote, as escaped HTML: counts, reasons, and the raw replies that were no use."""

from collections.abc import Sequence

from markupsafe import Markup

from pipelines.views.replies import RequestView
from studio.cards import NOTHING, empty, join, tag

SHOWN_SETTINGS = ("theme", "writing", "shots", "prompting", "category", "temperature", "seed")


def replies_card(requests: Sequence[RequestView]) -> Markup:
    """Return the requests, the newest first."""
    if not requests:
        return empty("No model has written anything here yet.")
    return join(map(request_card, requests))


def request_card(request: RequestView) -> Markup:
    """Return one request: how many replies could be used, and why the others could not."""
    html = (
        '<section class="eh-request"><p><b dir="auto">{}</b> {}</p>'
        "<p>{} replies gave {} that could be used.</p>{}{}</section>"
    )
    settings = join(
        tag(f"{name} {request.settings[name]}")
        for name in SHOWN_SETTINGS
        if request.settings.get(name) not in (None, "")
    )
    rows = join(
        Markup("<li><b>{:,}</b> <span dir='auto'>{}</span></li>").format(count, reason)
        for reason, count in sorted(request.reasons.items(), key=lambda one: -one[1])
    )
    reasons = Markup('<ul class="eh-reasons">{}</ul>').format(rows) if rows else NOTHING
    return Markup(html).format(
        request.model, settings, f"{request.replies:,}", f"{request.kept:,}", reasons,
        raw_replies(request),
    )  # fmt: skip


def raw_replies(request: RequestView) -> Markup:
    """Return the newest replies that were no use, folded away."""
    if not request.unread:
        return NOTHING
    html = '<details class="eh-log"><summary>Replies that could not be used</summary>{}</details>'
    said = join(
        Markup('<p>{}</p><pre dir="auto">{}</pre>').format(reason, text)
        for reason, text in request.unread
    )
    return Markup(html).format(said)
