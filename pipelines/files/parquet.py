"""Read Parquet row by row, a small batch at a time."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pipelines.errors import DataError
from pipelines.files.opening import open_bytes

MAGIC = b"PAR1"
BATCH = 64  # few, because one long text may stand for many rows in a small file


def read_parquet(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (row number, row); the first row is 1. A packed file is unpacked on disk first.

    Raises:
        DataError: if the file is damaged, has a column name twice, a value that Python has no
            form for, or no rows.
    """
    import pyarrow as pa  # noqa: PLC0415  (loads pyarrow)
    from pyarrow import parquet  # noqa: PLC0415  (loads pyarrow)

    number = 0
    with open_seekable(path) as file:
        try:
            opened = parquet.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)
            check_names(opened.schema_arrow.names, path.name)
            for batch in opened.iter_batches(batch_size=BATCH):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
        except (OverflowError, LookupError) as error:  # dates that Python has not, unknown zones
            raise DataError(
                f"{path.name}: row {number + 1} or one soon after it holds a value that cannot be "
                f"read ({str(error)[:120]}). Write that column as text, or leave it out."
            ) from error
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            reason = str(error).split("\n")[0][:120]
            raise DataError(
                f"{path.name}: not Parquet that can be read ({reason}). Write the file again."
            ) from error
    if not number:
        raise DataError(f"{path.name}: the table has no rows. Choose a file with rows in it.")


@contextmanager
def open_seekable(path: Path) -> Iterator[IO[bytes]]:
    """Yield bytes in which one can go back, as Parquet is read from its end.

    Raises:
        DataError: as `open_bytes`.
    """
    with open_bytes(path) as file:
        if file.seekable():
            yield file
            return
        with tempfile.TemporaryFile() as unpacked:
            shutil.copyfileobj(file, unpacked, 1 << 20)
            unpacked.seek(0)
            yield unpacked


def check_names(names: list[str], file: str) -> None:
    """Check that every column has a name of its own.

    Raises:
        DataError: with the first name that comes twice.
    """
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            f"{file}: the column {twice[:60]!r} is there twice. Give each column a name of its own."
        )
