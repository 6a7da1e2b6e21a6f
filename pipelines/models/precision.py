"""Choose the number format by measuring, not by the processor's name.

bf16 halves the memory traffic, but a processor without bf16 instructions emulates them and is
slower than with fp32. A matrix product of the size of a small model's layer tells in 0.1 s.
"""

import time
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

ROWS, INNER, OUTER = 1024, 576, 1536
REPEATS = 5


def device() -> "torch.device":
    """Return the CUDA device if there is one, else the processor."""
    import torch  # noqa: PLC0415  (loads torch)

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@cache
def fast_dtype() -> "torch.dtype":
    """Return bf16 where a matrix product is faster in it than in fp32 on this device, else fp32."""
    import torch  # noqa: PLC0415  (loads torch)

    return min((torch.bfloat16, torch.float32), key=product_seconds)


def product_seconds(dtype: "torch.dtype") -> float:
    """Return the shortest time of one (ROWS, INNER) @ (INNER, OUTER) product, in seconds."""
    import torch  # noqa: PLC0415  (loads torch)

    place = device()
    left = torch.ones(ROWS, INNER, dtype=dtype, device=place)
    right = torch.ones(INNER, OUTER, dtype=dtype, device=place)
    times = []
    for _ in range(REPEATS + 1):
        start = time.perf_counter()
        float((left @ right)[0, 0])  # reading one number waits for the device
        times.append(time.perf_counter() - start)
    return min(times[1:])
