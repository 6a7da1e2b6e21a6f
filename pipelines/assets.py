"""Where the project's own data files lie, and how they are read."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.errors import DataError

ASSETS = Path(__file__).parent.parent / "assets"


@cache
def read_asset(name: str) -> Any:
    """Return the content of one JSON file below `assets/`, read once. Do not change it.

    Raises:
        DataError: if the file is missing or is not JSON; the checkout is incomplete.
    """
    path = ASSETS / name
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"{path}: missing. Get the project's files again.") from error
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{error.lineno}: not JSON ({error.msg}). Mend the file.") from error
