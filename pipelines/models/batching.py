"""Pack sequences into batches by a budget of tokens, padding counted."""

from collections.abc import Sequence


def pack(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Return batches of indices, longest sequences first, none over `budget` padded tokens.

    Sorting puts like lengths together, so little is padding. A sequence longer than the budget
    gets a batch of its own. No lengths give no batches.
    """
    batches: list[list[int]] = []
    current: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        longest = lengths[current[0]] if current else lengths[index]
        if current and longest * (len(current) + 1) > budget:
            batches.append(current)
            current = []
        current.append(index)
    return [*batches, current] if current else batches
