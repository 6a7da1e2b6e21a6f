"""A small real HTTP server for the tests that answers as each test wants, also badly."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODELS = {"data": [{"id": "m", "owned_by": "nobody"}]}


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Answer:
    """What is sent back; `body` may be bytes, an object for JSON, or chunks without an end."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # promise more than is sent, then hang up


Answering = Callable[[Asked, int], Answer]
"""(request, how many chat requests came before) -> what is sent back."""


def said(text: Any, **more: Any) -> Answer:
    """Return a chat completion with this text."""
    message = {"role": "assistant", "content": text}
    return Answer({"choices": [{"index": 0, "message": message, **more}]})


def soon(status: int) -> Answer:
    """Return an error that asks to be tried again at once."""
    return Answer({"error": {"message": "busy"}}, status, {"retry-after-ms": "5"})


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the server's `answer` and sends what that returns."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send(self.server.models)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): text for name, text in self.headers.items()}
        request = Asked(self.path, headers, body)
        with self.server.lock:
            self.server.asked.append(request)
            number = len(self.server.asked) - 1
        self.send(self.server.answer(request, number))

    def send(self, found: Answer) -> None:
        endless = isinstance(found.body, Iterator)
        chunks = found.body if endless else [dump(found.body)]
        self.send_response(found.status)
        for name, text in found.headers.items():
            self.send_header(name, text)
        if not endless:
            self.send_header("content-length", str(len(chunks[0]) + 100 * found.cut))
        self.end_headers()
        self.close_connection = self.close_connection or endless or found.cut
        with suppress(OSError):  # the client has read enough
            for chunk in chunks:
                self.wfile.write(chunk)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def answering(answer: Answering, models: Any = MODELS) -> Iterator[tuple[str, list[Asked]]]:
    """Serve on a free port; yield the reference of model "m" and the chat requests so far."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.answer, server.asked, server.lock = answer, [], threading.Lock()
    server.models = models if isinstance(models, Answer) else Answer(models)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"endpoint:http://127.0.0.1:{server.server_port}/v1#m", server.asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def dump(body: Any) -> bytes:
    """Return bytes as they are and anything else as JSON, lone surrogates as its escapes."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()
