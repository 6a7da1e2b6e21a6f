"""How long a person waits: the page's first answer, and the bundled model's second start.

Usage: python -m benchmarks.start
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 5
LOAD = (
    "import time; start = time.perf_counter(); import torch, transformers; "
    "from pipelines.models.local import load_folder; "
    "from pipelines.models.bundled import bundled_folder; "
    "imported = time.perf_counter(); load_folder('bundled', bundled_folder()); "
    "print(imported - start, time.perf_counter() - imported)"
)


def page_seconds(port: int) -> float:
    """Return the seconds from the command `python app.py` to its first HTTP answer."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "EVENHAND_PORT": str(port),
            "EVENHAND_PROJECT": str(Path(folder) / "study"),
        }
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not answers(port):
                time.sleep(0.02)
            return time.perf_counter() - start
        finally:
            process.terminate()
            process.wait()


def answers(port: int) -> bool:
    """Tell whether the page answers on this port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as reply:
            return reply.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def load_seconds() -> tuple[float, float]:
    """Return the seconds for importing the libraries, and for loading the unpacked model."""
    printed = subprocess.check_output([sys.executable, "-c", LOAD], cwd=ROOT, text=True)
    imported, loaded = map(float, printed.split()[-2:])
    return imported, loaded


def main() -> None:
    """Print the median and the range of both."""
    pages = [page_seconds(7900 + run) for run in range(RUNS)]
    print(f"page: median {statistics.median(pages):.2f} s ({min(pages):.2f} to {max(pages):.2f})")
    loads = [load_seconds() for _ in range(RUNS)]
    for name, values in zip(("imports", "bundled model"), zip(*loads, strict=True), strict=True):
        print(
            f"{name}: median {statistics.median(values):.2f} s "
            f"({min(values):.2f} to {max(values):.2f})"
        )


if __name__ == "__main__":
    main()
