"""Make what a row says fit to be a story, a theme or a title, and count every repair.

Repairs change how a text is written, never what it says: mojibake, line breaks inside a story and
space around it, spellings of one theme. Whatever cannot be repaired so is left out with a reason.
"""

import re
from typing import Any

from pipelines.files.mojibake import repair
from pipelines.importing.found import Repaired, Unusable

MAX_STORY = 20_000
"""Characters of one story; the longest that the quality gate lets through have some 600 words."""
MAX_REASON = 2_000
MAX_LABEL = 60
"""Characters of a theme, a name or a title."""

BREAK = re.compile(r"[ \t]*[\r\n\v\f\x85\u2028\u2029]\s*")
UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SPACE = re.compile(r"\s+")

MOJIBAKE = "text read in a wrong encoding, repaired"
BREAKS = "line breaks inside a text made spaces"
THEMES = "theme cleaned"


def clean_story(value: Any, repaired: Repaired) -> str:
    """Return a story or an explanation on one line; "" for nothing.

    Raises:
        Unusable: if it is no text, too long, or holds what cannot be stored.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unusable("a story is no text")
    text = repair(value).strip()
    repaired[MOJIBAKE] += text != value.strip()
    if len(text) > MAX_STORY:
        raise Unusable(f"a story has more than {MAX_STORY:,} characters")
    if UNSTORABLE.search(text):
        raise Unusable("a story holds characters that cannot be stored")
    joined = BREAK.sub(" ", text)
    repaired[BREAKS] += joined != text
    return joined


def clean_reason(value: Any, repaired: Repaired) -> str:
    """Return a reason or an explanation on one line, cut off where it is far too long."""
    text = value if isinstance(value, str) else ""
    return clean_story(UNSTORABLE.sub("", text)[:MAX_REASON], repaired)


def clean_label(value: Any) -> str:
    """Return a title, a name or a source as one short line; "" for what is no text."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return ""
    return SPACE.sub(" ", UNSTORABLE.sub("", repair(str(value)[: 10 * MAX_LABEL]))).strip()[
        :MAX_LABEL
    ]


def clean_theme(value: Any, repaired: Repaired) -> str:
    """Return a theme in small letters with one spelling; what has none is "others".

    Small letters alone are not counted as a repair.
    """
    raw = value if isinstance(value, str) else ""
    theme = clean_label(raw).lower()
    theme = "others" if theme in ("", "other") else theme
    repaired[THEMES] += raw.lower() != theme
    return theme


def title_of(text: str) -> str:
    """Return a title made of the first words of a story."""
    words = text.split()
    title = " ".join(words[:7])
    if len(title) > MAX_LABEL:
        return title[: MAX_LABEL - 1].rstrip() + "…"
    return title.rstrip(".,;:!?") + "…" if len(words) > 7 else title
