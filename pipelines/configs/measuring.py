"""Settings of evaluation, comparison, the demo and preparing a model."""

from dataclasses import dataclass

from pipelines.configs.declaring import require, setting
from pipelines.configs.training import TrainMethod

BENCHMARKS = ("own", "controls", "perplexity")
"""The names that `--benchmarks` knows."""


def split_benchmarks(benchmarks: str) -> tuple[str, ...]:
    """Read "own,controls" into a tuple.

    Raises:
        ConfigError: for an unknown name, with the list of those known.
    """
    found = tuple(name.strip() for name in benchmarks.split(",") if name.strip())
    unknown = [name for name in found if name not in BENCHMARKS]
    require(
        not unknown,
        f"`benchmarks` knows {', '.join(BENCHMARKS)}, got {', '.join(unknown)}.",
    )
    require(bool(found), f"`benchmarks` must name at least one of {', '.join(BENCHMARKS)}.")
    return found


@dataclass(frozen=True)
class PrepareConfig:
    """Unpack or check a model, so that its first use is quick."""

    model: str = setting("bundled", "model reference: bundled, hub:org/name, path:FOLDER, run:ID")


@dataclass(frozen=True)
class EvaluateConfig:
    """Measure one model on items that were never trained on."""

    model: str = setting("bundled", "model reference: bundled, hub:org/name, path:FOLDER, run:ID")
    benchmarks: str = setting("own,controls,perplexity", "which, separated by commas")
    limit: int = setting(0, "at most this many families a benchmark, chosen by seed; 0 is all")
    orders: int = setting(2, "option orders to average over when scoring, 1 to 24")
    seed: int = setting(0, "seed of a limited choice and of the bootstrap")

    def __post_init__(self) -> None:
        split_benchmarks(self.benchmarks)
        require(self.limit >= 0, f"`limit` must be 0 (all) or more, got {self.limit}.")
        require(1 <= self.orders <= 24, f"`orders` must be 1 to 24, got {self.orders}.")


@dataclass(frozen=True)
class CompareConfig:
    """Set two models side by side on the same items, with what chance alone would do."""

    before: str = setting("bundled", "model reference before")
    after: str = setting("", "model reference after, for example run:ID")
    benchmarks: str = setting("own,controls,perplexity", "which, separated by commas")
    limit: int = setting(0, "at most this many families a benchmark; 0 is all")
    orders: int = setting(2, "option orders to average over when scoring, 1 to 24")
    seed: int = setting(0, "seed of the bootstrap and of a limited choice")

    def __post_init__(self) -> None:
        require(bool(self.after), "`--after` must name a model, for example run:ID.")
        require(
            self.before != self.after,
            f"`--before` and `--after` must differ, both are {self.before}.",
        )
        split_benchmarks(self.benchmarks)


@dataclass(frozen=True)
class DemoConfig:
    """Take a study through all five steps, headless, and say where the time went."""

    model: str = setting("bundled", "model reference: bundled, hub:org/name or path:FOLDER")
    method: TrainMethod = setting("sft+dpo", "how to train: sft+dpo, sft or dpo")
    seed: int = setting(0, "seed of everything")
