"""One preference row on its way in, and why a row cannot come in.

Whatever the format, a row is a prompt in turns with one chosen and one rejected answer to it. What
has no such form (tools, images, answers over several turns) is left out and counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.records import Category

Message = dict[str, str]
CATEGORY_FIELDS = ("category", "bias_type", "bias_category", "type")


@dataclass(frozen=True)
class ParsedRow:
    """A prompt, [{"role", "content"}, …] up to the question, and the two answers to it.

    Rows with the same `group`, which is empty for most, were made of one pair.
    """

    prompt: tuple[Message, ...]
    chosen: str
    rejected: str
    category: str = ""
    group: str = ""

    def texts(self) -> list[str]:
        """Return the content of every turn, the answers last."""
        return [*(message["content"] for message in self.prompt), self.chosen, self.rejected]


Parse = Callable[[Mapping[str, Any]], list[ParsedRow]]


class RowSkipped(Exception):
    """A row cannot be taken; its text is the reason, in words for a person."""


def text_of(row: Mapping[str, Any], field: str) -> str:
    """Return the text in a field.

    Raises:
        RowSkipped: if the field is missing or holds something else.
    """
    value = row.get(field)
    if value is None:
        raise RowSkipped(f"{field} is missing")
    if not isinstance(value, str):
        raise RowSkipped(f"{field} is not text")
    return value


def category_of(row: Mapping[str, Any]) -> str:
    """Return the Category that a field of the row names, "" if none does."""
    for field in CATEGORY_FIELDS:
        value = row.get(field)
        if isinstance(value, str):
            named = " ".join(value.replace("_", " ").replace("-", " ").lower().split())
            if named in set(Category):
                return named
    return ""
