"""Pages of a long list: 25 rows and the key after which the next page begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

PAGE = 25
Row = TypeVar("Row")
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page; `following` is the key that the next page starts after, None on the last one."""

    rows: tuple[Row, ...]
    total: int | None  # rows on all pages; counted with the first page only
    following: Key | None


def read_page(
    session: Session,
    query: Select,
    order: Sequence[Any],
    after: Key | None,
    make: Callable[[Any], Row],
    descending: bool = False,
) -> Page[Row]:
    """Return the page of `query` that starts after the key `after`.

    `order` names the columns of the key, the last one unique; they are among those selected
    as the first columns of a row.
    """
    total = None
    if after is None:
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    else:
        key = tuple_(*order)
        query = query.where(key < tuple(after) if descending else key > tuple(after))
    columns = [column.desc() if descending else column.asc() for column in order]
    found = session.execute(query.order_by(*columns).limit(PAGE + 1)).all()
    rows = found[:PAGE]
    following = tuple(rows[-1][: len(order)]) if len(found) > PAGE else None
    return Page(tuple(make(row) for row in rows), total, following)
