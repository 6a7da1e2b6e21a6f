"""Settings of judging, balancing and accepting."""

from dataclasses import dataclass
from typing import Literal

from pipelines.configs.declaring import Method, SplitChoice, require, setting, split_arms

Explain = Literal["all", "plots", "inconsistent", "none"]


@dataclass(frozen=True)
class JudgeConfig:
    """Let a model judge every story that it has not judged yet."""

    model: str = setting(
        "bundled",
        "model reference: bundled, hub:org/name, path:FOLDER, run:ID or endpoint:URL#NAME "
        "(generated only)",
    )
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
