"""What was exported, offered as a download: copies in this process's own folder."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

import gradio as gr

from pipelines.store import Project
from pipelines.views.curation import newest_export


def export_path(project: Project, form: str) -> str:
    """Return where an export of this form goes: a file, or a folder for the Hub."""
    ending = "" if form == "hub" else ".jsonl"
    return str(project.exports / f"preferences-{form}{ending}")


def download_of(project: Project) -> str | None:
    """Return a copy of the newest export that may be handed out, or None; a folder is zipped."""
    newest = newest_export(project)
    if newest is None:
        return None
    target = handed_out() / f"{project.root.name}-{newest.name}"
    if newest.is_dir():
        return shutil.make_archive(str(target), "zip", newest)
    shutil.copyfile(newest, target)
    return str(target)


@cache
def handed_out() -> Path:
    """Return this process's own folder of copies that may be downloaded."""
    return Path(tempfile.mkdtemp(prefix="evenhand-"))


def offer(path: str | None) -> dict:
    """Return the download button for a file, or switched off without one."""
    label = "Download the newest export" if path else "No export yet"
    return gr.update(value=path, interactive=path is not None, label=label)
