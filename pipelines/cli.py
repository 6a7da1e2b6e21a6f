"""The command line: every stage with its settings as flags.

`python -m pipelines STAGE --project DIR [settings] [--json]`. Progress goes to stderr. With --json
stdout holds one line, the result. Exit 0 done, 2 an error the user can mend (`error: …`, no
traceback), 130 stopped.
"""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from types import GenericAlias
from typing import Any, Literal, get_args, get_origin

from pipelines.errors import ConfigError, StudioError
from pipelines.progress import Progress
from pipelines.stages import STAGES, Stage
from pipelines.store import Project
from pipelines.tables import comparison_table, seconds_table

STOPPED = 130
DISK_FULL = 28  # errno.ENOSPC


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in `argv`; return its exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    args = vars(build_parser().parse_args(argv))
    run = args.pop("run")
    try:
        return run(args)
    except StudioError as error:
        return fail(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("stopped; everything reported as done is saved\n")
        return STOPPED
    except OSError as error:
        if error.errno != DISK_FULL:
            raise
        return fail("The disk is full. Free some space, then run the same command again.")


def fail(sentence: str) -> int:
    """Print an error that the user can mend; return its exit status."""
    sys.stderr.write(f"error: {sentence}\n")
    return 2


class Parser(argparse.ArgumentParser):
    """A parser whose errors look like all others here."""

    def error(self, message: str) -> None:
        """Say what is wrong with the command, and end with 2."""
        self.exit(2, f"error: {message[0].upper()}{message[1:]}. Add --help to see the settings.\n")


def build_parser() -> Parser:
    """Return the parser of all stages; flags are the fields of their configs."""
    parser = Parser(prog="python -m pipelines", description="A study, one stage at a time.")
    commands = parser.add_subparsers(dest="stage", required=True, metavar="STAGE")
    groups: dict[str, Any] = {}
    for stage in STAGES:
        parent, _, child = stage.name.partition(" ")
        if child and parent not in groups:
            group = commands.add_parser(parent, help=f"{parent}: see --help")
            groups[parent] = group.add_subparsers(dest="action", required=True, metavar="ACTION")
        place = groups[parent] if child else commands
        command = place.add_parser(child or parent, help=stage.config.__doc__)
        add_settings(command, stage)
    add_worker(commands)
    add_studio(commands)
    return parser


def add_settings(command: argparse.ArgumentParser, stage: Stage) -> None:
    """Add a flag for every field of the stage's config."""
    if stage.needs_project:
        needed = not stage.makes_project
        command.add_argument("--project", required=needed, help="the study's folder")
    command.add_argument("--json", action="store_true", help="print the result as one JSON line")
    for item in fields(stage.config):
        flag = "--" + item.name.rstrip("_").replace("_", "-")
        names = [flag] if "_" not in item.name.rstrip("_") else [flag, f"--{item.name}"]
        settings: dict[str, Any] = {"dest": item.name, "default": item.default}
        if item.type is bool:
            settings["action"] = argparse.BooleanOptionalAction
        elif isinstance(item.type, GenericAlias) or get_origin(item.type) is Literal:
            settings["choices"] = get_args(item.type)
        else:
            settings["type"] = item.type
        text = item.metadata["help"].replace("%", "%%")
        command.add_argument(*names, help=f"{text} (default: {item.default!r})", **settings)
    command.set_defaults(run=lambda args: run_stage(stage, args))


def run_stage(stage: Stage, args: dict[str, Any]) -> int:
    """Run one stage to its end, progress on stderr, the result on stdout if asked for."""
    folder, as_json = args.pop("project", None), args.pop("json")
    settings = {item.name: args[item.name] for item in fields(stage.config)}
    config = stage.config(**settings)
    project = None
    if stage.needs_project:
        project = Project(folder or default_project(), create=stage.makes_project)
    result = None
    for progress in stage.load()(project, config):
        show(progress)
        result = progress.result or result
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, allow_nan=False) + "\n")
    elif result is not None:
        sys.stdout.write(as_text(result) + "\n")
    return STOPPED if result and result.get("state") == "stopped" else 0


def default_project() -> Path:
    """Return the folder of a study that names none."""
    return Path("projects") / "study"


def show(progress: Progress) -> None:
    """Print one line of progress to stderr."""
    sys.stderr.write(f"{progress}\n")
    sys.stderr.flush()


def as_text(result: dict[str, Any]) -> str:
    """Return a result for people: a comparison as a table, else one line a value."""
    if "warnings" not in result:
        return "\n".join(f"{key}: {value}" for key, value in result.items())
    table = comparison_table(result)
    return f"{table}\n\n{seconds_table(result['seconds'])}" if "seconds" in result else table


def add_worker(commands: Any) -> None:
    """Add the `worker` command."""
    command = commands.add_parser("worker", help="Run queued jobs until stopped.")
    command.add_argument("--project", required=True, help="the study's folder")
    command.add_argument(
        "--idle-exit", type=float, default=None, help="end after so many seconds without a job"
    )
    command.set_defaults(run=run_worker_command)


def run_worker_command(args: dict[str, Any]) -> int:
    """Run the worker of one project."""
    from pipelines.worker import run_worker  # noqa: PLC0415  (only for this command)

    logging.getLogger().setLevel(logging.INFO)
    run_worker(Project(args["project"], create=False), idle_exit_s=args["idle_exit"])
    return 0


def add_studio(commands: Any) -> None:
    """Add the `studio` command."""
    command = commands.add_parser("studio", help="Open the studio in the browser.")
    command.add_argument("--project", default=None, help="the study's folder")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on")
    command.add_argument("--port", type=int, default=7860, help="port to listen on")
    command.set_defaults(run=run_studio_command)


def run_studio_command(args: dict[str, Any]) -> int:
    """Open the page; the same as `python app.py`."""
    try:
        from studio.layout import launch  # noqa: PLC0415  (loads gradio, only for this command)
    except ModuleNotFoundError as error:
        if error.name != "gradio":
            raise
        raise ConfigError(
            "gradio is not installed. Run: pip install -r requirements.txt"
        ) from error
    launch(Path(args["project"] or default_project()), args["host"], args["port"])
    return 0
