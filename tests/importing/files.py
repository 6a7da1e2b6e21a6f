"""Files of stories that the tests write, and what the project holds after an import."""

import json

from sqlalchemy import func, select

from pipelines.configs import StoriesConfig
from pipelines.importing.stage import import_stories
from pipelines.records import Family, Story


def pair(number=1, **changes):
    """One GenMO row of our own; the number is in the story."""
    row = {
        "male_story": f"Tom found {number} coins. He kept his find from his boss.",
        "female_story": f"Ann found {number} coins. She kept her find from her boss.",
        "environment": "Work",
        "source": "written",
    }
    return row | changes


def write_json(path, rows):
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def bring(project, source, arms="male,female", **settings):
    """Import a file to its end and return the result."""
    config = StoriesConfig(source=str(source), arms=arms, **settings)
    return list(import_stories(project, config))[-1].result


def families(project):
    with project.read() as session:
        return session.scalars(select(Family).order_by(Family.created_at, Family.id)).all()


def stories(project, **where):
    with project.read() as session:
        return session.scalars(select(Story).filter_by(**where).order_by(Story.id)).all()


def texts(project, arm):
    return [story.text for story in stories(project, arm=arm)]


def count(project, kind=Family):
    with project.read() as session:
        return session.scalar(select(func.count()).select_from(kind))
