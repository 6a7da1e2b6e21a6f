"""How a setting is declared, checked and named."""

import hashlib
import json
from dataclasses import asdict, field
from typing import Any, Literal

from pipelines.errors import ConfigError

SplitChoice = Literal["all", "train", "validation", "test"]

Method = Literal["scored", "generated"]

ROWS = ("own", "imported", "synthetic")
"""Where preference rows come from: the study's judgments and controls, files, written triples."""


def setting(default: Any, help: str) -> Any:
    """Declare one setting with the sentence that explains it."""
    return field(default=default, metadata={"help": help})


def require(holds: bool, message: str) -> None:
    """Raise a ConfigError with `message` unless the condition holds."""
    if not holds:
        raise ConfigError(message)


def config_hash(config: Any) -> str:
    """Return 12 hex digits that name one configuration's values."""
    text = json.dumps(asdict(config), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def split_arms(arms: str) -> tuple[str, ...]:
    """Read "male,female,they" into a tuple.

    Raises:
        ConfigError: for an arm that is none of the three, or without male and female.
    """
    found = tuple(arm.strip() for arm in arms.split(",") if arm.strip())
    unknown = set(found) - {"male", "female", "they"}
    require(not unknown, f"`arms` may be male, female and they, got {', '.join(sorted(unknown))}.")
    require(
        {"male", "female"} <= set(found),
        f"`arms` must hold male and female, got {arms!r}. Add `they` as a third if you like.",
    )
    return found


def split_rows(rows: str) -> tuple[str, ...]:
    """Read "own,imported" into a tuple; "all" means every one of ROWS.

    Raises:
        ConfigError: for a kind of rows that there is not.
    """
    found = tuple(name.strip() for name in rows.split(",") if name.strip())
    unknown = set(found) - {*ROWS, "all"}
    require(
        bool(found) and not unknown,
        f"`rows` must be all, or some of {', '.join(ROWS)}, got {rows!r}.",
    )
    return ROWS if "all" in found else tuple(name for name in ROWS if name in found)
