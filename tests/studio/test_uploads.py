"""Uploaded files are kept in the project under a plain name."""

import pytest

from pipelines.errors import DataError
from studio.uploads import keep_upload, plain_name


def test_an_upload_is_kept_once_below_its_hash(project, tmp_path):
    path = tmp_path / "my rows.csv"
    path.write_text("a,b\n1,2\n")
    kept = keep_upload(project, str(path))
    assert kept.read_text() == path.read_text()
    assert kept.parent.parent == project.root / "uploads"
    assert kept.name == "my_rows.csv"
    assert keep_upload(project, str(path)) == kept


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        (".bashrc", "bashrc"),
        ("a\\b:c.json", "a_b_c.json"),
        ("имя.csv", "_.csv"),
        ("...", "file"),
        ("x" * 300 + ".jsonl", "x" * 74 + ".jsonl"),
    ],
)
def test_a_name_becomes_plain_and_stays_in_its_folder(name, plain):
    assert plain_name(name) == plain


def test_no_upload_is_told(project):
    with pytest.raises(DataError, match="No file is chosen"):
        keep_upload(project, None)
