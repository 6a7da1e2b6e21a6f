"""Small files for the importers to read, and the rows that came of them."""

import gzip
import json

from sqlalchemy import select

from pipelines.configs import ImportConfig
from pipelines.preferences.imports import import_preferences
from pipelines.records import Family, PreferenceRow


def write_jsonl(path, rows):
    """Write rows as JSON lines, packed if the name ends in .gz; return the path as text."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return str(path)


def bring(project, file, **settings):
    """Import a file and return the result; no benchmarks unless they are named."""
    result = None
    config = ImportConfig(file=str(file), **{"benchmarks_dir": "", **settings})
    for progress in import_preferences(project, config):
        result = progress.result or result
    return result


def rows_of(project):
    """The imported rows in the order in which they came."""
    with project.read() as session:
        query = select(PreferenceRow).where(PreferenceRow.source == "imported")
        return list(session.scalars(query.order_by(PreferenceRow.id)))


def families_of(project):
    """The families of the project by their ids."""
    with project.read() as session:
        return {family.id: family for family in session.scalars(select(Family))}


def told(row):
    """A row as (roles and texts of the prompt, chosen, rejected)."""
    prompt = [(turn["role"], turn["content"]) for turn in row.prompt]
    return prompt, row.chosen[0]["content"], row.rejected[0]["content"]
