"""A folder that the Hub takes as a dataset: one Parquet file a split, and the data card.

    data/train-00000-of-00001.parquet
    data/validation-00000-of-00001.parquet   where there are such rows
    data/test-00000-of-00001.parquet         where there are such rows
    README.md

`datasets.load_dataset(FOLDER)` opens it, from a disk as from the Hub. Splits are by family.
"""

from pathlib import Path
from typing import Any

from pipelines.configs import ExportConfig, split_rows
from pipelines.errors import ProjectError
from pipelines.preferences.card import MARK, write_card
from pipelines.preferences.published import SPLITS, Publishing, gather
from pipelines.preferences.writing import whole_folder, write_parquet
from pipelines.store import Project

MARK_WITHIN = 20_000
"""Characters of a card in which its mark stands."""


def export_folder(project: Project, config: ExportConfig, path: Path) -> dict[str, Any]:
    """Write the folder at `path`, whole or not at all; an earlier export there is replaced.

    Raises:
        NothingToDo: if there are no rows.
        ProjectError: if something else lies at `path`, or it cannot be written.
    """
    path = path.resolve()
    with whole_folder(path) as unfinished:
        refuse_foreign(path)
        result = write_dataset(project, config, unfinished)
        refuse_foreign(path)  # what was put there meanwhile would go with the earlier export
        return result


def write_dataset(project: Project, config: Publishing, folder: Path) -> dict[str, Any]:
    """Fill an empty folder; return the rows by split, source and category, and those left out."""
    found = gather(project, config.model, split_rows(config.rows))
    counts = found.counts()
    (folder / "data").mkdir()
    sizes = {}
    for split in (split for split in SPLITS if split in counts["split"]):
        file = folder / "data" / f"{split}-00000-of-00001.parquet"
        rows, size = write_parquet(file, found.lines(split))
        sizes[str(split)] = rows, size, file.stat().st_size
    write_card(project, config, found, sizes, folder / "README.md")
    return {"rows": len(found.rows), **counts, "left_out": found.left_out}


def refuse_foreign(path: Path) -> None:
    """Check that `path` is free, empty, or holds an earlier export and nothing else.

    Raises:
        ProjectError: if anything else lies there; it would be lost.
    """
    if not path.exists() or is_earlier_export(path) or (path.is_dir() and not any(path.iterdir())):
        return
    raise ProjectError(
        f"{path} holds something that is no earlier export. Name an empty or a new folder."
    )


def is_earlier_export(path: Path) -> bool:
    """Tell whether a folder holds what `write_dataset` writes, and nothing else."""
    card, data = path / "README.md", path / "data"
    if not (card.is_file() and data.is_dir()):
        return False
    names = {entry.name for entry in path.iterdir()}
    alien = any(entry.suffix != ".parquet" for entry in data.iterdir())
    with card.open(encoding="utf-8", errors="replace") as file:
        marked = MARK in file.read(MARK_WITHIN)
    return names == {card.name, data.name} and marked and not alien
