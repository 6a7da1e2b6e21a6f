"""Checkpoints that may be resumed: those whose content is what this program wrote.

A trainer's checkpoint holds pickles (optimizer, random state), and opening somebody else's pickle
runs their code. So each checkpoint gets a manifest hash over the names and contents of all its
files, kept in the project's database; a folder whose hash is unknown is never opened. A
checkpoint that was being written when the process died has no hash yet and is passed over.
"""

import hashlib
from pathlib import Path

from pipelines.records import Run
from pipelines.store import Project

BLOCK = 1 << 20


def manifest_hash(folder: Path) -> str:
    """Return one hash over the relative names and the contents of all files below `folder`."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    return digest.hexdigest()


def record_checkpoint(project: Project, run_id: str, folder: Path) -> None:
    """Remember a checkpoint that has just been written whole."""
    name = str(folder.relative_to(project.runs / run_id))
    found = manifest_hash(folder)
    with project.write() as session:
        run = session.get_one(Run, run_id)
        run.checkpoints = {**run.checkpoints, name: found}


def last_checkpoint(project: Project, run_id: str, phase: str) -> Path | None:
    """Return the newest checkpoint of a phase that is whole and ours, or None."""
    with project.read() as session:
        known = session.get_one(Run, run_id).checkpoints
    folder = project.runs / run_id / phase
    for path in sorted(folder.glob("checkpoint-*"), key=step_of, reverse=True):
        name = str(path.relative_to(project.runs / run_id))
        if name in known and not path.is_symlink() and manifest_hash(path) == known[name]:
            return path
    return None


def step_of(folder: Path) -> int:
    """Return the step in a checkpoint folder's name, 0 for a name without one."""
    number = folder.name.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
