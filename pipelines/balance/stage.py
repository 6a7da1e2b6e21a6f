"""The `balance` stage: draft a balanced judgment for the pairs that need one."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pipelines.balance.checking import passes
from pipelines.balance.drafting import checked, draft_prompt, finish_draft, from_template
from pipelines.configs import BalanceConfig
from pipelines.errors import NothingToDo
from pipelines.judgments.verdicts import Verdict, read_verdicts
from pipelines.models.interface import LanguageModel, Sampling
from pipelines.models.load import load_model
from pipelines.progress import Progress
from pipelines.records import Arm, BalancedJudgment, Family, Inconsistency, Kind, Stance, Story
from pipelines.store import Project

CHUNK = 32


@dataclass
class Pair:
    """One wording with everything a draft is made of; `text` grows while attempts are made."""

    family: Family
    wording: int
    male: Story
    female: Story
    verdicts: list[Verdict]
    text: str = ""
    source: str = "model"

    @property
    def names(self) -> list[str]:
        """Names that must not occur in a balanced judgment."""
        return [self.male.name, self.female.name]


def balance_pairs(project: Project, config: BalanceConfig) -> Iterator[Progress]:
    """Draft for every pair without a balanced judgment; those that people decided on stay.

    Test families get none unless they are asked for: a draft for them could never be trained on.

    Raises:
        NothingToDo: if this model has judged no pairs.
    """
    waiting = pairs_to_draft(project, config)
    done = 0
    if waiting:
        yield Progress(0, len(waiting), f"loading {config.model}")
        model = load_model(project, config.model) if config.attempts else None
        for start in range(0, len(waiting), CHUNK):
            chunk = waiting[start : start + CHUNK]
            draft_chunk(model, chunk, config)
            store_drafts(project, chunk, config)
            done += len(chunk)
            yield Progress(done, len(waiting), "balanced judgments drafted")
    yield Progress(done, len(waiting), "drafts are complete", summarize(project, config))


def pairs_to_draft(project: Project, config: BalanceConfig) -> list[Pair]:
    """Return the judged pairs of plots that have no balanced judgment yet, worst first."""
    with project.read() as session:
        judged = session.scalar(
            select(func.count(Inconsistency.id)).where(
                Inconsistency.model == config.model, Inconsistency.method == config.method
            )
        )
        if not judged:
            raise NothingToDo(
                f"{config.model} has judged no pairs yet ({config.method}). Run the `judge` stage "
                "first, or press Judge in the Judgments tab."
            )
        done = set(
            session.execute(
                select(BalancedJudgment.family_id, BalancedJudgment.wording).where(
                    BalancedJudgment.model == config.model
                )
            ).tuples()
        )
        rows = session.scalars(pair_query(config)).all()
        verdicts = read_verdicts(session, config.model, config.method)
        return [
            read_pair(session, row, verdicts)
            for row in rows
            if (row.family_id, row.wording) not in done
        ]


def pair_query(config: BalanceConfig) -> Select:
    """Return the query for the pairs that the config asks for."""
    query = (
        select(Inconsistency)
        .join(Family, Family.id == Inconsistency.family_id)
        .where(
            Inconsistency.model == config.model,
            Inconsistency.method == config.method,
            Family.kind == Kind.PLOT,
        )
        .order_by(
            Inconsistency.mismatch.desc(),
            Inconsistency.severity.desc(),
            Inconsistency.excess.desc(),
            Inconsistency.id,
        )
    )
    if config.pairs == "inconsistent":
        query = query.where(Inconsistency.mismatch)
    if config.split != "all":
        return query.where(Family.split == config.split)
    return query.where(Family.split != "test")


def read_pair(session: Session, row: Inconsistency, verdicts: dict[int, Verdict]) -> Pair:
    """Return one pair with its stories and verdicts."""
    stories = {
        story.arm: story
        for story in session.scalars(
            select(Story).where(Story.family_id == row.family_id, Story.wording == row.wording)
        )
    }
    male, female = stories[Arm.MALE], stories[Arm.FEMALE]
    family = session.get_one(Family, row.family_id)
    return Pair(family, row.wording, male, female, [verdicts[male.id], verdicts[female.id]])


def draft_chunk(model: LanguageModel | None, pairs: list[Pair], config: BalanceConfig) -> None:
    """Ask the model up to `attempts` times for each pair; fill in the template where it fails."""
    waiting = list(pairs)
    for attempt in range(config.attempts if model else 0):
        prompts = [draft_prompt(pair.male, *pair.verdicts, pair.names) for pair in waiting]
        sampling = Sampling(
            config.max_new_tokens, config.temperature, seed=config.seed + 7919 * attempt
        )
        for batch in model.generate(prompts, sampling):
            for index, reply in batch:
                pair = waiting[index]
                draft = finish_draft(reply, pair.names)
                if checked(draft, pair.names)[0]:
                    pair.text = draft
        waiting = [pair for pair in waiting if not pair.text]
        if not waiting:
            return
    for pair in waiting:
        pair.text = from_template(pair.family, pair.verdicts, pair.names)
        pair.source = "template"


def store_drafts(project: Project, pairs: list[Pair], config: BalanceConfig) -> None:
    """Write one draft a pair."""
    with project.write() as session:
        for pair in pairs:
            session.add(
                BalancedJudgment(
                    family_id=pair.family.id,
                    wording=pair.wording,
                    model=config.model,
                    stance=Stance.BOTH,
                    text=pair.text,
                    drafted_text=pair.text,
                    source=pair.source,
                    checks=checked(pair.text, pair.names)[1],
                )
            )


def summarize(project: Project, config: BalanceConfig) -> dict[str, int]:
    """Return how many balanced judgments this model has, and how many fail a check."""
    with project.read() as session:
        rows = session.scalars(
            select(BalancedJudgment).where(BalancedJudgment.model == config.model)
        ).all()
    by_source = {
        source: sum(row.source == source for row in rows) for source in ("model", "template")
    }
    failed = sum(not passes(row.checks) for row in rows)
    return {"drafted": len(rows), "failed_checks": failed, **by_source}
