"""What is said when a server refuses, fails or answers nonsense, and what to do then.

Whatever a server says is data: it is cleaned, cut and stripped of the key before it is quoted, and
an answer about the key itself is not quoted at all, because services repeat parts of it.
"""

import re

from httpx2 import InvalidURL
from openai import APIConnectionError, APIStatusError

from pipelines.errors import ModelError, NotAnswering
from pipelines.models.endpoint_limits import KEYS, MOST_BYTES
from pipelines.models.references import Reference

LONGEST_QUOTE = 300
SHORTEST_KEY = 16
"""Characters from which a key is taken out of replies too; "EMPTY" and the like are words."""
UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")


class RefusedRequest(ModelError):
    """The server answered a request with an error."""

    def __init__(self, message: str, status: int, said: str, code: str) -> None:
        """Keep the status, what the server said and its error code beside the message."""
        super().__init__(message)
        self.status, self.said, self.code = status, said, code


class PassingRefusal(RefusedRequest, NotAnswering):
    """The server takes no more requests for now, or fails by itself."""


def clean(text: str) -> str:
    """Return text that SQLite, JSON and a terminal take: no control character, no surrogate."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", UNSTORABLE.sub("", text))


def quote(text: str, key: str) -> str:
    """Return the beginning of what a server said, on one line and without the key."""
    text = text.replace(key, "…") if key else text
    text = " ".join(clean(text[: 10 * LONGEST_QUOTE]).split())
    text = text.replace(key, "…") if key else text
    return text[:LONGEST_QUOTE].rstrip(". ")


def without_key(reply: str, key: str) -> str:
    """Return a reply in which a server does not hand the key on into the database."""
    return reply.replace(key, "…") if len(key) >= SHORTEST_KEY else reply


def error_text(body: object) -> str:
    """Return the sentence in an error's body, which servers put in different places, or ""."""
    for _ in range(3):
        if not isinstance(body, dict):
            break
        body = next((body[name] for name in ("error", "message", "detail") if name in body), "")
    return body if isinstance(body, str) else ""


def refusal(found: Reference, error: APIStatusError, key: str, variable: str) -> RefusedRequest:
    """Return the error of an answer with a status other than success."""
    status, headers = error.status_code, error.response.headers
    said = quote(error_text(error.body) or error.response.text, key)
    about = f"{found} answered with status {status} ({said or 'without a word'})."
    if status in (401, 403):
        message = key_refused(found, status, variable)
    elif 300 <= status < 400:
        message = (
            f"{found} sends requests on to {quote(headers.get('location', 'nowhere'), key)}, and "
            "the key is sent to no other address. Give that server's URL if it is the right one."
        )
    elif status == 404:
        message = f"{about} Check the model's name, and that the URL ends in /v1 if it has to."
    elif status == 429:
        pause = quote(headers.get("retry-after", "a while"), key)
        message = (
            f"{about} It takes no more requests for now (try again after: {pause}). Go on later, "
            "or set EVENHAND_ENDPOINT_CONCURRENCY to fewer requests at a time."
        )
    elif status >= 500:
        message = f"{about} It failed each time it was asked. Look at its log, then go on."
    else:
        message = f"{about} It does not take this request. Use another model or server."
    code = error.code if isinstance(error.code, str) else ""
    passing = status in (408, 409, 429) or status >= 500
    return (PassingRefusal if passing else RefusedRequest)(message, status, said, code)


def key_refused(found: Reference, status: int, variable: str) -> str:
    """Return what to do about a key that is wrong or missing."""
    if variable:
        return (
            f"{found} refuses the key in {variable} (status {status}). "
            "Put the right key there and start Evenhand again."
        )
    return (
        f"{found} wants a key (status {status}). Put it in the environment variable {KEYS[0]} "
        "and start Evenhand again."
    )


def unknown_model(found: Reference, offered: list[str], said: str, key: str) -> ModelError:
    """Return the error of a server that does not have the model, naming up to five it has.

    `said` is what it answered when it was asked for the model, if it was.
    """
    names = ", ".join(quote(name, key)[:80] for name in offered[:5])
    more = f" and {len(offered) - 5} more" if len(offered) > 5 else ""
    has = f"It offers {names}{more}." if names else "It does not say what it offers."
    answer = f" (it says: {quote(said, key)})" if said else ""
    return ModelError(
        f"{found.name} has no model {found.served!r}{answer}. {has} "
        "Check the name, and that the URL ends in /v1 if it has to."
    )


def no_connection(found: Reference, error: APIConnectionError, key: str) -> NotAnswering:
    """Return the error of a server that was not reached, or stopped in the middle."""
    reason = quote(str(error.__cause__ or ""), key) or type(error.__cause__).__name__
    return NotAnswering(
        f"{found} does not answer ({reason}). Start the server or check the URL, then go on: "
        "what was answered before is saved."
    )


def no_host(found: Reference, error: InvalidURL) -> ModelError:
    """Return the error of a URL that only the client finds to be none."""
    return ModelError(f"{found.name} cannot be called: {error}. Check the URL.")


def too_slow(found: Reference, limit: int) -> NotAnswering:
    """Return the error of a reply that took longer than all its tries may take."""
    return NotAnswering(
        f"{found} gave no reply in {limit} s. Set EVENHAND_ENDPOINT_TIMEOUT to more seconds, or "
        "EVENHAND_ENDPOINT_CONCURRENCY to fewer requests at a time."
    )


def too_long(found: Reference) -> ModelError:
    """Return the error of a reply that was not read to its end."""
    return ModelError(
        f"{found} sent a reply of more than {MOST_BYTES // 2**20} MB, which was not read further. "
        "Check that the URL is that of a language model's server."
    )


def nonsense(found: Reference, answer: str, key: str) -> NotAnswering:
    """Return the error of a reply that is not what the protocol says."""
    return NotAnswering(
        f"{found} sent something else than the protocol's JSON: {quote(answer, key)!r}. "
        "Check the URL; that of most servers ends in /v1."
    )
