"""Settings of what brings stories in and checks them."""

from dataclasses import dataclass
from typing import Literal

from pipelines.configs.declaring import require, setting, split_arms


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
    theme: str = setting(
        "all", "one theme (for example work; a model also takes your own words), or all"
    )
    seed: int = setting(0, "seed of the choice of plots, of names, of replies and of the split")
    # a model writes
    model: str = setting("bundled", "model that writes: bundled, hub:, path:, endpoint:URL#NAME")
    writing: Literal["swap", "pair"] = setting(
        "swap", "swap: one story is written and its other arms are made; pair: both are written"
    )
    shots: Literal["zero", "one"] = setting("zero", "show the model an example first, or none")
    temperature: float = setting(0.8, "sampling temperature of the model that writes")
    max_new_tokens: int = setting(
        400,
        "longest reply, in tokens; a story to be swapped is given 180 by a model that runs here",
    )
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
