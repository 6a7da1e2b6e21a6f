"""One frozen dataclass a stage; a field's `help` serves the flag, the form and the reader.

Fields that TRL or PEFT also has carry their names and meanings. Ranges are checked when a config
is made, so a flag, a file and a form meet the same words.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pipelines.errors import ConfigError

SplitChoice = Literal["all", "train", "validation", "test"]
Method = Literal["scored", "generated"]
Explain = Literal["all", "plots", "inconsistent", "none"]
TrainMethod = Literal["sft+dpo", "sft", "dpo"]
ExportFormat = Literal["trl", "paper", "attribute", "hub"]
ImportFormat = Literal[
    "auto", "genderalign", "hh", "biasdpo", "trl", "paper", "csv", "llamafactory"
]
ROWS = ("own", "imported", "synthetic")
"""Where preference rows come from: the study's judgments and controls, files, written triples."""


def setting(default: Any, help: str) -> Any:
    """Declare one setting with the sentence that explains it."""
    return field(default=default, metadata={"help": help})


def require(holds: bool, message: str) -> None:
    """Raise a ConfigError with `message` unless the condition holds."""
    if not holds:
        raise ConfigError(message)


def config_hash(config: Any) -> str:
    """Return 12 hex digits that name one configuration's values."""
    text = json.dumps(asdict(config), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def split_arms(arms: str) -> tuple[str, ...]:
    """Read "male,female,they" into a tuple.

    Raises:
        ConfigError: for an arm that is none of the three, or without male and female.
    """
    found = tuple(arm.strip() for arm in arms.split(",") if arm.strip())
    unknown = set(found) - {"male", "female", "they"}
    require(not unknown, f"`arms` may be male, female and they, got {', '.join(sorted(unknown))}.")
    require(
        {"male", "female"} <= set(found),
        f"`arms` must hold male and female, got {arms!r}. Add `they` as a third if you like.",
    )
    return found


def split_rows(rows: str) -> tuple[str, ...]:
    """Read "own,imported" into a tuple; "all" means every one of ROWS.

    Raises:
        ConfigError: for a kind of rows that there is not.
    """
    found = tuple(name.strip() for name in rows.split(",") if name.strip())
    unknown = set(found) - {*ROWS, "all"}
    require(
        bool(found) and not unknown,
        f"`rows` must be all, or some of {', '.join(ROWS)}, got {rows!r}.",
    )
    return ROWS if "all" in found else tuple(name for name in ROWS if name in found)


@dataclass(frozen=True)
class PrepareConfig:
    """Unpack or check a model, so that its first use is quick."""

    model: str = setting("bundled", "model reference: bundled, hub:org/name, path:FOLDER, run:ID")


@dataclass(frozen=True)
class StoriesConfig:
    """Fill the project with story families, and check them before they are judged."""

    source: str = setting(
        "library", "where families come from: library, model, pasted, or a file's path"
    )
    families: int = setting(
        0, "how many families in all from this source; 0 takes all there are (a model writes 5)"
    )
    arms: str = setting("male,female,they", "whom each story is told about, separated by commas")
    theme: str = setting("all", "one theme (for example work), or all")
    seed: int = setting(0, "seed of the choice of plots, of names, of replies and of the split")
    # a model writes
    model: str = setting("bundled", "model that writes: bundled, hub:, path:, endpoint:URL#NAME")
    writing: Literal["swap", "pair"] = setting(
        "swap", "swap: one story is written and its other arms are made; pair: both are written"
    )
    shots: Literal["zero", "one"] = setting("zero", "show the model an example first, or none")
    temperature: float = setting(0.8, "sampling temperature of the model that writes")
    max_new_tokens: int = setting(400, "longest reply, in tokens")
    tries: int = setting(4, "at most so many replies for each family that is wanted")
    # a file or a pasted text
    format: Literal["auto", "genmo", "paper", "table", "text"] = setting(
        "auto", "how a file holds its stories; auto looks at its first rows"
    )
    columns: str = setting("", "columns of a table, for example male_story=boy,female_story=girl")
    text: str = setting("", "the pasted story; an empty line begins the next one")
    name: str = setting("", "the protagonist's first name in a pasted text; empty finds it")

    def __post_init__(self) -> None:
        require(bool(self.source.strip()), "`source` must be library, model, pasted or a file.")
        require(
            self.families >= 0,
            f"`families` must be 0 (all) or more, got {self.families}.",
        )
        require(
            0 < self.temperature <= 2, f"`temperature` must be in (0, 2], got {self.temperature}."
        )
        require(
            self.max_new_tokens >= 32, f"`max_new_tokens` must be 32+, got {self.max_new_tokens}."
        )
        require(1 <= self.tries <= 100, f"`tries` must be 1 to 100, got {self.tries}.")
        require(
            self.source != "pasted" or bool(self.text.strip()),
            "`text` is empty. Paste at least one story.",
        )
        split_arms(self.arms)


@dataclass(frozen=True)
class SwapConfig:
    """Rewrite texts about one gender as texts about another; ambiguities are returned."""

    text: str = setting("", "the text to rewrite")
    file: str = setting("", "a UTF-8 file with one text a line, instead of --text")
    to: Literal["female", "male", "they", "xe", "ey", "fae", "ze"] = setting(
        "female", "whom the text is to be about; xe, ey, fae and ze are one-way"
    )
    name: str = setting("", "the protagonist's first name; empty finds it")

    def __post_init__(self) -> None:
        require(
            bool(self.text.strip()) != bool(self.file.strip()),
            "Give one of `--text` and `--file`: the text itself, or a file with one text a line.",
        )


@dataclass(frozen=True)
class CheckConfig:
    """Check every wording before it is judged: green, amber or red, with the reason."""

    rouge_low: float = setting(0.80, "ROUGE-1 F between the male and the female story, from")
    rouge_high: float = setting(0.95, "ROUGE-1 F between the male and the female story, up to")
    window: Literal["note", "exclude"] = setting(
        "note",
        "outside the ROUGE window: note (amber below it; above it are the cleanest pairs), or "
        "exclude (red on both sides, as Wei et al. have it)",
    )
    min_words: int = setting(15, "shortest story, in words")
    max_words: int = setting(600, "longest story, in words")
    near_duplicate: float = setting(
        0.9, "share of word sequences from which two families are told to be near-duplicates"
    )
    language: str = setting("en", "language that the stories have to be in, as two letters")

    def __post_init__(self) -> None:
        require(
            0 <= self.rouge_low <= self.rouge_high <= 1,
            "`rouge_low` and `rouge_high` must hold 0 <= low <= high <= 1, got "
            f"{self.rouge_low} and {self.rouge_high}.",
        )
        require(
            0 < self.min_words <= self.max_words,
            f"`min_words` must be above 0 and at most `max_words`, got {self.min_words} and "
            f"{self.max_words}.",
        )
        require(
            0.3 <= self.near_duplicate <= 1,
            f"`near_duplicate` must be 0.3 to 1, got {self.near_duplicate}.",
        )


@dataclass(frozen=True)
class JudgeConfig:
    """Let a model judge every story that it has not judged yet."""

    model: str = setting("bundled", "model reference: bundled, hub:org/name, path:FOLDER, run:ID")
    method: Method = setting(
        "scored", "scored reads log-probabilities of the stances, generated asks as the paper does"
    )
    split: SplitChoice = setting("all", "which families: all, train, validation or test")
    arms: str = setting("male,female,they", "which arms, separated by commas")
    orders: int = setting(2, "option orders to average over when scoring, 1 to 24")
    samples: int = setting(1, "generated replies a story; the first is greedy, others at 0.7")
    explain: Explain = setting(
        "all", "which stories get an explanation: all, open plots, inconsistent pairs, or none"
    )
    max_new_tokens: int = setting(64, "longest explanation or reply, in tokens")
    limit: int = setting(0, "judge at most this many families; 0 is all")
    seed: int = setting(0, "seed of sampled replies")

    def __post_init__(self) -> None:
        require(1 <= self.orders <= 24, f"`orders` must be 1 to 24, got {self.orders}.")
        require(1 <= self.samples <= 50, f"`samples` must be 1 to 50, got {self.samples}.")
        require(
            self.max_new_tokens >= 8, f"`max_new_tokens` must be 8+, got {self.max_new_tokens}."
        )
        require(self.limit >= 0, f"`limit` must be 0 (all) or more, got {self.limit}.")
        split_arms(self.arms)


@dataclass(frozen=True)
class BalanceConfig:
    """Draft a balanced, gender-neutral judgment for every inconsistent pair."""

    model: str = setting("bundled", "model that judged the pairs and drafts the balanced judgment")
    method: Method = setting("scored", "whose inconsistencies: scored or generated judgments")
    pairs: Literal["inconsistent", "all"] = setting(
        "inconsistent", "draft for inconsistent pairs only, or for all judged pairs"
    )
    split: SplitChoice = setting("all", "which families; drafts for test families never train")
    attempts: int = setting(2, "drafts to ask the model for before a template completes it")
    max_new_tokens: int = setting(120, "longest draft, in tokens")
    temperature: float = setting(0.7, "sampling temperature of the drafts")
    seed: int = setting(0, "seed of the drafts")

    def __post_init__(self) -> None:
        require(0 <= self.attempts <= 10, f"`attempts` must be 0 to 10, got {self.attempts}.")
        require(self.temperature > 0, f"`temperature` must be above 0, got {self.temperature}.")


@dataclass(frozen=True)
class AcceptConfig:
    """Accept balanced judgments without the studio."""

    all_passing: bool = setting(False, "accept every draft that passes all checks")
    as_: str = setting("", "who decides; written into the journal")

    def __post_init__(self) -> None:
        require(self.all_passing, "`--all-passing` must be given: it is what can be accepted here.")
        require(bool(self.as_.strip()), "`--as NAME` must be given: the journal says who decided.")


@dataclass(frozen=True)
class ExportConfig:
    """Write the preference set to a file, or to a folder that the Hub takes as a dataset."""

    out: str = setting("", "file to write (.jsonl or .parquet), or a folder for hub")
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
    columns: str = setting("", "columns of a CSV, for example prompt=question,chosen=good")
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
        require(bool(self.category.strip()), "`category` must name a bias, for example gender.")
        require(self.sentences >= 1, f"`sentences` must be 1 or more, got {self.sentences}.")
        require(
            1 <= self.term_count <= 500, f"`term_count` must be 1 to 500, got {self.term_count}."
        )
        require(
            0 < self.temperature <= 2, f"`temperature` must be in (0, 2], got {self.temperature}."
        )


@dataclass(frozen=True)
class CategorizeConfig:
    """Propose GenderAlign's category for every preference row; a person's choice stays."""

    model: str = setting("bundled", "whose preference set, and the model that is asked")
    ask_model: bool = setting(
        False, "ask the model where the rule finds nothing; otherwise the rule alone decides"
    )
    rows: str = setting("all", "which rows: all, or some of own, imported, synthetic")

    def __post_init__(self) -> None:
        split_rows(self.rows)


@dataclass(frozen=True)
class TrainConfig:
    """Train an adapter on the preference set, in a process of its own."""

    model: str = setting("bundled", "model to train; its judgments made the preference set")
    method: TrainMethod = setting("sft+dpo", "sft+dpo, sft or dpo")
    name: str = setting("", "a name for the run; empty takes the method")
    resume: str = setting("", "id of a stopped run to go on with; other settings come from it")
    # DPO
    beta: float = setting(0.1, "DPO: pull towards the reference model; larger stays closer")
    loss_type: str = setting("sigmoid", "DPO: loss, for example sigmoid, ipo or hinge")
    learning_rate: float = setting(5e-5, "DPO: peak learning rate of AdamW")
    num_train_epochs: float = setting(1.0, "DPO: passes over the preference rows")
    # SFT
    sft_target: Literal["stance", "answer"] = setting(
        "stance", "SFT: put the loss on the stance alone, or on the whole answer"
    )
    sft_control_repeats: int = setting(
        2, "SFT: how often a control row stands in an epoch, so that clear cases are not outvoted"
    )
    sft_learning_rate: float = setting(3e-4, "SFT: peak learning rate of AdamW")
    sft_num_train_epochs: float = setting(2.0, "SFT: passes over the chosen answers")
    max_steps: int = setting(0, "DPO: end after so many steps; 0 is the whole of the epochs")
    # both
    per_device_train_batch_size: int = setting(4, "rows a step on each device")
    gradient_accumulation_steps: int = setting(1, "steps whose gradients are added up")
    max_length: int = setting(1024, "longest prompt with answer, in tokens")
    warmup_steps: int = setting(5, "steps until the learning rate has risen to its peak")
    save_steps: int = setting(25, "a checkpoint every so many steps")
    gradient_checkpointing: bool = setting(
        False, "recompute activations: less memory, about a third more time"
    )
    validation_rows: int = setting(0, "validate on so many rows at the end; 0 is all of them")
    processes: int = setting(1, "GPUs to train on; above 1 goes through accelerate launch")
    lora_last_layers: int = setting(
        0, "adapt only so many of the last layers: faster, and keeps more of the model; 0 is all"
    )
    lora_r: int = setting(16, "rank of the LoRA update")
    lora_alpha: int = setting(32, "LoRA scale; the update is multiplied by alpha / r")
    lora_dropout: float = setting(0.0, "dropout on the LoRA input")
    seed: int = setting(0, "seed of data order and of the adapter's first weights")

    def __post_init__(self) -> None:
        require(self.beta > 0, f"`beta` must be above 0, got {self.beta}. Usual: 0.01 to 0.5.")
        for name in ("learning_rate", "sft_learning_rate"):
            value = getattr(self, name)
            require(0 < value < 1, f"`{name}` must be in (0, 1), got {value}. Usual: 1e-6 to 1e-3.")
        for name in ("num_train_epochs", "sft_num_train_epochs"):
            value = getattr(self, name)
            require(value > 0, f"`{name}` must be above 0, got {value}.")
        self._check_counts()

    def _check_counts(self) -> None:
        for name in (
            "per_device_train_batch_size",
            "gradient_accumulation_steps",
            "save_steps",
            "processes",
            "sft_control_repeats",
            "lora_r",
            "lora_alpha",
        ):
            value = getattr(self, name)
            require(value >= 1, f"`{name}` must be 1 or more, got {value}.")
        require(self.max_length >= 64, f"`max_length` must be 64 or more, got {self.max_length}.")
        require(
            0 <= self.lora_dropout < 1,
            f"`lora_dropout` must be in [0, 1), got {self.lora_dropout}.",
        )
        require(
            self.validation_rows >= 0,
            f"`validation_rows` must be 0 (all) or more, got {self.validation_rows}.",
        )
        require(
            self.lora_last_layers >= 0,
            f"`lora_last_layers` must be 0 (all) or more, got {self.lora_last_layers}.",
        )
        require(self.max_steps >= 0, f"`max_steps` must be 0 (all) or more, got {self.max_steps}.")
        require(
            self.warmup_steps >= 0, f"`warmup_steps` must be 0 or more, got {self.warmup_steps}."
        )


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
