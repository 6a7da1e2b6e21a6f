"""Keep the valid sentences of a reply, with family and row, and count why others were not kept."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.records import PreferenceRow
from pipelines.replies import WAITING, Request
from pipelines.sources import Reply, Triple
from pipelines.store import Project
from pipelines.synthetic.guiding import Guide
from pipelines.synthetic.parsing import Entry, read_entries
from pipelines.synthetic.prompts import own_examples, with_beginning
from pipelines.synthetic.rows import add_family, add_row
from pipelines.synthetic.validator import (
    THERE_ALREADY,
    Known,
    complete,
    flags,
    reject,
    sentence_key,
)

NOTHING_READ = "no sentence could be read"
UNREADABLE = "it could not be read"


@dataclass
class Keeper:
    """Reads the replies to one request and writes what is valid in them."""

    request: Request
    category: str
    terms: list[str]
    guide: Guide | None
    seed: int

    def read(self, session: Session, number: int, text: str) -> tuple[str, int]:
        """Write the valid sentences of a reply; return why none is, and how many are."""
        entries = read_entries(with_beginning(text)).entries
        if not entries:
            return NOTHING_READ, 0
        keys = [sentence_key(one) for one in session.scalars(select(Triple.sentence))]
        reasons: Counter[str] = Counter()
        for entry in entries:
            reason = reject(entry, Known(keys, shown_keys(), self.terms or None))
            reasons[reason] += 1
            if not reason:
                self.keep(session, number, entry)
                keys.append(sentence_key(entry.sentence))
        kept = reasons.pop("", 0)
        return ("" if kept else reasons.most_common(1)[0][0]), kept

    def keep(self, session: Session, number: int, entry: Entry) -> None:
        """Write one sentence, with a family and a preference row where it can have them."""
        entry, origin = complete(entry)
        noticed = flags(entry)
        provenance: dict[str, Any] = {
            "request": self.request.id,
            "reply": number,
            "stereotyped_from": origin,
            "flags": noticed,
        }
        if self.guide:
            provenance |= {"examples": self.guide.shown, "guide": self.guide.name}
        triple = Triple(
            category=self.category,
            sentence=entry.sentence,
            term=entry.term,
            attribute=entry.attribute,
            stereotyped=entry.stereotyped,
            model=self.request.model,
            provenance=provenance,
        )
        session.add(triple)
        session.flush()
        family = add_family(session, triple, self.seed)
        if family:
            add_row(session, triple, family, noticed)


def shown_keys() -> list[str]:
    """Return the keys of the examples that show the form."""
    return [sentence_key(one.sentence) for one in own_examples()]


def count_triples(project: Project, category: str) -> int:
    """Return how many valid sentences a category has, whichever request gave them."""
    query = select(func.count(Triple.id)).where(Triple.category == category)
    with project.read() as session:
        return session.scalar(query) or 0


def coverage(project: Project, category: str) -> dict[str, dict[str, int]]:
    """Return how many sentences each term and each attribute of a category has, most first."""
    found = {}
    with project.read() as session:
        for name, column in (("terms", Triple.term), ("attributes", Triple.attribute)):
            word = func.lower(column)
            query = (
                select(word, func.count())
                .where(Triple.category == category)
                .group_by(word)
                .order_by(func.count().desc(), word)
            )
            found[name] = dict(session.execute(query).tuples().all())
    return found


def rejections(session: Session, request: Request, terms: list[str]) -> Counter[str]:
    """Count why entries in the replies to a request were not kept."""
    kept = {
        (triple.provenance["reply"], triple.sentence)
        for triple in session.scalars(
            select(Triple).where(Triple.provenance["request"].as_string() == request.id)
        )
    }
    query = select(Reply.number, Reply.raw_reply).where(
        Reply.request == request.id, Reply.reason != WAITING
    )
    known = Known((), shown_keys(), terms or None)
    reasons: Counter[str] = Counter()
    for number, text in session.execute(query).tuples():
        reading = read_entries(with_beginning(text))
        if not reading.entries:
            reasons[NOTHING_READ] += 1
            continue
        reasons[UNREADABLE] += reading.unreadable
        for entry in reading.entries:
            if (number, entry.sentence) in kept:
                kept.remove((number, entry.sentence))
            else:
                reasons[reject(entry, known) or THERE_ALREADY] += 1
    return +reasons


def summarize(
    project: Project, request: Request, category: str, terms: list[str]
) -> dict[str, Any]:
    """Return the stage's result; `rejected` is about the replies to this request.

    `held_back` sentences resemble others of several splits, so they are in none.
    """
    own = Triple.category == category
    with project.read() as session:
        rejected = rejections(session, request, terms)
        held_back = session.scalar(select(func.count()).where(own, Triple.family_id.is_(None)))
        rows = session.scalar(
            select(func.count(PreferenceRow.id))
            .join(Triple, Triple.family_id == PreferenceRow.family_id)
            .where(own)
        )
        flagged = session.scalar(
            select(func.count()).where(
                own, func.json_array_length(Triple.provenance, "$.flags") > 0
            )
        )
    covered = coverage(project, category)
    return {
        "triples": count_triples(project, category),
        "rejected": dict(rejected.most_common()),
        "rows": rows or 0,
        "terms": len(terms),
        "held_back": held_back or 0,
        "flagged": flagged or 0,
        "coverage": {
            "terms_used": len(covered["terms"]),
            "attributes": len(covered["attributes"]),
        },
    }
