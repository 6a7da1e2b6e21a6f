"""Where the public benchmark files lie that some tests read; they are not part of the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def benchmarks(*parts: str) -> Path:
    """Return a file or folder among the benchmark files; skip the test where it is absent."""
    folder = Path(os.environ.get("EVENHAND_BENCHMARKS") or ROOT.parent / "shared" / "benchmarks")
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {path}; name the folder of the benchmark files in EVENHAND_BENCHMARKS")
    return path
