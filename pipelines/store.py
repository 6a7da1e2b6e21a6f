"""A project on disk: its folder, its database, its transactions.

    <root>/project.db   SQLite in WAL mode, foreign keys on, schema kept by alembic
    <root>/runs/<id>/   files of one training run
    <root>/exports/     what was exported

Writers take the write lock at once (BEGIN IMMEDIATE) and wait for each other for up to a minute,
so two processes never meet "database is locked"; readers never block. `synchronous` is FULL:
what has been committed survives a kill and a power cut. `project.db` must lie on a local disk;
network file systems and mounted buckets break SQLite's locks.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from pipelines.errors import ProjectError

BUSY_TIMEOUT_MS = 60_000
IDS_A_QUERY = 10_000
Id = TypeVar("Id", int, str)
HEAD = "0004"
"""The schema this code speaks; the newest file in `migrations/versions`. A test compares them."""


class Project:
    """One study. The root is passed in, never a global; folders inside it are named by ids."""

    def __init__(self, root: Path | str, create: bool = True) -> None:
        """Open the project at `root`, and make it first where there is none.

        Raises:
            ProjectError: if the folder cannot be written, is missing while `create` is off,
                holds something that is no project database, or a newer version's.
        """
        self.root = Path(root).expanduser().resolve()
        self.database = self.root / "project.db"
        if not self.database.exists() and not create:
            raise ProjectError(
                f"{self.root} holds no project. Name the folder of an existing project, or make "
                "one with the `stories` stage."
            )
        with as_project_errors(self.root):
            for folder in (self.root, self.runs, self.exports):
                folder.mkdir(parents=True, exist_ok=True)
            self.engine = connect(self.database)
            migrate(self.engine, self.root)

    @property
    def runs(self) -> Path:
        """Folder of the training runs, one folder a run id."""
        return self.root / "runs"

    @property
    def exports(self) -> Path:
        """Folder of the exported files."""
        return self.root / "exports"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session that sees one consistent state and blocks nobody."""
        with as_project_errors(self.root), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session that holds the write lock; commit at the end, roll back on an error.

        Keep it short: other writers wait meanwhile. Compute first, then write.
        """
        engine = self.engine.execution_options(begin="IMMEDIATE")
        with (
            as_project_errors(self.root),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        """Give back the database's connections."""
        self.engine.dispose()


def in_parts(ids: Collection[Id]) -> Iterator[list[Id]]:
    """Yield the ids in lists that fit into one query; SQLite limits the values that it takes."""
    every = list(ids)
    for start in range(0, len(every), IDS_A_QUERY):
        yield every[start : start + IDS_A_QUERY]


def connect(database: Path) -> Engine:
    """Return an engine whose connections have WAL, foreign keys and the busy timeout."""
    engine = create_engine(
        f"sqlite:///{database}", connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, see below
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def migrate(engine: Engine, root: Path) -> None:
    """Bring the schema to HEAD; a second process that opens the project meanwhile waits.

    Raises:
        ProjectError: if the database was written by a newer version of Evenhand.
    """
    found = schema_version(engine)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise ProjectError(
            f"{root} was written by a newer Evenhand (schema {found}, this one speaks {HEAD}). "
            "Update Evenhand to open it."
        )
    from filelock import FileLock  # noqa: PLC0415  (only when a schema is made or changed)

    from pipelines.migrations.upgrade import upgrade_to_head  # noqa: PLC0415  (loads alembic)

    with FileLock(root / "migration.lock"):
        if schema_version(engine) != HEAD:
            upgrade_to_head(engine)


def schema_version(engine: Engine) -> str | None:
    """Return the schema's revision, or None for an empty database.

    Raises:
        ProjectError: if the database has tables but none of ours.
    """
    with engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = {row[0] for row in tables}
        if not names:
            return None
        if "alembic_version" not in names:
            raise ProjectError(
                f"{engine.url.database} is a database of another program. Choose another folder."
            )
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


CAUSES = (
    ("disk is full", "The disk that holds {root} is full. Free some space, then continue: "
     "everything reported as done is saved."),
    ("file is not a database", "{root}/project.db is not an Evenhand project. "
     "Choose another folder, or put back a copy of the file."),
    ("malformed", "{root}/project.db is damaged. Put back a copy of the file, or recover what "
     "it holds with: sqlite3 project.db .recover"),
    ("readonly", "{root} cannot be written. Choose a folder that you may write to."),
    ("unable to open", "{root} cannot be opened. Choose a folder that you may read and write."),
    ("locked", "{root} is being written by another program for over a minute. "
     "Close that program, then continue."),
)  # fmt: skip
"""Parts of SQLite's own messages, and what they mean for the person."""


@contextmanager
def as_project_errors(root: Path) -> Iterator[None]:
    """Turn what a person can mend about disk and database into a ProjectError."""
    try:
        yield
    except DatabaseError as error:
        reason = str(error.orig)
        for part, sentence in CAUSES:
            if part in reason:
                raise ProjectError(sentence.format(root=root)) from error
        raise
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise ProjectError(
            f"{root} cannot be used as a project folder ({error.strerror}). Choose another one."
        ) from error
