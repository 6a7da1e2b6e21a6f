"""What a preference set teaches about gender-diverse people; no model is needed.

Counted are the rows that name gender-diverse people (`mentions`), by identity, and of these how
often the affirming answer is the rejected one: training on such rows pays for stigma. Most rows
cannot be told by words, and are said to be so. Rows that are told are listed, LISTED of a kind at
most, with the words that told them, for a person to look.

Shares come with Wilson's interval over families, each counted once with the mean of its rows.

Not covered: what `mentions` does not cover.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, String, func, or_, select, type_coerce

from pipelines.errors import UndefinedMetric
from pipelines.metrics.statistics import collapse, proportion
from pipelines.preferences.categories import text_of
from pipelines.records import Category, PreferenceRow
from pipelines.rewards.mentions import (
    STEMS,
    Affirming,
    Phrase,
    mentioned,
    non_affirming,
    which_affirms,
)
from pipelines.store import Project

LISTED = 200
"""Rows of one kind that a result lists, and so the most that the page shows; counts are of all."""


@dataclass(frozen=True)
class Finding:
    """What one row says about gender-diverse people."""

    row: int
    family: str
    split: str
    source: str
    category: str
    identities: tuple[str, ...]
    affirms: Affirming
    chosen_phrases: tuple[Phrase, ...] = ()
    rejected_phrases: tuple[Phrase, ...] = ()

    @property
    def reason(self) -> str:
        """Why the row is told as it is, in one sentence."""
        told = {
            Affirming.CHOSEN: f"The rejected answer says {quoted(self.rejected_phrases)}.",
            Affirming.REJECTED: f"The chosen answer says {quoted(self.chosen_phrases)}.",
            Affirming.NEITHER: f"The chosen answer says {quoted(self.chosen_phrases)}, and the "
            f"rejected one {quoted(self.rejected_phrases)}.",
            Affirming.UNKNOWN: "Neither answer holds one of the listed phrases.",
        }
        return told[self.affirms]


@dataclass(frozen=True)
class PreferenceAudit:
    """The rows of a preference set that name gender-diverse people, out of all rows."""

    rows: int
    families: int
    findings: tuple[Finding, ...]
    marginalized: dict[str, int]  # who said so -> rows of that category

    def of(self, affirms: Affirming) -> list[Finding]:
        """Return the findings of one kind."""
        return [finding for finding in self.findings if finding.affirms == affirms]

    def as_dict(self) -> dict[str, Any]:
        """Return the counts with their intervals, and the rows that were told."""
        return {
            "rows": self.rows,
            "families": self.families,
            **counts(self.findings),
            "by_identity": {
                name: counts([one for one in self.findings if name in one.identities])
                for name in dict.fromkeys(name for one in self.findings for name in one.identities)
            },
            "marginalized": self.marginalized,
            "listed": {
                str(kind): [
                    {"row": one.row, "split": one.split, "reason": one.reason}
                    for one in self.of(kind)[:LISTED]
                ]
                for kind in (Affirming.REJECTED, Affirming.CHOSEN, Affirming.NEITHER)
            },
        }


def audit_preferences(project: Project, models: Sequence[str] | None = None) -> PreferenceAudit:
    """Examine the project's rows that are not excluded, of these models and from elsewhere.

    Without `models` it is the rows of every model. Rows whose texts hold none of the STEMS are
    counted by the database, so 100,000 rows take about as long as those that name somebody.
    """
    kept = [~PreferenceRow.excluded]
    if models is not None:
        kept.append(PreferenceRow.model.in_(("", *models)))
    rows = select(func.count(), func.count(PreferenceRow.family_id.distinct())).where(*kept)
    marginalized = (
        select(PreferenceRow.category_source, func.count())
        .where(*kept, PreferenceRow.category == Category.MARGINALIZED)
        .group_by(PreferenceRow.category_source)
    )
    likely = select(PreferenceRow).where(*kept, holds_stem()).order_by(PreferenceRow.id)
    with project.read() as session:
        count, families = session.execute(rows).one()
        by_source = dict(session.execute(marginalized).tuples().all())
        found = [examine(row) for row in session.scalars(likely.execution_options(yield_per=500))]
    return PreferenceAudit(
        count, families, tuple(one for one in found if one.identities), by_source
    )


def holds_stem() -> ColumnElement[bool]:
    """Return the SQL that is true where a row's stored texts hold one of the STEMS."""
    texts = (PreferenceRow.prompt, PreferenceRow.chosen, PreferenceRow.rejected)
    return or_(*(type_coerce(text, String).contains(stem) for text in texts for stem in STEMS))


def examine(row: PreferenceRow) -> Finding:
    """Return what one row says; a row that names nobody is not searched for phrases."""
    said = [text_of(part) for part in (row.prompt, row.chosen, row.rejected)]
    identities = mentioned("\n".join(said))
    found = Finding(
        row.id, row.family_id, row.split, row.source, row.category, identities, Affirming.UNKNOWN
    )
    if not identities:
        return found
    chosen, rejected = (non_affirming(text) for text in said[1:])
    return replace(
        found,
        affirms=which_affirms(chosen, rejected),
        chosen_phrases=chosen,
        rejected_phrases=rejected,
    )


def counts(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return how many rows there are of each kind, and the share whose affirming text is rejected.

        affirming_rejected = #[affirming text is rejected] / #[affirming text can be told]

    Range [0, 1], best 0. Undefined where no row can be told.
    """
    kinds = Counter(finding.affirms for finding in findings)
    told = [one for one in findings if one.affirms in (Affirming.CHOSEN, Affirming.REJECTED)]
    return {
        "mentioning": len(findings),
        "affirming_is_chosen": kinds[Affirming.CHOSEN],
        "affirming_is_rejected": kinds[Affirming.REJECTED],
        "neither_affirms": kinds[Affirming.NEITHER],
        "cannot_tell": kinds[Affirming.UNKNOWN],
        "affirming_rejected": share(told, lambda one: one.affirms == Affirming.REJECTED),
    }


def share(findings: Sequence[Finding], is_one: Callable[[Finding], bool]) -> dict[str, Any]:
    """Return a share of findings with Wilson's interval over families."""
    try:
        means = collapse([is_one(one) for one in findings], [one.family for one in findings])
        found = replace(proportion(float(means.sum()), len(means)), n=len(findings))
    except UndefinedMetric:
        undefined = "No row can be told by its words. Look at the rows themselves."
        return {"value": None, "undefined": undefined, "n": 0, "ideal": 0.0}
    return found.as_dict(0.0)


def quoted(phrases: Sequence[Phrase]) -> str:
    """Return the phrases with their kinds, for a sentence."""
    told = dict.fromkeys(f"“{phrase.words}” ({phrase.kind})" for phrase in phrases)
    return ", ".join(told)
