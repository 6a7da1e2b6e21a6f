"""The `models prepare` stage: unpack or check a model before a class needs it."""

from collections.abc import Iterator

from pipelines.configs import PrepareConfig
from pipelines.models.load import load_model, locate
from pipelines.models.references import parse_reference
from pipelines.progress import Progress
from pipelines.store import Project


def prepare_model(project: Project, config: PrepareConfig) -> Iterator[Progress]:
    """Load the model once and say where it lies.

    Raises:
        ModelError: if the reference names nothing that can be loaded here.
    """
    yield Progress(0, 1, f"loading {config.model}")
    model = load_model(project, config.model)
    found = parse_reference(config.model)
    path = str(project.runs / found.name) if found.scheme == "run" else str(locate(found))
    result = {"model": config.model, "path": path, "parameters": model.parameters}
    yield Progress(1, 1, f"{config.model} is ready", result)
