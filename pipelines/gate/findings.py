"""What a check says: its light and one or two sentences for the person who mends the story."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.records import Light

WORST_FIRST = (Light.RED, Light.AMBER, Light.GREEN)


@dataclass(frozen=True)
class Finding:
    """One thing that a check noticed; green ones are only said."""

    check: str
    light: Light
    said: str

    def as_dict(self) -> dict[str, str]:
        """Return the finding as it is stored."""
        return {"check": self.check, "light": str(self.light), "said": self.said}


def worst(findings: Iterable[Finding]) -> Light:
    """Return the worst light of all findings, green without any."""
    lights = {finding.light for finding in findings}
    return next((light for light in WORST_FIRST if light in lights), Light.GREEN)


def quoted(words: Iterable[str], most: int = 5, longest: int = 60) -> str:
    """Return a few words in quotation marks, each once and cut short, and how many more."""
    found = list(dict.fromkeys(words))
    shown = ", ".join(f"“{cut(word, longest)}”" for word in found[:most])
    return f"{shown} and {len(found) - most} more" if len(found) > most else shown


def cut(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, with an ellipsis where it was cut."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def times(count: int) -> str:
    """Return "once", "twice" or "n times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
