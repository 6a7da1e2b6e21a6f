"""Where a benchmark's items come from: a folder of original files, or the Hub.

A folder has one folder a benchmark with the original file names inside, the whole sets or parts of
them. Without a folder the Hub is asked. Nothing of it is kept in the project but items that were
measured.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.benchmarks.original_form import OnHub, check_columns, some
from pipelines.errors import DataError
from pipelines.files.opening import sha256_of


@dataclass(frozen=True)
class Place:
    """The folder that holds all benchmarks' folders, or None for the Hub.

    `opened` tells what was read: a file's path in the folder and its SHA-256, or a dataset's name,
    configuration (or file) and split and the hash of the commit it is from. Offline, a dataset that
    was fetched before is read, and told by the fingerprint that `datasets` gives what it loaded.
    """

    root: Path | None = None
    opened: dict[str, str] = field(default_factory=dict, compare=False)

    def file(self, *parts: str) -> Path:
        """Return a file such as ("crows_pairs", "crows_pairs_anonymized.csv").

        Raises:
            DataError: if it is not there.
        """
        path = self.folder.joinpath(*parts)
        if not path.is_file():
            raise DataError(
                f"{path}: there is no such file. Put the benchmark's own file there, or leave "
                "`benchmarks_dir` empty to take it from the Hub."
            )
        return self.note(path)

    def files(self, folder: str, pattern: str) -> list[Path]:
        """Return a folder's files that match a pattern, sorted.

        Raises:
            DataError: if there is none.
        """
        found = sorted(path for path in (self.folder / folder).glob(pattern) if path.is_file())
        if not found:
            raise DataError(
                f"{self.folder / folder}: there is no {pattern} in it. Put the benchmark's own "
                "files there, or leave `benchmarks_dir` empty to take them from the Hub."
            )
        return [self.note(path) for path in found]

    def note(self, path: Path) -> Path:
        """Keep which file is read, by its hash."""
        self.opened[str(path.relative_to(self.folder))] = sha256_of(path)
        return path

    @property
    def folder(self) -> Path:
        """The folder; only asked for where `root` is not None."""
        if self.root is None:
            raise DataError("Name the folder of the benchmark files in `benchmarks_dir`.")
        return self.root

    def hub_rows(
        self,
        dataset: str,
        split: str,
        config: str | None = None,
        data_files: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the rows of a dataset on the Hub, as its newest commit has them.

        Raises:
            DataError: if it cannot be fetched.
        """
        from datasets import load_dataset  # noqa: PLC0415  (loads datasets)
        from datasets.exceptions import DatasetsError  # noqa: PLC0415  (with it)
        from huggingface_hub.errors import HTTPError  # noqa: PLC0415  (with it)

        try:
            commit = newest_commit(dataset)
            found = load_dataset(
                dataset, config, split=split, data_files=data_files, revision=commit
            )
        except (OSError, ValueError, RuntimeError, DatasetsError, HTTPError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise DataError(
                f"{dataset}: it could not be fetched from the Hub ({reason:.120}). "
                "Check the network, or name a folder with the original file in `benchmarks_dir`."
            ) from error
        name = "/".join(("hub:" + dataset, config or data_files or "default", split))
        self.opened[name] = commit or f"fingerprint {found._fingerprint}"
        return list(found)

    def checked_rows(
        self, label: str, columns: Sequence[str], dataset: str, *source: str, **named: str
    ) -> Iterator[tuple[OnHub, dict[str, Any]]]:
        """Yield (where, row) of a dataset on the Hub; `source` and `named` are as in `hub_rows`.

        Raises:
            DataError: if it cannot be fetched, is empty, or a row has other columns.
        """
        part = " ".join((*source, *named.values()))
        rows = self.hub_rows(dataset, *source, **named)
        for number, row in enumerate(some(rows, OnHub(dataset, part))):
            where = OnHub(dataset, part, number)
            check_columns(label, where, row, columns)
            yield where, row


def newest_commit(dataset: str) -> str | None:
    """Return the hash of a dataset's newest commit, None if the Hub does not tell it.

    Without it the rows may still be had: `datasets` keeps what it fetched once.
    """
    from huggingface_hub import HfApi  # noqa: PLC0415  (loads its client)
    from huggingface_hub.errors import HTTPError  # noqa: PLC0415  (with it)

    try:
        return HfApi().dataset_info(dataset).sha
    except (OSError, HTTPError):
        return None
