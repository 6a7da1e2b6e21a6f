"""What people accepted, beside what the model itself said about the same stories.

Families for testing and stories out of judging are left out: nothing of them may be trained on.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from pipelines.judgments.verdicts import Verdict, read_verdicts
from pipelines.records import BalancedJudgment, Family, Split, Stance, Status, Story
from pipelines.store import Project
from pipelines.stories.exclusion import in_judging


def has_accepted(project: Project, model: str) -> bool:
    """Say whether any balanced judgment of this model has been accepted."""
    query = select(BalancedJudgment.id).where(
        BalancedJudgment.model == model, BalancedJudgment.status == Status.ACCEPTED
    )
    with project.read() as session:
        return session.scalar(query.limit(1)) is not None


def accepted_stories(
    session: Session, model: str
) -> Iterator[tuple[Family, Story, BalancedJudgment, Verdict]]:
    """Yield every explained story of each accepted pair, by family, wording and story."""
    query = (
        select(Family, Story, BalancedJudgment)
        .join(Story, Story.family_id == Family.id)
        .join(
            BalancedJudgment,
            and_(
                BalancedJudgment.family_id == Story.family_id,
                BalancedJudgment.wording == Story.wording,
            ),
        )
        .where(
            BalancedJudgment.model == model,
            BalancedJudgment.status == Status.ACCEPTED,
            Family.split != Split.TEST,
            in_judging(),
        )
    )
    ordered = query.order_by(Family.id, Story.wording, Story.id)
    found = session.execute(ordered).tuples().all()
    verdicts = explained_verdicts(session, model, [story.id for _, story, _ in found])
    for family, story, judgment in found:
        if story.id in verdicts:
            yield family, story, judgment, verdicts[story.id]


def count_accepted(session: Session, model: str) -> int:
    """Return how many accepted pairs belong to families that are not for testing."""
    query = (
        select(func.count(BalancedJudgment.id))
        .join(Family, Family.id == BalancedJudgment.family_id)
        .where(
            BalancedJudgment.model == model,
            BalancedJudgment.status == Status.ACCEPTED,
            Family.split != Split.TEST,
        )
    )
    return session.scalar(query) or 0


def explained_verdicts(
    session: Session, model: str, stories: Collection[int]
) -> dict[int, Verdict]:
    """Return the verdicts that have an explanation, by story: the scored one, else the generated.

    A model that was scored without explanations may have given them when it was asked in words.
    """
    found: dict[int, Verdict] = {}
    for method in ("generated", "scored"):
        found |= {
            story: verdict
            for story, verdict in read_verdicts(session, model, method, stories).items()
            if verdict.stance != Stance.INVALID and verdict.explanation
        }
    return found
