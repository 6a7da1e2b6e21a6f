"""How the models of a comparison were made, and the command that makes each again."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pipelines.commands import flag
from pipelines.configs import TrainConfig
from pipelines.models.references import parse_reference
from pipelines.records import Run
from pipelines.store import Project
from pipelines.views.comparisons import ComparisonView


@dataclass(frozen=True)
class Recipe:
    """One trained model: how it was made, and the command that makes it again."""

    reference: str
    name: str
    method: str
    base: str
    seed: Any
    data_hash: str
    rows: str
    settings: dict[str, Any]
    command: str


def read_recipes(project: Project, found: ComparisonView) -> list[Recipe]:
    """Return how each run among the models was made."""
    recipes = []
    for model in (found.before, *found.models_after):
        reference = parse_reference(model)
        with project.read() as session:
            run = session.get(Run, reference.name) if reference.scheme == "run" else None
        if run:
            recipes.append(recipe_of(project, model, run))
    return recipes


def recipe_of(project: Project, model: str, run: Run) -> Recipe:
    """Return one run's recipe, with the command of its training."""
    known = {
        name: run.config[name] for name in TrainConfig.__dataclass_fields__ if name in run.config
    }
    saved = project.runs / run.id / "config.json"
    facts = json.loads(saved.read_text("utf-8")) if saved.is_file() else {}
    rows = facts.get("rows") or facts.get("data") or {}
    return Recipe(
        reference=model,
        name=run.name,
        method=run.method,
        base=run.base_model,
        seed=run.config.get("seed", "unknown"),
        data_hash=run.data_hash,
        rows=", ".join(f"{split} {count}" for split, count in rows.items())
        if isinstance(rows, dict)
        else "",
        settings=known,
        command=stored_command("train", TrainConfig, known, project.root.name),
    )


def stored_command(stage: str, kind: type, settings: Mapping[str, Any], project: str) -> str:
    """Return the command of settings that were stored; those at their default are left out.

    They are not checked again: what they name, such as a folder of benchmarks, may not be here.
    """
    words = ["python", "-m", "pipelines", stage, "--project", project]
    for field in fields(kind):
        value = settings.get(field.name, field.default)
        if value != field.default:
            words += flag(field.name, value)
    return shlex.join(words)
