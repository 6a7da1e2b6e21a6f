"""Whether a metric's numbers are shares, told in percent: as it was stored, else by its key.

Not covered: what neither says so nor has a usual key; it is told as a plain number.
"""

from collections.abc import Mapping
from typing import Any


def is_share(key: str) -> bool:
    """Tell by a metric's key whether its numbers are usually read as percent."""
    return key.endswith(("_rate", "_share", "accuracy")) or key.startswith(("accuracy", "pct_"))


def in_percent(key: str, told: Mapping[str, Any]) -> bool:
    """Tell whether a stored metric is a share; `told` is what was stored of it."""
    stored = told.get("percent")
    return is_share(key) if stored is None else bool(stored)
