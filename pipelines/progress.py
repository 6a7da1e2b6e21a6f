"""What a stage says while it works."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """One step of a stage: `done` of `total` and a sentence; the last one carries the result.

    Everything that a Progress reports as done is committed to the project before it is yielded.
    """

    done: int
    total: int
    message: str
    result: dict | None = field(default=None)

    @property
    def fraction(self) -> float:
        """Share that is done, in [0, 1]; a stage without items is complete."""
        return self.done / self.total if self.total else 1.0

    def __str__(self) -> str:
        return f"{self.done}/{self.total} {self.message}"
