"""Read sentences with their term and attribute out of a model's reply, in whatever form it has.

Forms that are read: JSON lists and objects, also with a comma too many, quotes of other kinds or
inside a code fence; lines such as [sentence, term, attribute]; tables; and labelled lines
("Sentence: … Term: … Attribute: …"). What looks like an entry and cannot be read is counted.

Not covered: prose that mentions term and attribute without any of these forms, and JSON of
more than one level in an entry. What is read may be wrong; `validator.py` looks at it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 50_000
"""Characters of a reply that are read."""
MOST_ENTRIES = 500
MOST_TERM_WORDS = 3


@dataclass(frozen=True)
class Entry:
    """A sentence as a model gave it; `stereotyped` is "" where it named none."""

    sentence: str
    term: str
    attribute: str
    stereotyped: str = ""


@dataclass(frozen=True)
class Reading:
    """What one reply holds."""

    entries: tuple[Entry, ...]
    unreadable: int  # pieces beside the entries that look like one and are none


SIGNS = str.maketrans(
    dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’`", "'") | dict.fromkeys(range(0xD800, 0xE000))
)
FENCE = re.compile(r"^[ \t]*```.*$", re.M)
OBJECT = re.compile(r"\{([^{}]{1,3000})\}")
LIST = re.compile(r"\[([^\[\]]{1,3000})\]")
OPENED = re.compile(r"^[ \t]*(?:[-*•]|\d{1,3}[.)])?[ \t]*[\[{]\s*[\"']?\w[^\]}\n]*$", re.M)
TRAILING_COMMA = re.compile(r",\s*\Z")
BETWEEN_DOUBLE = re.compile(r"\"\s*[,;|]\s*\"")
BETWEEN_SINGLE = re.compile(r"'\s*[,;|]\s*'")
BULLET = re.compile(r"^[ \t]*(?:[-*•+]|\(?\d{1,3}[.):])?[ \t]*")
RULE_ROW = re.compile(r"^[\s|:-]+$")
FIELDS = {
    "sentence": r"sentence|text|s",
    "term": r"(?:social[ -])?(?:group )?term|(?:social )?group|subject|t",
    "stereotyped": r"stereotyp(?:e|ed|ical)(?: (?:word|adjective|attribute))?"
    r"|(?:expected|opposite|replaces|replaced)(?: (?:word|adjective))?"
    r"|adjective that people wrongly expect",
    "attribute": r"(?:anti-?stereotyp(?:e|ed|ical) )?(?:attribute|adjective)|anti-?stereotype|a",
}
NAMES = {field: re.compile(rf"(?:{names})", re.I) for field, names in FIELDS.items()}
LABEL = re.compile(
    r"(?:^|(?<=[\s(;,.*]))[*_\"']{0,3}(?P<name>"
    + "|".join(f"(?:{names})" for names in FIELDS.values())
    + r")[*_\"']{0,3}[ ]?:[*_ \t]{0,4}",
    re.I | re.M,
)
TERM = re.compile(r"[^\W\d_]+(?:[ '-][^\W\d_]+){0,3}")


def read_entries(reply: str) -> Reading:
    """Return the entries of a reply in its order; the first form that gives any is read alone."""
    text = FENCE.sub("", reply[:LONGEST]).translate(SIGNS)
    for read in (read_json, read_table, read_labels, read_lines):
        found = list(read(text))
        if any(found):
            entries = tuple(one for one in found if one)[:MOST_ENTRIES]
            unfinished = len(OPENED.findall(text)) if read is read_json else 0
            return Reading(entries, found.count(None) + unfinished)
    return Reading((), 0)


def read_json(text: str) -> Iterator[Entry | None]:
    """Yield an entry for each object and each innermost list; None for one that is none."""
    for piece in OBJECT.finditer(text):
        yield from_object(piece.group())
    for piece in LIST.finditer(OBJECT.sub(" ", text)):
        if "," in piece.group() or "|" in piece.group():
            yield from_list(piece.group(1))


def from_object(piece: str) -> Entry | None:
    """Read one JSON object by the names of its fields."""
    try:
        value = json.loads(re.sub(r",\s*\}\Z", "}", piece))
    except (json.JSONDecodeError, ValueError):
        return None
    named = {}
    for name, given in value.items() if isinstance(value, dict) else ():
        field = field_of(name)
        if field and isinstance(given, str):
            named.setdefault(field, given)
    return entry_of(named)


def from_list(inner: str) -> Entry | None:
    """Read what stands between the brackets of a list, quoted or not."""
    inner = TRAILING_COMMA.sub("", inner.strip())
    try:
        values = json.loads(f"[{inner}]")
    except (json.JSONDecodeError, ValueError):
        return from_fields(split_fields(inner))
    if len(values) < 3 or not all(isinstance(one, str) for one in values):
        return None
    return whole(Entry(*(clean(one) for one in values[:4])))


def split_fields(inner: str) -> list[str]:
    """Split at the signs between quotes, else at every comma."""
    if inner.startswith('"') and BETWEEN_DOUBLE.search(inner):
        return BETWEEN_DOUBLE.split(inner)
    if inner.startswith("'") and BETWEEN_SINGLE.search(inner):
        return BETWEEN_SINGLE.split(inner)
    return inner.split("|" if inner.count("|") > 1 else ",")


def from_fields(fields: list[str]) -> Entry | None:
    """Read sentence, term, attribute and perhaps the stereotyped word from a row of fields.

    A sentence may have commas of its own: of the ways to cut the row, the first is taken in which
    term and attribute occur in the sentence; where none does, the row is cut from the left.
    """
    fields = [clean(one) for one in fields]
    ways = []
    for last in (3, 2):  # fields after the sentence
        if len(fields) > last:
            sentence = ", ".join(fields[: len(fields) - last])
            ways.append(Entry(sentence, *fields[len(fields) - last :]))
    if not ways or len(fields) > 40:
        return None
    for way in ways:
        if all(each.casefold() in way.sentence.casefold() for each in (way.term, way.attribute)):
            return whole(way)
    return whole(Entry(*fields[:4]))


def read_table(text: str) -> Iterator[Entry | None]:
    """Yield an entry for each row of a table; its head and its rules are none and do not count."""
    for line in text.splitlines():
        if line.count("|") < 2 or RULE_ROW.match(line):
            continue
        cells = line.strip().strip("|").split("|")
        if [field_of(clean(cell)) for cell in cells].count(None) == len(cells):
            numbered = len(cells) > 3 and clean(cells[0]).strip(".").isdigit()
            yield from_fields(cells[1:] if numbered else cells)


def read_labels(text: str) -> Iterator[Entry | None]:
    """Yield an entry for each run of labelled pieces; a new sentence label begins the next."""
    labels = list(LABEL.finditer(text))
    named: dict[str, str] = {}
    for place, label in enumerate(labels):
        stop = labels[place + 1].start() if place + 1 < len(labels) else len(text)
        field = field_of(label["name"])
        if field == "sentence" and named:
            yield entry_of(named)
            named = {}
        piece = text[label.end() : stop].strip().split("\n")[0]
        named.setdefault(field or "", piece)
    if named:
        yield entry_of(named)


def read_lines(text: str) -> Iterator[Entry | None]:
    """Yield an entry for each line whose parts are quoted, or parted by semicolons or dashes."""
    for line in text.splitlines():
        line = BULLET.sub("", line, count=1).strip()
        if line.startswith(("{", '"')) and '":' in line:  # a piece of a broken object
            yield None
            continue
        quoted = re.findall(r'"([^"]+)"', line)
        parts = quoted if len(quoted) in (3, 4) else re.split(r"\s*[;|]\s*|\s+[-–—]+\s+", line)
        if len(parts) in (3, 4):
            yield from_fields(parts)
        elif line.count(",") >= 2 and re.search(r"[.!]\"?\s*,", line):
            yield from_fields(line.split(","))
        elif line:
            yield None


def field_of(name: str) -> str | None:
    """Return which field a label or a key names, or None."""
    plain = name.strip().strip("*_\"'").replace("_", " ")
    return next((field for field, one in NAMES.items() if one.fullmatch(plain)), None)


def entry_of(named: dict[str, str]) -> Entry | None:
    """Return the entry of named fields, or None where one of the first three is missing."""
    fields = {field: clean(named.get(field, "")) for field in FIELDS}
    return whole(Entry(**fields))


def whole(entry: Entry) -> Entry | None:
    """Return the entry if sentence, term and attribute have letters, else None."""
    parts = (entry.sentence, entry.term, entry.attribute)
    return entry if all(any(map(str.isalpha, part)) for part in parts) else None


def clean(text: str) -> str:
    """Return a field on one line, without what frames it."""
    plain = " ".join(BULLET.sub("", str(text), count=1).split()).strip("*_[]|\"' \t,;")
    return "".join(sign for sign in plain if sign.isprintable())


def read_terms(reply: str) -> list[str]:
    """Return the terms that a reply lists, in small letters, each once; [] for none.

    A term has at most MOST_TERM_WORDS words and nothing but letters; other lines are no terms.
    """
    text = FENCE.sub("", reply[:LONGEST]).translate(SIGNS)
    parts = re.split(r"[\n,;|\[\]]", text)
    found = [re.split(r"\s*[:(–—]\s*|\s+-\s+", clean(part))[0] for part in parts]
    terms = (clean(term).rstrip(".").casefold() for term in found)
    good = (term for term in terms if TERM.fullmatch(term))
    return list(dict.fromkeys(term for term in good if len(term.split()) <= MOST_TERM_WORDS))
