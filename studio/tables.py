"""Lists as tables whose rows can be clicked, and where a person is in a long one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from pipelines.views.pages import PAGE, Key, Page
from studio.cards import empty, join


@dataclass(frozen=True)
class Place:
    """Where a person is in a list: the keys that the pages so far began after."""

    starts: tuple[Key | None, ...] = (None,)
    following: Key | None = None
    total: int = 0  # rows on all pages, as counted with the first

    @property
    def after(self) -> Key | None:
        """The key that this page starts after."""
        return self.starts[-1]

    def moved(self, step: int) -> "Place":
        """Return the place one page on (step 1) or back (step -1); it stays at either end."""
        if step > 0 and self.following is not None:
            return replace(self, starts=(*self.starts, self.following), following=None)
        return replace(self, starts=self.starts[:-1] or (None,)) if step < 0 else self

    def at(self, page: Page) -> "Place":
        """Return the place with what its page tells: the next key, and the total if counted."""
        total = self.total if page.total is None else page.total
        return replace(self, following=page.following, total=total)

    def words(self, page: Page) -> str:
        """Say which rows of how many are shown."""
        if not page.rows:
            return "0 rows"
        first = PAGE * (len(self.starts) - 1) + 1
        return f"{first:,} to {first + len(page.rows) - 1:,} of {self.at(page).total:,}"


def table(
    headers: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], nothing: str
) -> Markup:
    """Return a table of (key, cells); cells are escaped unless they are Markup.

    A row without a key cannot be clicked. An empty table is the sentence `nothing`.
    """
    body = join(row_html(key, headers, cells) for key, cells in rows)
    if not body:
        return empty(nothing)
    head = join(Markup('<th scope="col">{}</th>').format(header) for header in headers)
    html = '<table class="eh-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    return Markup(html).format(head, body)


def row_html(key: str, headers: Sequence[str], cells: Sequence[str]) -> Markup:
    """Return one row; on a phone each cell carries its header."""
    inner = join(
        Markup('<td data-label="{}"><span dir="auto">{}</span></td>').format(header, cell)
        for header, cell in zip(headers, cells, strict=True)
    )
    if not key:
        return Markup("<tr>{}</tr>").format(inner)
    return Markup('<tr data-key="{}" tabindex="0">{}</tr>').format(key, inner)
