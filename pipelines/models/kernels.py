"""Compute a model's matrix products with the library that is faster on this processor.

PyTorch multiplies fp32 matrices with MKL, which leaves the wide registers of processors that are
not Intel's unused; oneDNN, which is in PyTorch too, uses them. Both round as fp32 does. A product
of the size of a small model's layer tells which is faster. Only products with a weight (`linear`)
in fp32 on the processor are concerned: in 16 bits PyTorch takes oneDNN by itself, and a choice by
the clock between two roundings would give another number on a busy machine.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch.nn.functional import linear
from torch.overrides import TorchFunctionMode
from transformers import PreTrainedModel

from pipelines.models.precision import INNER, OUTER, ROWS, seconds_of

GAIN = 1.2
"""How many times faster oneDNN has to be to be used."""
CLOSE = 1e-3
"""How much the products may differ, relative to their size, for oneDNN to be used."""


def fast_products(model: PreTrainedModel) -> dict[Callable, Callable]:
    """Return what takes the place of which function of PyTorch for this model."""
    if model.device.type != "cpu" or model.dtype != torch.float32 or not onednn_is_faster():
        return {}
    return {linear: onednn_linear}


class Kernels(TorchFunctionMode):
    """A context in which functions of PyTorch are others; it concerns this thread only."""

    def __init__(self, others: dict[Callable, Callable]) -> None:
        super().__init__()
        self.others = others

    def __torch_function__(
        self, function: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        """Call what takes the function's place, or itself."""
        return self.others.get(function, function)(*args, **(kwargs or {}))


def onednn_linear(
    input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """Return input @ weight.T + bias as `torch.nn.functional.linear` does."""
    return torch.ops.mkldnn._linear_pointwise(input, weight, bias, "none", [], "")


@cache
def onednn_is_faster() -> bool:
    """Tell whether oneDNN gives the same product in clearly less time, by trying it."""
    if not hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        return False
    draw = torch.Generator().manual_seed(0)
    left = torch.randn(ROWS, INNER, generator=draw)
    weight = torch.randn(OUTER, INNER, generator=draw)
    usual, other = linear(left, weight), onednn_linear(left, weight)
    if not torch.allclose(usual, other, rtol=CLOSE, atol=CLOSE * float(usual.abs().max())):
        return False
    return seconds_of(lambda: linear(left, weight)) > GAIN * seconds_of(
        lambda: onednn_linear(left, weight)
    )
