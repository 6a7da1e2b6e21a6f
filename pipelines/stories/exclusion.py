"""Which stories are judged: not those a person took out, nor red ones that nobody allowed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, and_, func, or_, select
from sqlalchemy.orm import Session

from pipelines.records import Family, Light, Story


def in_judging() -> ColumnElement[bool]:
    """Return the condition on Story that lets it be judged, compared and trained on."""
    return and_(Story.excluded.is_(False), or_(Story.light != Light.RED, Story.allowed))


@dataclass(frozen=True)
class LeftOut:
    """How many wordings are out of judging, of how many; it stands wherever numbers are shown."""

    red: int  # by the quality gate
    by_hand: int
    wordings: int

    @property
    def sentence(self) -> str:
        """What to show beside numbers; "" where nothing is left out."""
        if not self.red + self.by_hand:
            return ""
        return (
            f"Left out of these numbers: {self.red + self.by_hand:,} of {self.wordings:,} wordings "
            f"({self.red:,} red in the quality gate, {self.by_hand:,} taken out by hand)."
        )


def count_left_out(session: Session, split: str = "all") -> LeftOut:
    """Count the wordings out of judging; one with a story taken out by hand counts as that."""
    out = (Story.light == Light.RED) & Story.allowed.is_(False)
    wordings = select(
        func.max(Story.excluded.cast(Integer)).label("by_hand"),
        func.max(out.cast(Integer)).label("red"),
    )
    if split != "all":
        wordings = wordings.join(Family, Family.id == Story.family_id).where(Family.split == split)
    each = wordings.group_by(Story.family_id, Story.wording).subquery()
    red = func.sum(each.c.red * (1 - each.c.by_hand))
    row = session.execute(select(red, func.sum(each.c.by_hand), func.count()).select_from(each))
    found = row.one()
    return LeftOut(found[0] or 0, found[1] or 0, found[2])
