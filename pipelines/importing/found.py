"""What one row of a file gives, what was done to it, and how a row is left out."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipelines.stories.drafts import Told

Repaired = Counter[str]
"""What was repaired -> how often within one row."""


class Unusable(Exception):
    """One row cannot become a family; the message is the reason that rows are counted under."""


@dataclass(frozen=True)
class Judged:
    """What came with one story: the stance and the explanation, in the file's own words."""

    stance: str
    explanation: str


@dataclass(frozen=True)
class Found:
    """One family as a row has it.

    `told` holds the stories whose arm the row says; `alone` is a story whose arm has to be found
    in its words. A name may be "". `judged` and `balanced` are there where the file has judgments:
    by arm, and the neutral explanations in the order in which they are to be tried.
    """

    told: Mapping[str, Told]
    alone: Told | None = None
    theme: str = ""
    title: str = ""
    moral_reason: str = ""
    immoral_reason: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    judged: Mapping[str, Judged] = field(default_factory=dict)
    balanced: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The stories as the row has them."""
        return [told.text for told in (*self.told.values(), *([self.alone] if self.alone else []))]

    @cached_property
    def digest(self) -> str:
        """12 hex digits of the stories, their arms and names as given; not of place or file."""
        told = {arm: [one.name, one.text] for arm, one in self.told.items()}
        alone = [self.alone.name, self.alone.text] if self.alone else None
        words = json.dumps([told, alone], sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()[:12]


@dataclass
class Tally:
    """What an import did to the rows it read, in rows; `notes` are sentences for the person."""

    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
