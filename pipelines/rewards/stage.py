"""The `audit` stage: what a trained model is rewarded for.

Every model of a run's lineage is asked for the log-probabilities of the pairs' texts; from those of
the model and of its reference the implicit reward is made, from those of all stages how the
preference for stigma has moved. Answers are kept, so an audit that was stopped goes on where it
ended, and one with another beta asks nothing again. It is stored as an Evaluation named
"audit:" and its pairs, with every pair's texts and rewards.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.benchmarks.answering import Answers, answer
from pipelines.benchmarks.items import Item, Scored, Value, content_hash
from pipelines.benchmarks.spoiled import find_spoiled, trained_rows
from pipelines.choosing import choose
from pipelines.configs import AuditConfig
from pipelines.errors import DataError
from pipelines.models.fingerprint import fingerprint
from pipelines.progress import Progress
from pipelines.records import Run
from pipelines.rewards.completions import as_items, load_tokenizer, with_tokens
from pipelines.rewards.lineage import Lineage, trace
from pipelines.rewards.pairs import PairList
from pipelines.rewards.preference_audit import audit_preferences
from pipelines.rewards.rewards import stage_value, value_of
from pipelines.rewards.sources import read_pairs
from pipelines.rewards.summary import Audit, summarize
from pipelines.rewards.writing import store
from pipelines.store import Project


@dataclass(frozen=True)
class Asked:
    """The pairs that are put to the models, and what has to be said about the choice of them."""

    items: list[Item]
    all_items: int
    notes: tuple[str, ...]


def audit_rewards(project: Project, config: AuditConfig) -> Iterator[Progress]:
    """Compare what training has made of two texts, pair by pair, and store it.

    Raises:
        ConfigError: if the model needs a reference, or `pairs` names nothing.
        ModelError: if a model cannot be loaded, is a server, or reads other tokens than its
            reference.
        DataError: if the pairs cannot be read, or the model was trained on all of them.
        NothingToDo: if the project has no preference rows and those are asked for.
    """
    start = time.monotonic()
    lineage = trace(project, config)
    yield Progress(0, 1, "reading the pairs")
    pairs = read_pairs(project, config, lineage)
    asked = choose_items(project, config, lineage, pairs)
    answers: dict[str, Answers] = {}
    for model in models_of(lineage, pairs):
        weights = fingerprint(project, model)
        answers[model] = yield from answer(project, model, weights, asked.items)
    audit = Audit(
        lineage=lineage,
        pairs=pairs,
        values=values_of(asked.items, answers, lineage),
        stages=stages_of(asked.items, answers, lineage),
        notes=(*asked.notes, *lineage.notes, *pairs.notes, *notes_on(project, lineage, asked)),
        seed=config.seed,
    )
    result = summarize(audit)
    if pairs.is_preferences:
        result["preference_audit"] = audit_preferences(project, [lineage.base]).as_dict()
    facts = {
        "items": len(asked.items),
        "all_items": asked.all_items,
        "files": pairs.files,
        "seconds": round(time.monotonic() - start, 1),
    }
    result["evaluation"] = store(project, config, audit, answers, asked.items, result | facts)
    yield Progress(1, 1, f"{lineage.model} is audited", result)


def models_of(lineage: Lineage, pairs: PairList) -> list[str]:
    """Return the models that are asked, each once: all stages and the reference.

    Preference rows are long and many, so of them only the model and its reference are asked.
    """
    stages = [] if pairs.is_preferences else [model for _, model in lineage.stages]
    return list(dict.fromkeys([*stages, lineage.reference, lineage.model]))


def choose_items(project: Project, config: AuditConfig, lineage: Lineage, pairs: PairList) -> Asked:
    """Return the pairs that are asked: of `limit` families, without texts that were trained on.

    The project's own rows are asked all the same, told apart by what the training saw.

    Raises:
        DataError: if none is left.
    """
    tokenizer = load_tokenizer(lineage.tokenizer)
    chosen = choose(as_items(tokenizer, pairs.pairs), config.limit, config.seed)
    notes, items = [chosen.sentence], chosen.items
    if not pairs.is_preferences:
        spoiled = find_spoiled(trained_rows(project, lineage.model), items)
        items = [item for item in items if item.family not in spoiled.families]
        notes.append(spoiled.sentence)
    if not items:
        raise DataError(
            f"{pairs.label}: no pair is left to audit {lineage.model} on. {' '.join(notes)}".strip()
        )
    return Asked(
        with_tokens(tokenizer, items), chosen.all_items, tuple(note for note in notes if note)
    )


def values_of(items: Sequence[Item], answers: dict[str, Answers], lineage: Lineage) -> list[Value]:
    """Return the rewards of every pair."""
    return [
        value_of(
            item,
            given(answers[lineage.model], item),
            given(answers[lineage.reference], item),
            lineage.beta,
        )
        for item in items
    ]


def stages_of(
    items: Sequence[Item], answers: dict[str, Answers], lineage: Lineage
) -> list[tuple[str, str, list[Value]]]:
    """Return each asked stage's name, model, and what it prefers of every pair."""
    return [
        (name, model, [stage_value(item, given(answers[model], item)) for item in items])
        for name, model in lineage.stages
        if model in answers
    ]


def given(answers: Answers, item: Item) -> Scored:
    """Return one model's answer to an item."""
    return answers[content_hash(item.asks[0])]


def notes_on(project: Project, lineage: Lineage, asked: Asked) -> Iterator[str]:
    """Yield what else has to be said: texts that the training cut."""
    if not lineage.run:
        return
    with project.read() as session:
        longest = int(session.get_one(Run, lineage.run).config.get("max_length") or 0)
    cut = sum(item.facts.get("longest", 0) > longest > 0 for item in asked.items)
    if cut:
        yield (
            f"{cut} pairs are longer than the {longest} tokens that the training read. Their "
            "rewards here are of whole texts."
        )
