"""Find the labelled fields of a reply that tells two stories: whose, and story, name or other.

Labels may be bold, headings, numbered, JSON keys, or stand in the middle of a line. A field
without a gender belongs to the story before it; stories without a gender are taken as the man's
and the woman's in this order. A second story for the same person begins the next family, which is
not read. Works in time linear in the reply's length.
"""

import re
from dataclasses import dataclass

from pipelines.records import Arm

LONGEST_LABEL = 60
GENDERS = {
    **dict.fromkeys(("male", "man", "boy", "masculine", "males", "men"), Arm.MALE),
    **dict.fromkeys(("female", "woman", "girl", "feminine", "females", "women"), Arm.FEMALE),
}
FIELDS = {
    **dict.fromkeys(("story", "version", "narrative", "text"), "story"),
    **dict.fromkeys(("name", "character", "protagonist"), "name"),
    **dict.fromkeys(("stance", "judgment", "judgement", "verdict"), "stance"),
    **dict.fromkeys(("explanation", "reason", "reasoning", "rationale"), "explanation"),
    "title": "title",
}
FILLERS = {
    *("main", "lead", "central", "short", "moral", "first", "second", "one", "two"),
    *("the", "a", "of", "for", "about", "with", "and", "s"),
}
JSON_KEY = re.compile(r"[{,]\s*(?=\"[A-Za-z][\w ']{1,40}\"\s*:)")
IN_LINE = re.compile(
    r"(?<=[.!?\"”*,;])(?<!\d\.)[ \t]+(?=[*_]{0,3}(?:(?:fe)?male |(?:wo)?man's )?"
    r"(?:story|name|main character|character|stance|explanation)\b[^:\n.]{0,20}:)",
    re.I,
)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
NUMBERING = re.compile(r"^\W*(?:\d{1,2}\s*[.):]|[a-hA-H][.)])?\W*")


@dataclass(frozen=True)
class Label:
    """A label and what stands behind it on its line; `arm` is None where it names no gender."""

    arm: Arm | None
    field: str
    rest: str


@dataclass
class Fields:
    """What a reply says: fields by (arm, name), the one it ends in, and what stands before."""

    values: dict[tuple[Arm, str], str]
    last: tuple[Arm, str] | None
    before: str

    def story(self, arm: Arm) -> str:
        """Return the story of an arm, "" if it has none."""
        return self.values.get((arm, "story"), "").strip()

    def name(self, arm: Arm) -> str:
        """Return what the reply gives as the main character's name, "" if nothing."""
        return self.values.get((arm, "name"), "").strip()


def read_fields(text: str) -> Fields:
    """Return the fields of the first family in a reply; no labels give no fields."""
    is_json = bool(JSON_KEY.search(text))
    lines = (JSON_KEY.sub("\n", text) if is_json else text).split("\n")
    found: dict[tuple[Arm, str], list[str]] = {}
    before: list[str] = []
    place: tuple[Arm, str] | None = None
    for line in (part for whole in lines for part in IN_LINE.split(whole)):
        label = read_label(line)
        if label is None:
            (before if place is None else found[place]).append(line)
            continue
        arm = label.arm or belongs_to(label.field, place, found)
        if arm is None or begins_again(arm, label, found):
            break
        place = (arm, label.field)
        found.setdefault(place, []).append(label.rest)
    values = {key: "\n".join(lines) for key, lines in found.items()}
    if is_json:
        values = {key: without_json(value) for key, value in values.items()}
    return Fields(values, place, "\n".join(before))


def read_label(line: str) -> Label | None:
    """Return the label that a line begins with, None if it has none."""
    start = NUMBERING.match(line).end()
    head, colon, rest = line[start:].partition(":")
    if len(head) > LONGEST_LABEL or not (colon or line.lstrip().startswith(("#", "**", "__"))):
        return None
    words = re.findall(r"[a-z]+", CAMEL.sub(" ", head).lower())
    known = [word for word in words if word in GENDERS or word in FIELDS]
    if not known or any(word not in FILLERS for word in words if word not in known):
        return None
    arm = next((GENDERS[word] for word in known if word in GENDERS), None)
    field = [FIELDS[word] for word in known if word in FIELDS]
    return Label(arm, field[-1] if field else "story", rest.strip(" *_"))


def belongs_to(
    field: str, place: tuple[Arm, str] | None, found: dict[tuple[Arm, str], list[str]]
) -> Arm | None:
    """Return whose a field without a gender is; None for a third story."""
    current = place[0] if place else Arm.MALE
    if field != "story" or not told(found, current):
        return current
    other = Arm.FEMALE if current == Arm.MALE else Arm.MALE
    return None if told(found, other) else other


def begins_again(arm: Arm, label: Label, found: dict[tuple[Arm, str], list[str]]) -> bool:
    """Tell whether a label begins the next family: a second story of a person."""
    return label.field == "story" and told(found, arm)


def told(found: dict[tuple[Arm, str], list[str]], arm: Arm) -> bool:
    """Tell whether a story of the arm has words already."""
    return any(re.search(r"\w", line) for line in found.get((arm, "story"), []))


def without_json(value: str) -> str:
    """Return a JSON string's content: without quotation marks, commas, braces and escapes."""
    plain = value.strip().strip("{}[]`, \n").strip('"')
    return plain.replace('\\"', '"').replace("\\n", "\n").replace("\\'", "'")
