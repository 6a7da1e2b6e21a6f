"""Rows on disk between reading and writing, so that a file of any size needs little memory.

The file has no name: it is gone when it is closed or the process ends, however that happens.
"""

import json
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipelines.errors import ProjectError


class Spool:
    """A list of JSON values on disk: append, then read any of them by its number."""

    def __init__(self, folder: Path) -> None:
        """Make an empty one on the disk that holds `folder`."""
        self.folder = folder
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (closed by __exit__)
        self.starts = array("Q")
        self.end = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):  # what a full disk could not take is needed no more
            self.file.close()

    def __len__(self) -> int:
        return len(self.starts)

    def append(self, record: Any) -> int:
        """Write one value; return its number, 0 for the first.

        Raises:
            ProjectError: if the disk is full.
        """
        data = json.dumps(record, ensure_ascii=False).encode("utf-8") + b"\n"
        with self.room():
            self.file.seek(self.end)
            self.file.write(data)
        self.starts.append(self.end)
        self.end += len(data)
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Any:
        if not 0 <= number < len(self.starts):
            raise IndexError(number)
        with self.room():  # reading writes what is still in memory first
            self.file.seek(self.starts[number])
            return json.loads(self.file.readline())

    @contextmanager
    def room(self) -> Iterator[None]:
        """Turn a full disk into a ProjectError."""
        try:
            yield
        except OSError as error:
            raise ProjectError(
                f"The rows cannot be kept on the disk that holds {self.folder} "
                f"({error.strerror}). Free some space, then import the file again."
            ) from error
