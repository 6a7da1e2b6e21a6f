"""Families from outside the library enter once, with a split of their own."""

from collections import Counter

from sqlalchemy import func, select

from pipelines.records import Family, Story
from pipelines.stories.drafts import FamilyDraft, Told, add_drafts
from pipelines.stories.split import count_splits


def draft(name, notes=()):
    arms = {"male": Told("Adam", "Adam left."), "female": Told("Anna", "Anna left.", notes)}
    return FamilyDraft(name, "work", f"Title {name}", "import", (arms,), {"file": "a.csv"})


def test_a_family_enters_once_however_often_it_comes(project):
    for _ in range(2):
        with project.write() as session:
            ids = add_drafts(session, [draft("a"), draft("a"), draft("b")], 0, Counter())
    assert ids == []
    with project.read() as session:
        assert session.scalar(select(func.count(Family.id))) == 2
        assert session.scalar(select(func.count(Story.id))) == 4
        assert session.get(Family, "a").provenance == {"file": "a.csv"}


def test_what_a_swap_left_open_is_kept_with_the_story(project):
    with project.write() as session:
        add_drafts(session, [draft("a", ("“her” may be Tom's.",))], 0, Counter())
    with project.read() as session:
        stories = session.scalars(select(Story).order_by(Story.arm)).all()
    assert [one.checks for one in stories] == [{"left_open": ["“her” may be Tom's."]}, {}]


def test_splits_go_on_from_what_the_project_has(project):
    """Sixteen families in two halves get the shares 1/2, 1/8, 3/8 of one project, not of halves."""
    for start in (0, 8):
        with project.write() as session:
            new = [draft(f"f{number}") for number in range(start, start + 8)]
            add_drafts(session, new, 0, count_splits(session))
    with project.read() as session:
        rows = session.execute(select(Family.split, func.count()).group_by(Family.split))
        counts = dict(rows.tuples().all())
    assert counts == {"train": 8, "validation": 2, "test": 6}
