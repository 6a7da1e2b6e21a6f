"""What training makes of a sentence: a preference row, and a row for the loss on the attribute.

The preference row asks for one word in a gap: chosen is the attribute, rejected the stereotyped
word, both bare and in small letters, so that neither form nor length tells them apart. The whole
sentence is shown, because what follows the gap is part of it, and an article before the gap is
"a(n)", because it would give the word's first letter away.

The attribute row is the paper's objective (Han et al. 2024): the text up to the attribute is given
and the loss is on the attribute alone. It is on all of its tokens: -log p(attribute | text before);
the released code takes the last token only.

Every sentence has a family with a split. Sentences that are nearly the same, that differ in term
and attribute alone, or that have the same term and attribute, share it. One that resembles
sentences of different splits gets neither family nor row, or it would carry one into the other.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.preferences.categorize import fill_categories
from pipelines.records import Family, Kind, PreferenceRow
from pipelines.sources import Triple
from pipelines.store import Project
from pipelines.stories.split import assign, count_splits
from pipelines.synthetic.validator import CACHED, forms, sentence_key, word_pattern

SAME_SPLIT = 85.0
"""Similarity (0 to 100, share of equal letters in order) from which two sentences share a split."""
TITLE = 80
ARTICLE = re.compile(r"\b(a|an) (?=___)", re.I)


def add_family(session: Session, triple: Triple, seed: int) -> Family | None:
    """Give a stored sentence its family and split; None if it resembles several splits."""
    splits = splits_of_similar(session, triple)
    if len(splits) > 1:
        return None
    family = Family(
        id=family_id(triple),
        theme=triple.category,
        title=triple.sentence[:TITLE],
        kind=Kind.PREFERENCE,
        source="synthetic",
        split="",
        provenance={"model": triple.model},
    )
    family.split = (
        splits.pop() if splits else assign([family], seed, count_splits(session))[family.id]
    )
    session.add(family)
    session.flush()
    triple.family_id = family.id
    return family


def family_id(triple: Triple) -> str:
    """Return "triple-" and 12 hex digits that name the sentence."""
    text = f"{triple.category}\n{triple.sentence}"
    return f"triple-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def splits_of_similar(session: Session, triple: Triple) -> set[str]:
    """Return the splits of the sentences that this one must not be parted from."""
    query = select(Triple.sentence, Triple.term, Triple.attribute, Family.split).join(
        Family, Family.id == Triple.family_id
    )
    rows = session.execute(query).tuples().all()
    keys = [sentence_key(sentence) for sentence, *_ in rows]
    near = process.extract(
        sentence_key(triple.sentence), keys, scorer=fuzz.ratio, score_cutoff=SAME_SPLIT, limit=None
    )
    splits = {rows[place][3] for _, _, place in near}
    frame, terms = frame_of(triple.sentence, triple.term, triple.attribute), forms(triple.term)
    for sentence, term, attribute, split in rows:
        same_words = attribute == triple.attribute and bool(forms(term) & terms)
        if same_words or frame_of(sentence, term, attribute) == frame:
            splits.add(split)
    return splits


@lru_cache(maxsize=CACHED)
def frame_of(sentence: str, term: str, attribute: str) -> str:
    """Return the words of a sentence without its term and its attribute."""
    text = word_pattern(attribute).sub("A", sentence)
    for form in sorted(forms(term), key=len, reverse=True):
        text = word_pattern(form).sub("T", text)
    return sentence_key(text)


def add_row(session: Session, triple: Triple, family: Family, flags: list[str]) -> bool:
    """Write the preference row of a sentence; False if no stereotyped word is known."""
    if not triple.stereotyped:
        return False
    row = PreferenceRow(
        family_id=family.id,
        wording=1,
        arm="",
        model="",
        split=family.split,
        source="synthetic",
        prompt=[{"role": "user", "content": question(triple)}],
        chosen=[{"role": "assistant", "content": triple.attribute}],
        rejected=[{"role": "assistant", "content": triple.stereotyped}],
        flags=flags,
    )
    session.add(row)
    session.flush()
    fill_categories(session, [row])
    return True


def question(triple: Triple) -> str:
    """Return the request to fill the gap."""
    gapped = ARTICLE.sub("a(n) ", word_pattern(triple.attribute).sub("___", triple.sentence))
    return f"Complete the sentence with one word: {gapped}"


def attribute_rows(project: Project) -> Iterator[dict[str, str]]:
    """Yield {"prompt", "completion"} and where it is from for every sentence with a split.

    The completion is a space and the attribute; the loss goes on all of its tokens and on nothing
    else. Sentences that begin with their attribute have nothing before it and give no row. Rows of
    the split "test" are not for training.
    """
    query = select(Triple, Family.split).join(Family, Family.id == Triple.family_id)
    with project.read() as session:
        found = session.execute(query.order_by(Triple.id)).tuples().all()
    for triple, split in found:
        place = word_pattern(triple.attribute).search(triple.sentence)
        before = triple.sentence[: place.start()].rstrip() if place else ""
        if place and before:
            yield {
                "prompt": before,
                "completion": f" {place.group()}",
                "sentence": triple.sentence,
                "term": triple.term,
                "category": triple.category,
                "family": str(triple.family_id),
                "split": split,
                "source": "synthetic",
                "model": triple.model,
            }
