"""The `models prepare` stage: unpack, fetch or ask for a model before a class needs it."""

from collections.abc import Iterator

from pipelines.configs import PrepareConfig
from pipelines.models.load import forget_models, load_model, locate
from pipelines.models.references import Reference, parse_reference
from pipelines.progress import Progress
from pipelines.store import Project


def prepare_model(project: Project, config: PrepareConfig) -> Iterator[Progress]:
    """Load the model once and say where it is; an endpoint is asked whether it has the model.

    The result's `parameters` are None where they are not known, as at an endpoint.

    Raises:
        ModelError: if the reference names nothing that can be loaded here.
    """
    yield Progress(0, 1, f"loading {config.model}")
    found = parse_reference(config.model)
    if found.scheme == "endpoint":
        forget_models()  # it may have answered once and be gone by now
    model = load_model(project, config.model)
    result = {
        "model": config.model,
        "path": place(project, found),
        "parameters": model.parameters,
    }
    yield Progress(1, 1, f"{config.model} is ready", result)


def place(project: Project, found: Reference) -> str:
    """Return the folder, Hub id or URL of a model."""
    if found.scheme == "run":
        return str(project.runs / found.name)
    return found.name if found.scheme == "endpoint" else str(locate(found))
