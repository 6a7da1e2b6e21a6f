"""Stream the objects of a JSON file: an array of objects, or an object with one array of them.

The array may be any size, because one object at a time is held. An object may nest MAX_DEPTH
levels and have MAX_LINE characters.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from pipelines.errors import DataError
from pipelines.files.lines import next_line
from pipelines.files.opening import MAX_LINE, open_text

CHUNK = 1 << 16
MAX_DEPTH = 64
NAMES = {
    "start_array": "an array", "string": "a text", "number": "a number", "null": "null",
    "boolean": "true or false",
}  # fmt: skip
NEEDED = "What is needed is an array of objects, or an object with one array of them"


class Feeding:
    """A text as the UTF-8 bytes that the parser asks for, one line or less at a time.

    So the parser is never ahead of the line that is named when it fails.
    """

    def __init__(self, text: TextIO, name: str) -> None:
        self.text = text
        self.name = name
        self.line = 1
        self.ended = False  # did the last piece end its line?
        self.pending = 0  # characters since the last whole object

    def read(self, size: int) -> bytes:
        """Return the next piece, b"" at the end.

        Raises:
            DataError: for text that cannot be read, or an object that is too long.
        """
        if not size:
            return b""
        self.line += self.ended
        piece = next_line(self.text, self.name, self.line, CHUNK)
        self.ended = piece.endswith("\n")
        self.pending += len(piece)
        if self.pending > MAX_LINE:
            raise DataError(
                f"{self.name}:{self.line}: an object has more than {MAX_LINE:,} characters. "
                f"{NEEDED}, each of a fair size."
            )
        return piece.encode("utf-8")


def read_json(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number, object) for each object of the file's array; the first one is 1.

    Raises:
        DataError: if the file is not such JSON.
    """
    with open_text(path) as text:
        feeding = Feeding(text, path.name)
        number = 0
        for number, row in enumerate(objects(feeding), start=1):
            feeding.pending = 0
            yield number, row
        if not number:
            raise DataError(f"{path.name}: the JSON holds no rows. {NEEDED}.")


def objects(feeding: Feeding) -> Iterator[dict[str, Any]]:
    """Yield the objects of the one array, wherever it is.

    Raises:
        DataError: for broken JSON, an array of other things, none, or a second array.
    """
    import ijson  # noqa: PLC0415  (loads a C library)

    array = OneArray(feeding)
    with as_data_errors(feeding):
        for event, value in ijson.basic_parse(feeding, use_float=True, buf_size=CHUNK):
            row = array.take(event, value)
            if row is not None:
                yield row


class OneArray:
    """Finds the one array of objects in the parser's events and builds its objects."""

    def __init__(self, feeding: Feeding) -> None:
        self.feeding = feeding
        self.depth = 0  # containers that are open
        self.home = 0  # depth of the array; 0 before it begins
        self.inside = False
        self.builder: Any = None

    def take(self, event: str, value: Any) -> dict[str, Any] | None:
        """Take in one event; return the object that it completes, or None."""
        if event.startswith("start_"):
            self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault(f"more than {MAX_DEPTH} levels of brackets")
        row = self.build(event, value) if self.inside else self.look(event)
        if event.startswith("end_"):
            self.depth -= 1
        return row

    def look(self, event: str) -> None:
        """Go in where an array begins at the top, or as a value of the outer object."""
        if event == "start_array" and self.depth <= 2:
            if self.home:
                raise self.fault("a second array")
            self.home, self.inside = self.depth, True

    def build(self, event: str, value: Any) -> dict[str, Any] | None:
        """Give an event to the object that is being built, or begin one."""
        if self.builder is None:
            return self.begin(event)
        self.builder.event(event, value)
        if event != "end_map" or self.depth != self.home + 1:
            return None
        row, self.builder = self.builder.value, None
        return row

    def begin(self, event: str) -> None:
        """Begin an object, or leave the array."""
        if event == "end_array":
            self.inside = False
            return
        if event != "start_map":
            raise self.fault(f"{NAMES.get(event, event)} among the rows")
        from ijson import ObjectBuilder  # noqa: PLC0415  (loads a C library)

        self.builder = ObjectBuilder()
        self.builder.event(event, None)

    def fault(self, what: str) -> DataError:
        """Return the error for something that is JSON and no rows."""
        return DataError(f"{self.feeding.name}:{self.feeding.line}: {what}. {NEEDED}.")


@contextmanager
def as_data_errors(feeding: Feeding) -> Iterator[None]:
    """Turn the parser's errors into a DataError with the line it had come to."""
    from ijson import JSONError  # noqa: PLC0415  (loads a C library)

    try:
        yield
    except JSONError as error:
        raw = error.args[0] if error.args else ""
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        reason = text.strip().split("\n")[0].strip().rstrip(".")[:100]
        raise DataError(f"{feeding.name}:{feeding.line}: not JSON ({reason}). {NEEDED}.") from error
