"""Load a task of lm-evaluation-harness, and run the harness's code.

Installed tasks are code of the installed package and are taken as that; those of one's own are
plain data, see `harness_own`. A public Space runs no harness at all: a task may load any dataset,
and its code is not ours.
"""

import importlib.util
import logging
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.benchmarks.catalog import HARNESS
from pipelines.benchmarks.harness_own import load_own, own_task_file
from pipelines.errors import ConfigError, DataError

if TYPE_CHECKING:
    from lm_eval.api.task import Task
    from lm_eval.tasks import TaskManager
    from lm_eval.tasks.manager import TaskDict

INSTALL = 'pip install "lm_eval>=0.4.12,<0.5"'
RANDOM_SEED, OTHER_SEED = 0, 1234
"""What the harness seeds Python's random numbers, and numpy's and its examples, with."""
FAULTS = (
    LookupError, TypeError, AttributeError, ValueError, OSError, ImportError, AssertionError,
    ArithmeticError, RuntimeError,
)  # fmt: skip
"""What code of a task raises where its data or a package is missing."""


def load_task(name: str, folder: Path | None, shots: int) -> "Task":
    """Return one task with its data; `shots` above 0 replaces the task's own number of examples.

    Raises:
        ConfigError: if the harness is not installed or not allowed here, or has no such task.
        DataError: if the task's file has a fault, or its data cannot be had.
    """
    check_allowed()
    own = own_task_file(name, folder)
    with quiet(name, sandboxed=own is not None):
        task = only_task(load_installed(name) if own is None else load_own(name, own))
        check_task(name, task)
        given = task.get_config("num_fewshot")
        if given is None or (shots and given != 0):
            task.set_config("num_fewshot", shots)
        task.set_fewshot_seed(OTHER_SEED)
    return task


def check_allowed() -> None:
    """Check that the harness is here and may run.

    Raises:
        ConfigError: if not.
    """
    if "SPACE_ID" in os.environ:
        raise ConfigError(
            f"{HARNESS}TASK runs on your own machine only: a public Space runs no code of tasks. "
            "Choose another benchmark."
        )
    if importlib.util.find_spec("lm_eval") is None:
        raise ConfigError(f"{HARNESS}TASK needs lm-evaluation-harness. Install it: {INSTALL}")


@cache
def installed_tasks() -> "TaskManager":
    """Return the index of the harness's own tasks; it takes seconds to read."""
    from lm_eval.tasks import TaskManager  # noqa: PLC0415  (an optional extra)

    return TaskManager()


def load_installed(name: str) -> "TaskDict":
    """Return a task of the installed package.

    Raises:
        ConfigError: if there is none of this name, or it is a group of tasks.
    """
    manager = installed_tasks()
    if name not in manager.task_index:  # the harness would take the name for a path to open
        near = get_close_matches(name[:100], manager.all_subtasks, n=3)
        hint = f" Did you mean {', '.join(near)}?" if near else " See `lm-eval ls tasks`."
        raise ConfigError(f"{HARNESS}{name[:100]}: the harness has no such task.{hint}")
    if name not in manager.all_subtasks:
        members = members_of(manager, name)
        more = f" and {len(members) - 5} more" if len(members) > 5 else ""
        raise ConfigError(
            f"{HARNESS}{name} is a group of tasks. Name those you want: "
            f"{', '.join(HARNESS + member for member in members[:5])}{more}."
        )
    return manager.load(name)


def only_task(loaded: "TaskDict") -> "Task":
    """Return the one task that was loaded."""
    (task,) = loaded["tasks"].values()
    return task


def members_of(manager: "TaskManager", name: str) -> list[str]:
    """Return the names in a group or under a tag."""
    entry = manager.task_index[name]
    named = (entry.cfg or {}).get("task") or sorted(entry.tags)
    named = named if isinstance(named, list) else [named]
    return [str(one.get("task") or one.get("group") if isinstance(one, dict) else one)
            for one in named]  # fmt: skip


def check_task(name: str, task: "Task") -> None:
    """Refuse what cannot be asked here.

    Raises:
        ConfigError: if the task runs what a model wrote, or shows it pictures or sounds.
    """
    if getattr(task, "UNSAFE_CODE", False):
        raise ConfigError(
            f"{HARNESS}{name} runs code that the model writes, which Evenhand never does. Choose "
            "another task."
        )
    if getattr(task, "MULTIMODAL", False):
        raise ConfigError(f"{HARNESS}{name} shows pictures or sounds. Choose a task of text.")


@contextmanager
def quiet(name: str, sandboxed: bool = False) -> Iterator[None]:
    """Run the harness: seeded as it seeds itself, with nothing on stdout, faults as DataError.

    Templates of a task of one's own are rendered in the sandbox.

    Raises:
        DataError: if the task's code or data fail.
    """
    from datasets.exceptions import DatasetsError  # noqa: PLC0415  (loads datasets)
    from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415  (slow to load)
    from jinja2 import TemplateError  # noqa: PLC0415  (seldom needed)

    states = random.getstate(), np.random.get_state()
    logger = logging.getLogger("lm_eval")
    logger.setLevel(logging.ERROR)  # it warns of every default that it takes
    random.seed(RANDOM_SEED)
    np.random.seed(OTHER_SEED)
    try:
        with redirect_stdout(sys.stderr), templates(sandboxed):
            yield
    except (ConfigError, DataError):
        raise
    except (*FAULTS, TemplateError, DatasetsError, HfHubHTTPError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError(
            f"{HARNESS}{name}: the task cannot be run ({type(error).__name__}: {reason:.200}). "
            "Check the network, the packages that it needs, or its file."
        ) from error
    finally:
        logger.setLevel(logging.NOTSET)
        random.setstate(states[0])
        np.random.set_state(states[1])


@contextmanager
def templates(sandboxed: bool) -> Iterator[None]:
    """Let the harness render templates in Jinja's sandbox while the block runs."""
    from jinja2 import StrictUndefined  # noqa: PLC0415  (seldom needed)
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415  (seldom needed)
    from lm_eval import utils  # noqa: PLC0415  (an optional extra)

    usual: Any = utils.env
    if sandboxed:
        utils.env = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
        utils.env.filters["regex_replace"] = usual.filters["regex_replace"]
    try:
        yield
    finally:
        utils.env = usual
