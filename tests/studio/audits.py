"""Audits with made-up log-probabilities: everything but the models is real."""

import math
from dataclasses import replace

from pipelines.benchmarks.items import content_hash
from pipelines.measured import Evaluation, EvaluationItem
from pipelines.models.interface import TokenLogps
from pipelines.rewards.completions import as_items, load_tokenizer, with_tokens
from pipelines.rewards.lineage import Lineage
from pipelines.rewards.pairs import PREFIX
from pipelines.rewards.preference_audit import audit_preferences
from pipelines.rewards.preference_pairs import read_rows
from pipelines.rewards.sources import read_own
from pipelines.rewards.stage import stages_of, values_of
from pipelines.rewards.summary import Audit, summarize
from pipelines.rewards.writing import item_row

STAGES = (("base", "bundled"), ("SFT", "run:a1b2c3d4e5f6@sft"), ("SFT+DPO", "run:a1b2c3d4e5f6"))
LINEAGE = Lineage(STAGES[-1][1], STAGES[1][1], 0.1, "bundled", "bundled", STAGES)
HOSTILE = "<img src=x onerror=hack()>"


def add_audit(project):
    """Store an audit of some of our pairs in which each stage likes stigma a little more."""
    return store(project, some_pairs())


def add_preference_audit(project):
    """Store an audit of the project's preference rows."""
    return store(project, read_rows(project, LINEAGE))


def some_pairs():
    """Every fourth of our scenarios: 24 pairs about gender-diverse people, 12 of the baseline."""
    pairs = read_own()
    scenarios = list(dict.fromkeys(pair.family for pair in pairs.pairs))[::4]
    return replace(pairs, pairs=[pair for pair in pairs.pairs if pair.family in scenarios])


def store(project, pairs):
    """Store an audit of these pairs; return its result."""
    lineage = LINEAGE
    tokenizer = load_tokenizer("bundled")
    items = with_tokens(tokenizer, as_items(tokenizer, pairs.pairs))
    answers = {
        model: {content_hash(item.asks[0]): scores(item, step) for item in items}
        for step, (_, model) in enumerate(lineage.stages)
    }
    values = values_of(items, answers, lineage)
    stages = stages_of(items, answers, lineage)
    notes = (f"A note with {HOSTILE}.",)
    result = summarize(Audit(lineage, pairs, values, stages, notes, seed=0))
    result["preference_audit"] = audit_preferences(project).as_dict()
    facts = {key: told for key, told in result.items() if key != "metrics"}
    with project.write() as session:
        found = Evaluation(model=lineage.model, benchmark=f"{PREFIX}{pairs.name}",
                           config_hash="made up", config={}, metrics=result["metrics"],
                           facts={**facts, "items": len(items)})  # fmt: skip
        session.add(found)
        session.flush()
        session.add_all(
            EvaluationItem(evaluation_id=found.id, **item_row(item, value, *(
                answers[model] for model in (lineage.model, lineage.reference))))
            for item, value in zip(items, values, strict=True)
        )  # fmt: skip
    return result


def scores(item, step):
    """Log-probabilities of both texts; the stigmatizing one gains with every stage."""
    counts = item.facts["tokens"]
    place = sum(map(ord, item.key)) % 17 / 17  # some pairs lean one way, some the other
    gain = (0.0, 0.2, (0.6 + 0.3 * math.sin(7 * place)) * (1 - place))[step]
    each = (-1.0 - place, -1.0 - (1 - place) + gain)
    return [
        TokenLogps(tuple(range(count)), (logp,) * count)
        for count, logp in zip(counts, each, strict=True)
    ]
