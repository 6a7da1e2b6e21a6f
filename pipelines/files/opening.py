"""Open a file that somebody brings as bytes or as text, or say why it cannot be read.

A gzip file is unpacked while it is read. One that unpacks to more than MAX_RATIO times its size
is refused as soon as it has given SMALL bytes, and every one at MAX_UNPACKED, so that a small file
cannot keep the machine busy for hours. Text is UTF-8, UTF-16 or UTF-32 with a mark; other
encodings are told from the first HEAD bytes.

Not covered: archives (zip, tar, 7z), spreadsheets, UTF-16 without a byte order mark.
"""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from pipelines.errors import DataError

HEAD = 1 << 20
MAX_LINE = 16_000_000
"""Characters of one line, or of one object of a JSON array."""
SMALL = 64 << 20
MAX_RATIO = 200  # text packs 3 to 20 times smaller; gzip's most is 1,032
MAX_UNPACKED = 8 << 30

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BINARIES = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "a database"),
    (b"\x1f\x8b", "packed twice"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
)
FORMS = "a text file (JSON, JSONL, CSV or TSV, also as .gz) or Parquet"


def sha256_of(path: Path | str) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hex digits.

    Raises:
        DataError: if the file cannot be read.
    """
    with open_raw(Path(path)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def name_of(path: Path) -> str:
    """Return a file's name as it can be stored; bytes in it that are no text become "?"."""
    return path.name.encode("utf-8", "replace").decode("utf-8")


def open_raw(path: Path) -> BinaryIO:
    """Open a file's bytes as they are on disk.

    Raises:
        DataError: if it is missing, empty, no file, or may not be read.
    """
    try:
        if path.is_dir():
            raise DataError(f"{path}: a folder, not a file. Name one file in it.")
        if path.exists() and not path.is_file():
            raise DataError(
                f"{path}: a device or a pipe, not a file. Save what it gives in a file, and name "
                "that one."
            )
        if not path.is_file():
            raise DataError(f"{path}: there is no such file. Check its name and folder.")
        if not path.stat().st_size:
            raise DataError(f"{path.name}: the file is empty. Choose one with rows in it.")
        return path.open("rb")
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror}). Choose another file."
        ) from error


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Yield a file's bytes, unpacked if they are packed with gzip; the bytes tell, not the name.

    Raises:
        DataError: as `open_raw`, and while reading if the packed data are damaged or a bomb.
    """
    with open_raw(path) as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            yield raw
            return
        unpacked = Unpacking(raw, path)
        with io.BufferedReader(unpacked, buffer_size=1 << 17) as file:
            yield file


class Unpacking(io.RawIOBase):
    """The unpacked bytes of a gzip file, read once from the front, with the caps held."""

    def __init__(self, raw: BinaryIO, path: Path) -> None:
        self.name = path.name
        self.size = path.stat().st_size
        self.file = gzip.GzipFile(fileobj=raw)
        self.given = 0

    def readable(self) -> bool:
        """Say yes; nothing else can be done with it."""
        return True

    def readinto(self, buffer: bytearray) -> int:
        """Fill the buffer as far as one step of unpacking goes.

        Raises:
            DataError: if the data are cut off or damaged, or unpack to too much.
        """
        try:
            data = self.file.read1(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataError(
                f"{self.name}: the packed data are cut off or damaged ({error}). "
                "Download or pack the file again."
            ) from error
        self.given += len(data)
        bomb = self.given > SMALL and self.given > MAX_RATIO * self.size
        if bomb or self.given > MAX_UNPACKED:
            raise DataError(
                f"{self.name}: {self.size:,} bytes unpack to more than {self.given:,}, which is "
                "more than is read. Unpack the file yourself and split it."
            )
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_text(path: Path, newline: str | None = None) -> Iterator[TextIO]:
    """Yield a file's text; bytes that do not fit its encoding are found by `read_lines`.

    Raises:
        DataError: as `open_bytes`, for a binary file, and for an encoding that stays unclear.
    """
    with open_bytes(path) as probe:
        encoding = encoding_of(probe.read(HEAD), path.name)
    with open_bytes(path) as file:
        yield io.TextIOWrapper(file, encoding, errors="surrogateescape", newline=newline)


def encoding_of(head: bytes, name: str) -> str:
    """Return the encoding that a file's first bytes show, as Python calls it.

    Raises:
        DataError: for a binary file, and if no encoding is clear.
    """
    for start, what in BINARIES:
        if head.startswith(start):
            raise DataError(f"{name}: this is {what}. What is needed is {FORMS}.")
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        raise DataError(
            f"{name}: a binary file (it holds NUL bytes). What is needed is {FORMS}; "
            "save text as UTF-8."
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return detected(head, name)
    return "utf-8"


CANDIDATES = (
    "cp1252", "cp1251", "cp1250", "cp1253", "mac_roman", "cp932", "gb18030", "big5", "cp949",
    "euc_jp",
)  # fmt: skip
ENGLISH_SIGNS = frozenset("‘’“”–—…")
PLAUSIBLE = 0.02


def detected(head: bytes, name: str) -> str:
    """Return the encoding of bytes that are not UTF-8, if one is clear.

    charset-normalizer drops what reads as noise. Where it leaves several readings, the one whose
    characters beyond ASCII are mostly the signs of English print is taken, if it is the only one.

    Raises:
        DataError: if none is clear.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415  (seldom needed)

    readings = {
        str(match): match.encoding
        for match in from_bytes(head, cp_isolation=list(CANDIDATES))
        if match.chaos <= PLAUSIBLE
    }
    printed = [text for text in readings if english_print(text)]
    clear = printed if len(readings) > 1 else list(readings)
    if len(clear) == 1:
        return readings[clear[0]]
    raise DataError(
        f"{name}: its text is not UTF-8, and which encoding it is in is not clear. "
        "Save the file as UTF-8."
    )


def english_print(text: str) -> bool:
    """Tell whether most characters beyond ASCII are quotation marks, dashes and the like."""
    beyond = [sign for sign in text if not sign.isascii()]
    return sum(sign in ENGLISH_SIGNS for sign in beyond) * 2 > len(beyond)
