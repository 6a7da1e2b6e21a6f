"""Where published rows come from: who wrote the stories, which files, who decided; no names."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.preferences.published import Published, public_reference
from pipelines.preferences.rows import OWN_SOURCES
from pipelines.records import BalancedJudgment, Family, Judgment, PreferenceRow, Status
from pipelines.sources import ImportedFile
from pipelines.store import Project

ORIGINS = {
    "library": "written for Evenhand's scenario library",
    "model": "written by a model",
    "import": "imported from a file",
    "pasted": "pasted by a person",
    "synthetic": "made of sentences that a model wrote",
}


@dataclass(frozen=True)
class Origins:
    """What the card tells about where the rows come from."""

    families: dict[str, int]  # origin in words -> families
    writers: dict[tuple[str, str], int]  # (model, version of its prompt) -> families
    files: list[ImportedFile]
    licences: dict[str, set[str]]  # sha256 of a file -> what its format says about licences
    prompts: list[str]  # versions of the questions whose answers the rows hold
    decisions: dict[str, int] = field(default_factory=dict)  # what -> how often; no names


def read_origins(project: Project, published: Published) -> Origins:
    """Return where the rows come from; only what belongs to them."""
    ids = {row.family_id for row in published.rows}
    families = [published.families[one] for one in sorted(ids)]
    models = {row.model for row in published.rows if row.source in OWN_SOURCES}
    with project.read() as session:
        return Origins(
            dict(Counter(ORIGINS.get(family.source, family.source) for family in families)),
            writers_of(families),
            files_of(session, families),
            licences_of(families),
            prompts_of(session, models),
            decisions_on(session, published.rows, models),
        )


def writers_of(families: Iterable[Family]) -> dict[tuple[str, str], int]:
    """Count the families that models wrote by model and version of the prompt."""
    return dict(
        Counter(
            (
                public_reference(str(family.provenance["model"])),
                str(family.provenance.get("prompt", "–")),
            )
            for family in families
            if family.provenance.get("model")
        )
    )


def licences_of(families: Iterable[Family]) -> dict[str, set[str]]:
    """Return what is known about the licence of each file that families came from."""
    found: dict[str, set[str]] = {}
    for family in families:
        if digest := family.provenance.get("sha256"):
            licence = family.provenance.get("licence")
            found.setdefault(digest, set()).update([str(licence)] if licence else [])
    return found


def files_of(session: Session, families: Iterable[Family]) -> list[ImportedFile]:
    """Return the imported files that the families came from; a family may keep a short digest."""
    digests = tuple(licences_of(families))
    files = session.scalars(select(ImportedFile).order_by(ImportedFile.id))
    return [file for file in files if file.sha256.startswith(digests)] if digests else []


def prompts_of(session: Session, models: set[str]) -> list[str]:
    """Return the versions of the questions that these models were judged with."""
    query = select(Judgment.prompt).where(Judgment.model.in_(models)).distinct()
    return sorted(session.scalars(query))


def decisions_on(
    session: Session, rows: Iterable[PreferenceRow], models: set[str]
) -> dict[str, int]:
    """Count what people decided about the pairs and the rows."""
    pairs = {(row.family_id, row.wording) for row in rows if row.source == "balanced"}
    mine = BalancedJudgment.model.in_(models)
    query = select(BalancedJudgment).where(mine, BalancedJudgment.status == Status.ACCEPTED)
    kept = [one for one in session.scalars(query) if (one.family_id, one.wording) in pairs]
    discarded = select(func.count()).where(mine, BalancedJudgment.status == Status.DISCARDED)
    counts = {
        "accepted pairs": len(kept),
        "people who accepted": len({one.decided_by for one in kept} - {""}),
        "drafts that a person edited": sum(one.edit_distance > 0 for one in kept),
        "drafted by a model": sum(one.source == "model" for one in kept),
        "drafted from a template": sum(one.source == "template" for one in kept),
        "drafts that came with a file": sum(one.source == "import" for one in kept),
        "written by a person": sum(one.source == "person" for one in kept),
        "discarded pairs, not in the set": session.scalar(discarded) or 0,
        "categories chosen by a person": sum(row.category_source == "person" for row in rows),
    }
    return {what: number for what, number in counts.items() if number}


def skipped_of(files: Iterable[ImportedFile]) -> dict[str, int]:
    """Return how many rows of the files were skipped, by reason."""
    counts: Counter[str] = Counter()
    for file in files:
        counts.update({str(reason): int(number) for reason, number in file.skipped.items()})
    return dict(counts)
