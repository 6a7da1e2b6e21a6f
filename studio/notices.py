"""Errors that the person can mend become notices; the only place that knows both."""

from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from pipelines.errors import StudioError


@contextmanager
def mendable() -> Iterator[None]:
    """Turn a `StudioError` raised inside the block into a notice on the page."""
    try:
        yield
    except StudioError as error:
        raise gr.Error(str(error), print_exception=False, title="This needs your hand") from error


def tell(message: str) -> None:
    """Show a short notice that goes away by itself."""
    gr.Info(message, title="Done")
