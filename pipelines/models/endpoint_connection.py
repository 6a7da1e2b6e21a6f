"""A connection to an OpenAI-compatible server: requests out, checked replies in.

Redirects are not followed, so the key goes to the address that was typed and to no other.
"""

import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import anyio
import openai
from httpx2 import InvalidURL, Timeout

from pipelines.models import endpoint_errors as errors
from pipelines.models.endpoint_limits import (
    CONNECT_S,
    MOST_BYTES,
    TIMEOUT_S,
    TRIES,
    bound,
    find_key,
    number,
)
from pipelines.models.references import Reference

NO_KEY = "none"
"""Sent where there is no key: local servers ask for none, and the client wants one."""
FILTERED = ("content_filter", "content_policy_violation")
"""Error codes of services that refuse a text instead of answering it."""
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
"""Hosts that are never reached through a proxy of the environment."""


class Connection:
    """An open client of one server; see `connect`."""

    def __init__(
        self, found: Reference, client: openai.AsyncOpenAI, key: str, variable: str, limit: int
    ) -> None:
        """Ask `client` for `found`, at most `limit` seconds a reply; the key is to be kept out."""
        self.found, self.client, self.limit = found, client, limit
        self._key, self._variable = key, variable

    async def models(self) -> list[dict[str, str]]:
        """Return "id" and "owned_by" of each model that the server offers.

        Raises:
            RefusedRequest: if the server has no such list.
            ModelError: if it does not answer, or not with JSON.
        """
        body = await self._json(self.client.models.with_raw_response.list())
        listed = body.get("data")
        rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        texts = [{name: row.get(name) for name in ("id", "owned_by")} for row in rows]
        return [
            {name: text if isinstance(text, str) else "" for name, text in row.items()}
            for row in texts
            if isinstance(row["id"], str)
        ]

    async def chat(self, request: dict[str, Any], extra: dict[str, Any]) -> str:
        """Return the reply to a chat request, cleaned; one that was cut by length is kept.

        `extra` are fields that OpenAI's own service does not have. What the service's filter
        refuses has an empty reply, like that of a model which says nothing.

        Raises:
            RefusedRequest: if the server answers with an error.
            ModelError: if it does not answer, or not with a chat completion.
        """
        create = self.client.chat.completions.with_raw_response.create
        try:
            body = await self._json(create(**request, extra_body=extra))
        except errors.RefusedRequest as error:
            if error.code in FILTERED:
                return ""
            raise
        return self._text(body)

    async def _json(self, sending: Awaitable) -> dict[str, Any]:
        """Return the JSON object that the server answers with."""
        try:
            with anyio.fail_after(self.limit):
                content = (await sending).http_response.content
        except TimeoutError as error:
            raise errors.too_slow(self.found, self.limit) from error
        except openai.APIStatusError as error:  # from None: its text may repeat the key
            raise errors.refusal(self.found, error, self._key, self._variable) from None
        except openai.APIConnectionError as error:
            raise errors.no_connection(self.found, error, self._key) from None
        if len(content) > MOST_BYTES:
            raise errors.too_long(self.found)
        text = content.decode("utf-8", "replace")
        try:
            body = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise errors.nonsense(self.found, text, self._key) from error
        if not isinstance(body, dict):
            raise errors.nonsense(self.found, text, self._key)
        return body

    def _text(self, body: dict[str, Any]) -> str:
        """Return the text of a chat completion; a message without text is empty."""
        try:
            message = body["choices"][0]["message"]
            text = message.get("content") or message.get("refusal") or ""
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            said = errors.error_text(body) or "no choices"
            raise errors.nonsense(self.found, said, self._key) from error
        if not isinstance(text, str):
            raise errors.nonsense(self.found, "content that is no text", self._key)
        return errors.clean(errors.without_key(text, self._key))


@asynccontextmanager
async def connect(found: Reference, tries: int = TRIES) -> AsyncIterator[Connection]:
    """Open a client for the server of `found`, and close it at the end.

    Raises:
        ModelError: if the key cannot be sent or the URL names no host.
        ConfigError: if the time limit in the environment is no number.
    """
    key, variable = find_key(found.name)
    limit = number(TIMEOUT_S)
    try:
        client = openai.AsyncOpenAI(
            api_key=key or NO_KEY,
            base_url=found.name,
            max_retries=tries - 1,
            default_headers={"Accept-Encoding": "identity"},
            http_client=openai.DefaultAsyncHttpxClient(
                follow_redirects=False,
                event_hooks={"response": [bound]},
                timeout=Timeout(limit / 2, connect=CONNECT_S),
                trust_env=urlsplit(found.name).hostname not in THIS_MACHINE,
            ),
        )
    except InvalidURL as error:
        raise errors.no_host(found, error) from error
    client.organization = client.project = None  # the environment's are for OpenAI alone
    async with client:
        yield Connection(found, client, key, variable, limit)
