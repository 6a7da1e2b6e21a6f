"""One task of the harness with the documents that are measured, and what it asks about them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.benchmarks.catalog import HARNESS
from pipelines.benchmarks.harness_asks import Asked, carry
from pipelines.benchmarks.harness_own import own_task_file
from pipelines.benchmarks.harness_tasks import OTHER_SEED, load_task, quiet
from pipelines.benchmarks.items import Item
from pipelines.benchmarks.multiple_choice import numbered
from pipelines.benchmarks.spoiled import Spoiled, find_spoiled, trained_rows
from pipelines.choosing import Chosen, choose
from pipelines.configs import EvaluateConfig, benchmarks_folder
from pipelines.errors import DataError, ModelError
from pipelines.files.opening import sha256_of
from pipelines.models.references import parse_reference
from pipelines.store import Project

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance
    from lm_eval.api.task import Task


@dataclass(frozen=True)
class Run:
    """One task with the documents that are measured: their places in the data, their keys."""

    name: str  # lm_eval:TASK
    task: "Task"
    file: Path | None  # of a task of one's own
    chat: bool
    chosen: Chosen
    spoiled: Spoiled
    keys: dict[int, str]

    @property
    def places(self) -> list[int] | None:
        """The places of the documents, None if they are all."""
        return None if len(self.keys) == self.chosen.all_items else sorted(self.keys)

    @property
    def own(self) -> bool:
        """Whether the task is one's own, and its templates run in the sandbox."""
        return self.file is not None

    @property
    def files(self) -> dict[str, str]:
        """What the documents were read from: files by their SHA-256, or a dataset of the Hub."""
        config = self.task.get_config
        if self.file is None:
            return {f"hub:{config('dataset_path')}": str(config("dataset_name") or "")}
        named = (config("dataset_kwargs") or {}).get("data_files", {}).values()
        return {path.name: sha256_of(path) for path in (self.file, *map(Path, named))}

    @property
    def label(self) -> str:
        """The task's name without the prefix."""
        return self.name.removeprefix(HARNESS)


def load_run(project: Project, config: EvaluateConfig, name: str) -> Run:
    """Load a task and choose its documents.

    Raises:
        DataError: if no document is left.
    """
    folder = benchmarks_folder(config.benchmarks_dir)
    label = name.removeprefix(HARNESS)
    file = own_task_file(label, folder)
    task = load_task(label, folder, config.shots)
    with quiet(label, sandboxed=file is not None):
        docs = list(task.eval_docs)
        keys = numbered(hash_of(doc) for doc in docs)
        chosen = choose([Item(key, key, ()) for key in keys], config.limit, config.seed)
        kept = {item.key for item in chosen.items}
        items = [
            Item(key, key, (), texts=texts_of(task, doc))
            for key, doc in zip(keys, docs, strict=True)
            if key in kept
        ]
    spoiled = find_spoiled(trained_rows(project, config.model), items)
    left = {place: key for place, key in enumerate(keys) if key in kept - spoiled.families}
    if not left:
        raise DataError(
            f"{name}: no document is left to measure {config.model} on. {spoiled.sentence} Measure "
            "a larger part of it, or another task."
        )
    return Run(name, task, file, config.form == "chat", chosen, spoiled, left)


def check_model(config: EvaluateConfig, run: Run) -> None:
    """Refuse a server for a task that needs log-probabilities, before anything is asked.

    Raises:
        ModelError: if the task is not one in which the model writes.
    """
    server = parse_reference(config.model).scheme == "endpoint"
    if server and run.task.OUTPUT_TYPE != "generate_until":
        raise ModelError(
            f"{config.model} is a server, which gives no log-probabilities of given words, and "
            f"{run.name} is read from them. Choose a task in which the model writes, or load the "
            "model here."
        )


def hash_of(doc: Any) -> str:
    """Return 16 hex digits that name a document by its content."""
    text = json.dumps(doc, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def texts_of(task: "Task", doc: Any) -> tuple[str, ...]:
    """Return what a model must not have been trained on: the prompt, without one the options."""
    text = task.doc_to_text(doc)
    if isinstance(text, str) and text.strip():
        return (text,)
    options = task.doc_to_choice(doc) if task.get_config("doc_to_choice") else None
    texts = options if options else [task.doc_to_target(doc)]
    return tuple(text for text in texts if isinstance(text, str))


def items_of(run: Run, asked: Asked) -> list[Item]:
    """Build the task's requests and return one item a document, in their order."""
    places = run.places
    with quiet(run.label, run.own):
        run.task.set_fewshot_seed(OTHER_SEED)
        run.task.build_all_requests(
            samples=places,
            apply_chat_template=run.chat,
            fewshot_as_multiturn=True,
            chat_template=carry if run.chat else None,
        )
        by_place: dict[int, list[Instance]] = {}
        for instance in run.task.instances:
            place = places[instance.doc_id] if places else instance.doc_id
            by_place.setdefault(place, []).append(instance)
        return [
            Item(key, key, asked.take(by_place[place])) for place, key in sorted(run.keys.items())
        ]
