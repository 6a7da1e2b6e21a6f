"""Keep the families of a file on disk until all of it is read, so that memory stays flat.

The spool lies in the project's folder, has no name there, and is gone when its process ends,
however it ends.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines.errors import ProjectError


class Spool:
    """A list of JSON objects on disk, written once from front to back, then read in batches."""

    def __init__(self, folder: Path) -> None:
        """Begin a list in `folder`.

        Raises:
            ProjectError: here and later, if the folder cannot hold it.
        """
        self.folder = folder
        self.size = 0
        with self.room():
            self.file = tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder)  # noqa: SIM115

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        with self.room():
            self.file.close()

    def add(self, entry: dict[str, Any]) -> None:
        """Add one object to the end."""
        with self.room():
            self.file.write(json.dumps(entry) + "\n")
        self.size += 1

    def batches(self, size: int) -> Iterator[list[dict[str, Any]]]:
        """Yield all objects in lists of `size`; the last one may be shorter."""
        with self.room():
            self.file.seek(0)
        while batch := [json.loads(line) for line in islice(self.file, size)]:
            yield batch

    @contextmanager
    def room(self) -> Iterator[None]:
        """Turn a full disk into an error that says what to do."""
        try:
            yield
        except OSError as error:
            raise ProjectError(
                f"{self.folder} cannot hold the rows that were read ({error.strerror}). Free some "
                "space, then import the file again: none of it was written."
            ) from error
