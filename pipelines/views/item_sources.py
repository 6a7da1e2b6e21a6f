"""Which evaluations the items of a comparison are of, and what has to be said of that."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.configs import CompareConfig, EvaluateConfig
from pipelines.measured import Evaluation
from pipelines.store import Project
from pipelines.views.comparisons import ComparisonView

AGAIN = "Measured again since; the items are of the later measuring."


def evaluation_id(
    session: Session, comparison: ComparisonView, model: str, benchmark: str
) -> int | None:
    """Return the evaluation that a comparison made of one model, or None.

    A comparison of before that was stored has the newest one, at best of the same settings. Those
    are not checked again: the folder they name may be gone.
    """
    known = comparison.measure(benchmark).evaluations.get(model)
    if known and session.get(Evaluation, known):
        return known
    names = set(EvaluateConfig.__dataclass_fields__) & set(CompareConfig.__dataclass_fields__)
    wanted = {name: comparison.config[name] for name in names if name in comparison.config}
    query = select(Evaluation.id, Evaluation.config).where(
        Evaluation.model == model, Evaluation.benchmark == benchmark
    )
    rows = session.execute(query.order_by(Evaluation.id.desc())).all()
    exact = [number for number, config in rows if wanted.items() <= config.items()]
    return next(iter([*exact, *(number for number, _ in rows)]), None)


def measured_again(project: Project, comparison: ComparisonView, benchmark: str) -> str:
    """Return AGAIN if a model's items were written anew after the comparison, else ""."""
    with project.read() as session:
        ids = [
            evaluation_id(session, comparison, model, benchmark)
            for model in (comparison.before, *comparison.models_after)
        ]
        last = session.scalar(select(func.max(Evaluation.created_at)).where(Evaluation.id.in_(ids)))
    known = last is not None and comparison.finished_at is not None
    return AGAIN if known and last > comparison.finished_at else ""


def said_of_items(project: Project, comparison: ComparisonView, benchmark: str, said: str) -> str:
    """Return a sentence about single items with which run and which measuring they are of."""
    again = measured_again(project, comparison, benchmark)
    return f"{comparison.first_run}{said} {again}".rstrip() if said else ""
