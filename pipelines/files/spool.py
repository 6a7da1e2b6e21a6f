"""Keep what was read of a file on disk until all of it is, so that memory stays flat.

The spool lies in the folder it is given, has no name there, and is gone when it is closed or its
process ends, however that happens.
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
    """A list of JSON values on disk: append, then read any of them by its number, or all."""

    def __init__(self, folder: Path) -> None:
        """Make an empty one on the disk that holds `folder`.

        Raises:
            ProjectError: here and later, if the disk cannot hold it.
        """
        self.folder = folder
        self.starts = array("Q")
        self.end = 0
        self.at_end = True  # going there writes to the disk each time
        with self.room():
            self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (closed by __exit__)

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):  # what a full disk could not take is needed no more
            self.file.close()

    def __len__(self) -> int:
        return len(self.starts)

    def append(self, value: Any) -> int:
        """Write one value to the end; return its number, 0 for the first."""
        data = json.dumps(value, ensure_ascii=False).encode("utf-8") + b"\n"
        with self.room():
            if not self.at_end:
                self.file.seek(self.end)
            self.at_end = True
            self.file.write(data)
        self.starts.append(self.end)
        self.end += len(data)
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Any:
        if not 0 <= number < len(self.starts):
            raise IndexError(number)
        return self.read(number, 1)[0]

    def batches(self, size: int) -> Iterator[list[Any]]:
        """Yield all values in lists of `size`; the last one may be shorter."""
        for first in range(0, len(self), size):
            yield self.read(first, min(size, len(self) - first))

    def read(self, first: int, count: int) -> list[Any]:
        """Return `count` values from the number `first` on."""
        with self.room():  # reading writes what is still in memory first
            self.at_end = False
            self.file.seek(self.starts[first])
            return [json.loads(self.file.readline()) for _ in range(count)]

    @contextmanager
    def room(self) -> Iterator[None]:
        """Turn a full disk into a ProjectError."""
        try:
            yield
        except OSError as error:
            raise ProjectError(
                f"{self.folder} cannot hold the rows that were read ({error.strerror}). Free some "
                "space, then import the file again: none of it was written."
            ) from error
