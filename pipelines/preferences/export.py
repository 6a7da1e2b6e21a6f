"""The `preferences export` stage: the preference set as a file, or as a folder for the Hub.

`trl`        TRL's conversational preference form with split and provenance, JSONL or Parquet.
`paper`      the JSONL of Wei et al. 2025: one pair a line, with both stories, the model's stances
             and explanations, and the neutral explanation of each; their loader makes two rows of
             it. Whole pairs of the study only.
`attribute`  JSONL of the synthetic sentences up to their attribute.
`hub`        a dataset folder with data card, see `folder.py`.

All rows but the excluded ones are written, also those held out for testing: `split` names them.
Texts that a spreadsheet would take for formulas stay as they are, so no CSV is offered.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipelines.configs import ExportConfig, split_rows
from pipelines.errors import ConfigError, NothingToDo
from pipelines.preferences.folder import export_folder
from pipelines.preferences.paper import paper_pairs
from pipelines.preferences.published import gather, public_reference
from pipelines.preferences.writing import write_lines, write_parquet
from pipelines.progress import Progress
from pipelines.records import PreferenceRow
from pipelines.store import Project

JSON_LINES = (".jsonl", ".ndjson", ".json")


def export_preferences(project: Project, config: ExportConfig) -> Iterator[Progress]:
    """Write the rows of `config.rows` to `config.out`, whole or not at all.

    Raises:
        NothingToDo: if there is nothing to write, with what has to come first.
        ConfigError: if the file's ending or the rows do not fit the format, or `out` is no path.
        ProjectError: if it cannot be written.
    """
    path = place_of(config.out)
    yield Progress(0, 1, "collecting rows")
    writers = {"paper": export_pairs, "attribute": export_attributes, "hub": export_folder}
    result = writers.get(config.format, export_rows)(project, config, path)
    result = {"rows": result.pop("rows"), "path": str(path), **result}
    yield Progress(result["rows"], result["rows"], f"written to {path}", result)


def place_of(out: str) -> Path:
    """Return the path that `out` names; ~ is a home folder.

    Raises:
        ConfigError: if it names the home of nobody, or holds a sign that no path has.
    """
    try:
        path = Path(out).expanduser()
    except RuntimeError as error:
        raise ConfigError(
            f"`out` names the home of nobody here: {out}. Write it in full."
        ) from error
    if "\0" in out:
        raise ConfigError(f"`out` must be a path, got {out!r}. Take the zero character out of it.")
    return path


def export_rows(project: Project, config: ExportConfig, path: Path) -> dict[str, Any]:
    """Write TRL's form; return the rows by split, source and category, and those left out."""
    check_ending(path, (*JSON_LINES, ".parquet"))
    found = gather(project, config.model, split_rows(config.rows))
    if path.suffix.lower() == ".parquet":
        write_parquet(path, found.lines())
    else:
        write_lines(path, found.lines())
    return {"rows": len(found.rows), **found.counts(), "left_out": found.left_out}


def export_pairs(project: Project, config: ExportConfig, path: Path) -> dict[str, Any]:
    """Write the paper's form; return the pairs left out by reason."""
    check_ending(path, JSON_LINES)
    check_rows(config, "own", "The paper's form holds pairs of the study")
    pairs, left_out = paper_pairs(project, config.model)
    return {"rows": write_lines(path, pairs), "left_out": left_out}


def export_attributes(project: Project, config: ExportConfig, path: Path) -> dict[str, Any]:
    """Write the synthetic sentences up to their attribute; return those left out by reason."""
    from pipelines.synthetic.rows import attribute_rows  # noqa: PLC0415  (only for this format)

    check_ending(path, JSON_LINES)
    check_rows(config, "synthetic", "The attribute form holds synthetic sentences")
    excluded = excluded_families(project)
    found = list(attribute_rows(project))
    lines = [
        {**line, "model": public_reference(line["model"])}
        for line in found
        if line["family"] not in excluded
    ]
    if not lines:
        raise NothingToDo(
            "The project has no synthetic sentences, or all are excluded. Let a model write some "
            "with `synthesize`."
        )
    left_out = {"excluded": len(found) - len(lines)}
    return {"rows": write_lines(path, lines), "left_out": left_out}


def excluded_families(project: Project) -> set[str]:
    """Return the families of synthetic rows that are excluded."""
    query = select(PreferenceRow.family_id).where(
        PreferenceRow.source == "synthetic", PreferenceRow.excluded
    )
    with project.read() as session:
        return set(session.scalars(query))


def check_rows(config: ExportConfig, needed: str, holds: str) -> None:
    """Check that the only rows that a format holds are among those asked for.

    Raises:
        ConfigError: if they are not.
    """
    if needed not in split_rows(config.rows):
        raise ConfigError(
            f"{holds}, and `rows` is {config.rows!r}. Use {needed} or all, or the format trl."
        )


def check_ending(path: Path, endings: tuple[str, ...]) -> None:
    """Check that the file's ending says what is in it.

    Raises:
        ConfigError: if it does not.
    """
    if path.suffix.lower() not in endings:
        raise ConfigError(f"`out` must end in {' or '.join(endings)}, got {path.name!r}.")
