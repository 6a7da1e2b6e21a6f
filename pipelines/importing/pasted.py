"""Take in a pasted text: one story a paragraph, its other arms made by the swap."""

from collections.abc import Iterator
from dataclasses import replace

from pipelines.balance.checking import name_pattern
from pipelines.configs import StoriesConfig
from pipelines.importing.entering import enter
from pipelines.importing.entries import Origin
from pipelines.importing.formats import plain_text
from pipelines.importing.paragraphs import split_paragraphs
from pipelines.importing.stage import default_theme
from pipelines.progress import Progress
from pipelines.store import Project


def add_pasted(project: Project, config: StoriesConfig) -> Iterator[Progress]:
    """Bring the stories of `config.text` into the project, in one transaction.

    An empty line begins the next story. `config.name` is the protagonist of every one that has it.

    Raises:
        DataError: if none of the stories can be used, with the reasons.
    """
    lines = enumerate(config.text.splitlines(), start=1)
    name = name_pattern([config.name])
    rows = [
        (number, {"story": text, "name": config.name if name and name.search(text) else ""})
        for number, (_, text) in enumerate(split_paragraphs(lines), start=1)
    ]
    origin = Origin("pasted", "pasted", {"format": "text"}, default_theme(config))
    whole = replace(config, theme="all")
    yield from enter(project, whole, plain_text(), origin, rows, len(rows))
