"""What a server may do to this machine, how long and how often it is asked, and with which key.

A reply is read up to MOST_BYTES and not decompressed. A request that fails in a way that may pass
(408, 409, 429, 5xx, no connection, a connection that breaks or falls silent) is sent again, up to
TRIES times with exponential back-off and jitter, or after the time that the server names in
Retry-After, if that is two minutes or less; a reply may take EVENHAND_ENDPOINT_TIMEOUT seconds in
all. The `openai` client does the tries. The key is read from the environment for each use and is
kept nowhere else.
"""

import os
from collections.abc import AsyncIterator

from httpx2 import AsyncByteStream, Response

from pipelines.errors import ConfigError, ModelError

MOST_BYTES = 4 * 2**20
TRIES = 12
"""Sendings of one request; with the client's pauses of 0.5 to 8 s that is at least a minute."""
TRIES_AT_START = 3
"""Sendings while it is found out whether there is a server at all."""
CONNECT_S = 10
CONCURRENCY = ("EVENHAND_ENDPOINT_CONCURRENCY", 32, 256)
TIMEOUT_S = ("EVENHAND_ENDPOINT_TIMEOUT", 900, 86_400)
"""Variables of the environment with their default and largest value."""
KEYS = ("EVENHAND_ENDPOINT_KEY", "OPENAI_API_KEY")
"""Variables of the environment that may hold the key; the first that does is used."""
OPENAI = "https://api.openai.com/"


def find_key(url: str) -> tuple[str, str]:
    """Return the key for a server and the variable it comes from, or two empty texts.

    The second of KEYS is OpenAI's and is sent to no other server.

    Raises:
        ModelError: if the key holds what cannot be sent.
    """
    for variable in KEYS if f"{url}/".startswith(OPENAI) else KEYS[:1]:
        if key := os.environ.get(variable, "").strip():
            if not (key.isascii() and key.isprintable()):
                raise ModelError(
                    f"{variable} holds characters that no key has. Copy the key once more."
                )
            return key, variable
    return "", ""


def number(setting: tuple[str, int, int]) -> int:
    """Return a setting of the environment, or its default.

    Raises:
        ConfigError: if it is not a whole number from 1 to the largest value.
    """
    name, default, largest = setting
    text = os.environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= largest):
        raise ConfigError(
            f"{name} must be a whole number from 1 to {largest}, got {text[:40]!r}. "
            f"Without it, {default} is used."
        )
    return int(text)


class FirstBytes(AsyncByteStream):
    """A reply's body up to one byte more than MOST_BYTES, by which a longer one is told."""

    def __init__(self, stream: AsyncByteStream) -> None:
        self.stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES + 1
        async for chunk in self.stream:
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self.stream.aclose()


async def bound(response: Response) -> None:
    """Bound how much of a response is read; the client calls this before it reads the body.

    Compression is not asked for, and is not undone: a small body could become a huge one. The same
    holds for a `charset` such as "zip".
    """
    response.headers.pop("content-encoding", None)
    response.encoding = "utf-8"
    response.stream = FirstBytes(response.stream)
