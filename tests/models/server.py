"""A real OpenAI-compatible server for the tests: `transformers serve` on the bundled model.

It answers one request after the other on the processor, so ask it for few and short replies.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from pipelines.models.bundled import bundled_folder

START_S = 60
STOP_S = 10


@contextmanager
def serving() -> Iterator[str]:
    """Serve the bundled model on a free port of this machine and yield its reference."""
    folder = bundled_folder()
    port = free_port()
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "serve.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command(folder, port), stdout=output, stderr=output, env=environment(scratch)
            )
        try:
            wait_until_healthy(process, port, log)
            yield f"endpoint:http://127.0.0.1:{port}/v1#{folder}"
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def command(folder: Path, port: int) -> list[str]:
    """Return what starts the server."""
    start = "from transformers.cli.transformers import main; main()"
    arguments = ["serve", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-c", start, *arguments, "--device", "cpu"]


def environment(scratch: str) -> dict[str, str]:
    """Return the server's environment: offline, with an empty cache of its own.

    One thread: on a busy machine several wait for each other many times a token.
    """
    cache = Path(scratch) / "hub"
    cache.mkdir()
    return os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_CACHE": str(cache),
        "OMP_NUM_THREADS": "1",
    }


def free_port() -> int:
    """Return a port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(process: subprocess.Popen, port: int, log: Path) -> None:
    """Return once the server has loaded its model.

    Raises:
        RuntimeError: with the end of its log, if it ends or takes longer than START_S.
    """
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
