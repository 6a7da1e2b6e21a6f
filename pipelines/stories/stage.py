"""The `stories` stage: families from the library, a model, a file or a pasted text, then the gate.

Where families come from is one module each; what is new is checked before anything is judged.
"""

import importlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from pipelines.configs import StoriesConfig
from pipelines.errors import ConfigError
from pipelines.gate.stage import check_stories, last_settings
from pipelines.progress import Progress
from pipelines.records import Family, Kind, Light, Story
from pipelines.store import Project

SOURCES = {
    "library": "pipelines.stories.from_library:fill_from_library",
    "model": "pipelines.writing.stage:write_families",
    "pasted": "pipelines.importing.pasted:add_pasted",
}
TOLD = ("families_added", "kept", "replies", "unreadable", "skipped", "repaired", "notes")
"""What of a source's own result is told beside the counts of the project."""
FILES = "pipelines.importing.stage:import_stories"


def write_stories(project: Project, config: StoriesConfig) -> Iterator[Progress]:
    """Add families from the source that the config names, and check every new wording.

    Raises:
        ConfigError: for a source that is neither known nor a file.
        DataError: for a file that cannot be read.
        ModelError: if the model that writes cannot be loaded or reached.
    """
    added: dict = {}
    for progress in source_of(config)(project, config):
        added = progress.result or added
        yield replace(progress, result=None)
    said = progress.message
    if count_stories(project)["stories"]:
        for progress in check_stories(project, last_settings(project, [])):
            yield replace(progress, result=None)
    told = {name: value for name, value in added.items() if name in TOLD}
    yield Progress(1, 1, said, {**count_stories(project), **told})


def source_of(config: StoriesConfig):
    """Return the function that brings the families.

    Raises:
        ConfigError: if the source is neither known nor a file.
    """
    known = SOURCES.get(config.source)
    if known is None and not is_there(config.source):
        raise ConfigError(
            f"`source` must be {', '.join(SOURCES)}, or a file that exists, got {config.source!r}."
        )
    module, name = (known or FILES).split(":")
    return getattr(importlib.import_module(module), name)


def is_there(path: str) -> bool:
    """Tell whether there is a file or folder of this name; a name that is no path is not there."""
    try:
        return Path(path).expanduser().exists()
    except (RuntimeError, OSError, ValueError):  # ~nobody, an endless name, a NUL
        return False


def count_stories(project: Project) -> dict[str, int]:
    """Return how many families and stories there are; flagged ones are out of judging or amber."""
    with project.read() as session:
        flagged = Story.excluded | Story.light.in_([Light.RED, Light.AMBER])
        return {
            "families": session.scalar(
                select(func.count(Family.id)).where(Family.kind != Kind.PREFERENCE)
            )
            or 0,
            "stories": session.scalar(select(func.count(Story.id))) or 0,
            "flagged": session.scalar(select(func.count(Story.id)).where(flagged)) or 0,
        }
