"""How a benchmark describes itself; each module of this package declares one or more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipelines.benchmarks.items import Answer, Item, Value
from pipelines.benchmarks.places import Place
from pipelines.metrics.specs import MetricSpec


class Aim(StrEnum):
    """What a benchmark is about."""

    BIAS = "bias"
    HARM = "harm"  # to gender-diverse people
    ABILITY = "ability"
    LANGUAGE = "language"  # fluency: perplexity, repetition


@dataclass(frozen=True)
class Form:
    """How items are put to a model; each benchmark heeds what concerns it.

    `chat` puts prompts into the model's chat template. `method` says how stances are asked: scored,
    or generated in words. `shots` is the number of worked examples
    before a question. `samples` is the number of replies a prompt, drawn with `seed`. `orders` is
    the number of option orders. `scorer` names the model that reads sentiment or regard.
    """

    chat: bool = False
    method: str = "scored"
    shots: int = 0
    samples: int = 1
    seed: int = 0
    orders: int = 2
    scorer: str = "vader"


@dataclass(frozen=True)
class Group:
    """A fact by whose values some metrics are told apart, in keys such as `accuracy_female`."""

    fact: str
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Benchmark:
    """One benchmark: how to read it, what an answer is worth, and what is computed."""

    name: str  # as in `--benchmarks`
    label: str
    aim: Aim
    meaning: str  # one sentence for a teacher to read aloud
    source: str  # where items and formula come from
    license: str
    read: Callable[[Place, Form], list[Item]]
    value: Callable[[Item, Sequence[Answer]], Value | None]  # None: the item does not take part
    metrics: tuple[MetricSpec, ...]
    headline: str  # key of the metric that stands for it
    groups: tuple[Group, ...] = ()
    score: str = ""  # what `Value.score` is, with its fair or best point
    writes: bool = False  # does the model write? If not, its log-probabilities are needed
    writes_in_words: bool = False  # does it write where `method` is generated?
    answer: tuple[str, str] = ("picked", "gold")  # facts: which kind of option was given, is right
    warning: str = ""  # what a reader should know before opening its items
    resolution: tuple[MetricSpec, ...] = ()  # computed from both sets of values, in `compare` only

    def spec(self, key: str) -> MetricSpec:
        """Return the metric with this key."""
        return next(spec for spec in self.metrics if spec.key == key)
