"""A server on this machine that answers as the Hub does where a dataset is pushed to it.

It keeps what it is sent. Every file is taken in the commit itself, as the Hub takes small text
files, so large-file storage is not played.
"""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "1" * 40


class Hub(ThreadingHTTPServer):
    """Knows one token; holds datasets as {repo: {"private": bool, "files": {path: bytes}}}.

    With `refuses` every new dataset is answered with that status.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.token, self.refuses = "hf_right", None
        self.datasets = {}
        self.requests = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self):
        """Make a dataset, say how files are sent, take a commit."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.requests.append(self.path)
        if self.headers.get("authorization") != f"Bearer {self.server.token}":
            self.say({"error": "Invalid username or password."}, 401)
        elif self.path == "/api/repos/create":
            self.create(json.loads(body))
        elif "/preupload/" in self.path:
            files = json.loads(body)["files"]
            self.say({"files": [
                {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}
                for file in files
            ]})  # fmt: skip
        elif "/commit/" in self.path:
            self.commit(body)
        else:
            self.say({})  # the card's YAML is fine

    def do_GET(self):
        """Tell about a dataset, or list its files."""
        self.server.requests.append(self.path)
        found = self.server.datasets.get(self.repo())
        if found is None:
            self.say({"error": "Repository not found"}, 404, "RepoNotFound")
        elif "/tree/" in self.path:
            self.say([
                {"type": "file", "path": path, "size": len(data), "oid": "0" * 40}
                for path, data in found["files"].items()
            ])  # fmt: skip
        else:
            siblings = [{"rfilename": path} for path in found["files"]]
            self.say({"id": self.repo(), "private": found["private"], "siblings": siblings,
                      "sha": COMMIT})  # fmt: skip

    def repo(self):
        """Return name/set of the path."""
        return "/".join(self.path.removeprefix("/api/datasets/").split("/")[:2]).split("?")[0]

    def create(self, wanted):
        """Make a dataset that is not there."""
        repo = f"{wanted['organization']}/{wanted['name']}"
        url = f"{self.server.url}/datasets/{repo}"
        if self.server.refuses:
            self.say({"error": "Not today"}, self.server.refuses)
        elif repo in self.server.datasets:
            self.say({"error": "You already created this", "url": url}, 409)
        else:
            private = wanted.get("visibility") == "private" or wanted.get("private", False)
            self.server.datasets[repo] = {"private": private, "files": {}}
            self.say({"url": url, "name": repo})

    def commit(self, body):
        """Take files in and out."""
        files = self.server.datasets[self.repo()]["files"]
        for line in map(json.loads, body.decode().splitlines()):
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        address = f"{self.server.url}/datasets/{self.repo()}/commit/{COMMIT}"
        self.say({"commitUrl": address, "commitOid": COMMIT})

    def say(self, value, status=200, code=None):
        """Send JSON."""
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        if code:
            self.send_header("x-error-code", code)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Say nothing."""
