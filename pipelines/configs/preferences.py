"""Settings of preference rows: from files and models, their categories, and where they go."""

import os
from dataclasses import dataclass
from typing import Literal

from pipelines.configs.declaring import require, setting, split_rows

ExportFormat = Literal["trl", "paper", "attribute", "hub"]

ImportFormat = Literal[
    "auto", "genderalign", "hh", "biasdpo", "trl", "paper", "csv", "llamafactory"
]


@dataclass(frozen=True)
class ExportConfig:
    """Write the preference set to a file, or to a folder that the Hub takes as a dataset."""

    out: str = setting("", "file to write (.jsonl, or for trl also .parquet), or a folder for hub")
    format: ExportFormat = setting(
        "trl",
        "trl (conversational), paper (whole pairs), attribute (synthetic sentences up to their "
        "attribute), or hub (a folder with data card)",
    )
    model: str = setting("bundled", "whose preference set")
    rows: str = setting("all", "which rows: all, or some of own, imported, synthetic")
    title: str = setting("Evenhand preference set", "hub: the name on the data card")
    license: str = setting("", "hub: licence of the set as you publish it, for example cc-by-4.0")

    def __post_init__(self) -> None:
        require(bool(self.out), "`--out` must name the file to write.")
        split_rows(self.rows)


@dataclass(frozen=True)
class PushConfig:
    """Send the dataset folder of the preference set to the Hub; HF_TOKEN comes from outside."""

    repo: str = setting("", "where to: name/dataset")
    model: str = setting("bundled", "whose preference set")
    rows: str = setting("all", "which rows: all, or some of own, imported, synthetic")
    title: str = setting("Evenhand preference set", "the name on the data card")
    license: str = setting("", "licence of the set as you publish it, for example cc-by-4.0")
    private: bool = setting(True, "visible to you alone")

    def __post_init__(self) -> None:
        require(
            self.repo.count("/") == 1 and all(self.repo.split("/")),
            f"`repo` must be name/dataset, got {self.repo!r}.",
        )
        split_rows(self.rows)


@dataclass(frozen=True)
class ImportConfig:
    """Bring preference rows from a file: each row is checked, skipped rows are counted."""

    file: str = setting("", "JSON, JSONL, CSV or Parquet, also with .gz")
    format: ImportFormat = setting("auto", "how the file holds its rows; auto looks at them")
    columns: str = setting(
        "", "columns of a table, for example prompt=question,chosen=good,rejected=bad,category=kind"
    )
    benchmarks_dir: str = setting(
        os.environ.get("EVENHAND_BENCHMARKS", ""),
        "folder of the benchmark files whose texts must not be trained on",
    )
    near_duplicate: float = setting(0.9, "similarity from which a row counts as a near-duplicate")
    seed: int = setting(0, "seed of the split")

    def __post_init__(self) -> None:
        require(bool(self.file.strip()), "`--file` must name the file to read.")
        require(
            0.3 <= self.near_duplicate <= 1,
            f"`near_duplicate` must be 0.3 to 1, got {self.near_duplicate}.",
        )


@dataclass(frozen=True)
class SynthesizeConfig:
    """Let a model write sentences that go against a stereotype (Han et al. 2024)."""

    prompting: Literal["targeted", "general"] = setting(
        "targeted", "targeted names a category and its terms; general names none"
    )
    category: str = setting("gender", "targeted: which bias, for example gender")
    terms: str = setting("", "targeted: terms to use, separated by commas; empty asks the model")
    term_count: int = setting(20, "targeted: how many terms to ask for")
    sentences: int = setting(20, "how many valid sentences to have in all")
    model: str = setting("bundled", "model that writes: bundled, hub:, path:, endpoint:URL#NAME")
    guide: Literal["none", "low", "high"] = setting(
        "none", "show as examples the sentences with the lowest or highest loss of the target"
    )
    target: str = setting("bundled", "model whose loss guides; one that gives log-probabilities")
    temperature: float = setting(0.7, "sampling temperature")
    max_new_tokens: int = setting(400, "longest reply, in tokens")
    tries: int = setting(20, "at most so many replies for every 10 sentences wanted")
    seed: int = setting(0, "seed of replies, of examples and of the split")

    def __post_init__(self) -> None:
        named = self.category.strip().lower()
        require(
            named not in ("", "general"),
            "`category` must name a bias, for example gender. For none use prompting general.",
        )
        require(self.sentences >= 1, f"`sentences` must be 1 or more, got {self.sentences}.")
        require(
            1 <= self.term_count <= 500, f"`term_count` must be 1 to 500, got {self.term_count}."
        )
        require(
            0 < self.temperature <= 2, f"`temperature` must be in (0, 2], got {self.temperature}."
        )
        require(self.tries >= 1, f"`tries` must be 1 or more, got {self.tries}.")
        require(
            self.max_new_tokens >= 16, f"`max_new_tokens` must be 16+, got {self.max_new_tokens}."
        )


@dataclass(frozen=True)
class CategorizeConfig:
    """Propose GenderAlign's category for every preference row; a person's choice stays."""

    model: str = setting("bundled", "whose preference set, and the model that is asked")
    ask_model: bool = setting(
        False,
        "ask the model where the rule finds nothing; otherwise the rule decides; "
        "the bundled model is too small for it",
    )
    rows: str = setting("all", "which rows: all, or some of own, imported, synthetic")

    def __post_init__(self) -> None:
        split_rows(self.rows)
