"""Settings of evaluation, comparison, the audit of rewards, the report, the demo and preparing."""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from pipelines.configs.declaring import Method, require, setting
from pipelines.configs.training import TrainMethod
from pipelines.errors import ConfigError

DEFAULT_BENCHMARKS = "own,controls,perplexity"
AskForm = Literal["plain", "chat"]


def benchmarks_folder(benchmarks_dir: str) -> Path | None:
    """Return the folder of benchmark files: the setting, else EVENHAND_BENCHMARKS, else None.

    Raises:
        ConfigError: if there is no such folder.
    """
    named = benchmarks_dir or os.environ.get("EVENHAND_BENCHMARKS", "")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise ConfigError(
            f"{named}: there is no such folder of benchmark files. Name one in `benchmarks_dir`, "
            "or leave it empty to take them from the Hub."
        )
    return folder


@dataclass(frozen=True)
class PrepareConfig:
    """Unpack or check a model, so that its first use is quick."""

    model: str = setting("bundled", "model reference: bundled, hub:org/name, path:FOLDER, run:ID")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What is asked, and how; the same for one model and for two."""

    benchmarks: str = setting(DEFAULT_BENCHMARKS, "which, separated by commas")
    limit: int = setting(
        0, "at most this many families, pairs or templates a benchmark, by seed; 0 is all"
    )
    orders: int = setting(2, "option orders to average over when scoring stances, 1 to 24")
    seed: int = setting(0, "seed of a limited choice, of sampling and of the bootstrap")
    benchmarks_dir: str = setting(
        "", "folder of benchmark files; empty takes EVENHAND_BENCHMARKS, and without it the Hub"
    )
    method: Method = setting("scored", "how stances are asked: scored or generated")
    form: AskForm = setting("plain", "prompts of public benchmarks: plain text, or as a chat")
    shots: int = setting(0, "worked examples before each question of MMLU, 0 to 5")
    samples: int = setting(1, "replies a prompt where the model writes, 1 to 20")
    scorer: str = setting(
        "vader", "what reads the sentiment of replies: vader, or hub:org/name of a classifier"
    )

    def __post_init__(self) -> None:
        from pipelines.benchmarks.catalog import split_names  # noqa: PLC0415  (needs this package)

        split_names(self.benchmarks, benchmarks_folder(self.benchmarks_dir))
        require(self.limit >= 0, f"`limit` must be 0 (all) or more, got {self.limit}.")
        require(self.seed >= 0, f"`seed` must be 0 or more, got {self.seed}.")
        require(1 <= self.orders <= 24, f"`orders` must be 1 to 24, got {self.orders}.")
        require(0 <= self.shots <= 5, f"`shots` must be 0 to 5, got {self.shots}.")
        require(1 <= self.samples <= 20, f"`samples` must be 1 to 20, got {self.samples}.")


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig(Asking):
    """Measure one model on items that were never trained on."""

    model: str = setting("bundled", "model reference: bundled, hub:org/name, path:FOLDER, run:ID")


@dataclass(frozen=True, kw_only=True)
class CompareConfig(Asking):
    """Set two models side by side on the same items, with what chance alone would do."""

    before: str = setting("bundled", "model reference before")
    after: str = setting(
        "", "model reference after, for example run:ID; runs with several seeds by commas"
    )

    def __post_init__(self) -> None:
        require(bool(self.models_after), "`--after` must name a model, for example run:ID.")
        require(
            self.before not in self.models_after,
            f"`--before` and `--after` must differ, both are {self.before}.",
        )
        require(
            len(set(self.models_after)) == len(self.models_after),
            f"`--after` names a model twice: {self.after}.",
        )
        super().__post_init__()

    @property
    def models_after(self) -> tuple[str, ...]:
        """The models after; more than one are runs of one recipe with several seeds."""
        return tuple(name.strip() for name in self.after.split(",") if name.strip())

    def of(self, model: str) -> EvaluateConfig:
        """Return the settings that measure one of the models."""
        shared = {field.name: getattr(self, field.name) for field in fields(Asking)}
        return EvaluateConfig(model=model, **shared)


@dataclass(frozen=True)
class AuditConfig:
    """Ask what a trained model is rewarded for: the implicit reward on pairs of texts."""

    model: str = setting("", "the trained model, for example run:ID")
    reference: str = setting("", "the reference model; empty takes the run's own base model")
    pairs: str = setting(
        "gender_diverse",
        "gender_diverse, winoqueer, preferences (the project's own rows), or a file of pairs",
    )
    beta: float = setting(0.0, "factor of the reward; 0 takes the run's own beta, else 0.1")
    limit: int = setting(0, "at most this many families of pairs, by seed; 0 is all")
    seed: int = setting(0, "seed of a limited choice and of the bootstrap")
    benchmarks_dir: str = setting(
        "", "folder of benchmark files; empty takes EVENHAND_BENCHMARKS, and without it the Hub"
    )

    def __post_init__(self) -> None:
        require(bool(self.model), "`--model` must name a trained model, for example run:ID.")
        require(bool(self.pairs), "`--pairs` must name a list of pairs, or a file of them.")
        require(self.beta >= 0, f"`beta` must be above 0, or 0 for the run's own, got {self.beta}.")
        require(self.limit >= 0, f"`limit` must be 0 (all) or more, got {self.limit}.")
        require(self.seed >= 0, f"`seed` must be 0 or more, got {self.seed}.")
        if self.model == self.reference:
            raise ConfigError(
                f"`--model` and `--reference` are both {self.model}: the reward would be 0 "
                "everywhere. Name the model before training as the reference."
            )


@dataclass(frozen=True)
class ReportConfig:
    """Write a comparison as one HTML file that opens without a network."""

    out: str = setting("", "the file to write; empty writes exports/report-N.html in the project")
    comparison: int = setting(0, "number of the comparison; 0 is the newest")
    question: str = setting("", "the question of the study, in your words; it opens the report")


@dataclass(frozen=True)
class DemoConfig:
    """Take a study through all five steps, headless, and say where the time went."""

    model: str = setting("bundled", "model reference: bundled, hub:org/name or path:FOLDER")
    method: TrainMethod = setting("sft+dpo", "how to train: sft+dpo, sft or dpo")
    seed: int = setting(0, "seed of everything")
