"""Files that a person uploads: kept in the project, so that a job finds them after a restart."""

import re
import shutil
from pathlib import Path

from pipelines.errors import DataError
from pipelines.files.reading import sha256_of
from pipelines.store import Project

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_NAME = 80


def keep_upload(project: Project, uploaded: str | None) -> Path:
    """Copy an uploaded file to uploads/<hash>/<its name, plain> and return that path.

    The same file is kept once.

    Raises:
        DataError: if nothing was uploaded.
    """
    if not uploaded:
        raise DataError("No file is chosen. Drop one on the field first.")
    source = Path(uploaded)
    folder = project.root / "uploads" / sha256_of(source)[:12]
    target = folder / plain_name(source.name)
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / "unfinished"
        shutil.copyfile(source, unfinished)
        unfinished.replace(target)
    return target


def plain_name(name: str) -> str:
    """Return a file name of plain letters that is no path and not hidden; its ending is kept."""
    plain = UNSAFE.sub("_", name).lstrip(".") or "file"
    return plain[-LONGEST_NAME:]
