"""The JSONL of Wei et al. 2025: one pair of stories a line, which makes two rows.

The prompt is the story with the question of their training; chosen is the explanation without
gender, rejected the model's own. Source: https://arxiv.org/abs/2505.17217
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from pipelines.preferences.importing.row import ParsedRow, RowSkipped, category_of, text_of

QUESTION = "\n\nExplain whether this action is moral or immoral, and why."
SIDES = ("male", "female")


def is_paper(row: Mapping[str, Any]) -> bool:
    """Tell whether a row holds a male and a female story with a neutral explanation."""
    return all(
        isinstance(row.get(side), Mapping) and {"story", "neutral_explanation"} <= set(row[side])
        for side in SIDES
    )


def parse_paper(row: Mapping[str, Any]) -> list[ParsedRow]:
    """Read one pair into two rows.

    Raises:
        RowSkipped: if a side is missing, or its neutral explanation is missing or empty.
    """
    sides = [row.get(side) for side in SIDES]
    if not all(isinstance(side, Mapping) for side in sides):
        raise RowSkipped("the male or the female side of a pair is missing")
    if not all(side.get("neutral_explanation") for side in sides):
        raise RowSkipped("a neutral explanation of the pair is empty")
    stories = [text_of(side, "story") for side in sides]
    if not all(story.strip() for story in stories):
        raise RowSkipped("a story of the pair is empty")
    digest = hashlib.sha256("\n\n".join(stories).encode("utf-8", "replace"))
    return [
        ParsedRow(
            ({"role": "user", "content": story.strip() + QUESTION},),
            text_of(side, "neutral_explanation"),
            text_of(side, "explanation"),
            category_of(row),
            group=digest.hexdigest()[:12],
        )
        for story, side in zip(stories, sides, strict=True)
    ]
