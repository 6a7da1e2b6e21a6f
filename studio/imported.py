"""Imported files as escaped HTML: what was taken, skipped, repaired and noticed."""

from collections.abc import Sequence

from markupsafe import Markup

from pipelines.views.preference_rows import FileView
from studio.cards import NOTHING, empty, join, tag


def files_card(files: Sequence[FileView]) -> Markup:
    """Return the imported files: what was taken, skipped and noticed."""
    if not files:
        return empty("No file was imported here yet.")
    return join(map(file_card, files))


def file_card(file: FileView) -> Markup:
    """Return one imported file."""
    html = (
        '<section class="eh-request"><p><b dir="auto">{}</b> {}</p><p>{} of {} taken.</p>{}'
        "</section>"
    )
    counted = [(f"skipped, {reason}", count) for reason, count in file.skipped.items()]
    counted += [(f"repaired, {what}", count) for what, count in file.repaired.items()]
    rows = join(
        Markup('<li><b>{:,}</b> <span dir="auto">{}</span></li>').format(count, words)
        for words, count in counted
    )
    rows += join(Markup('<li><span dir="auto">{}</span></li>').format(one) for one in file.notes)
    reasons = Markup('<ul class="eh-reasons">{}</ul>').format(rows) if rows else NOTHING
    return Markup(html).format(
        file.name, tag(file.format), f"{file.taken:,}", f"{file.read:,}", reasons
    )
