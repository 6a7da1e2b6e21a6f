"""Many texts at once: lazily, in order, on one process or several."""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from pipelines.swap.engine import Swapped, swap

CHUNK = 500
"""Texts that go to a process at once."""


def swap_many(
    texts: Iterable[str], to: str, processes: int = 1, name: str = "", of: str = ""
) -> Iterator[Swapped]:
    """Yield the rewriting of every text in order; the settings are those of `swap`.

    With several processes at most two chunks a process are read ahead, so `texts` may be endless.

    Raises:
        ConfigError: for a `to` or an `of` that there is not.
        ValueError: if `processes` is below 1.
    """
    if processes < 1:
        raise ValueError(f"`processes` must be 1 or more, got {processes}.")
    one = partial(swap, to=to, name=name, of=of)
    if processes == 1:
        yield from map(one, texts)
        return
    # spawn: a forked child would share the locks of threads that the parent has
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting = deque()
        for chunk in _chunks(texts):
            waiting.append(pool.submit(_swap_chunk, one, chunk))
            if len(waiting) >= 2 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    source = iter(texts)
    while chunk := list(itertools.islice(source, CHUNK)):
        yield chunk


def _swap_chunk(one: partial, chunk: list[str]) -> list[Swapped]:
    return [one(text) for text in chunk]
