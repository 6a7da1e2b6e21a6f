"""Only a checkpoint that this program wrote whole is ever resumed."""

import pytest

from pipelines.records import Run
from pipelines.training.checkpoints import last_checkpoint, manifest_hash, record_checkpoint


@pytest.fixture
def run(project):
    with project.write() as session:
        session.add(Run(id="r", name="r", method="sft", base_model="bundled", config={}))
    return project.runs / "r"


def write(folder, content=b"weights"):
    folder.mkdir(parents=True)
    (folder / "optimizer.pt").write_bytes(content)
    return folder


def test_the_newest_recorded_checkpoint_is_taken_by_number(project, run):
    for step in (5, 10, 9):
        record_checkpoint(project, "r", write(run / "sft" / f"checkpoint-{step}"))
    assert last_checkpoint(project, "r", "sft").name == "checkpoint-10"
    assert last_checkpoint(project, "r", "dpo") is None


def test_a_checkpoint_that_was_never_recorded_is_passed_over(project, run):
    record_checkpoint(project, "r", write(run / "sft" / "checkpoint-5"))
    write(run / "sft" / "checkpoint-99")
    assert last_checkpoint(project, "r", "sft").name == "checkpoint-5"


def test_a_checkpoint_that_was_changed_is_passed_over(project, run):
    """A pickle put in the place of ours must never be opened."""
    for step in (5, 10):
        record_checkpoint(project, "r", write(run / "sft" / f"checkpoint-{step}"))
    (run / "sft" / "checkpoint-10" / "optimizer.pt").write_bytes(b"cos\nsystem\n")
    assert last_checkpoint(project, "r", "sft").name == "checkpoint-5"
    (run / "sft" / "checkpoint-5" / "extra.pt").write_bytes(b"added")
    assert last_checkpoint(project, "r", "sft") is None


def test_a_link_to_a_folder_elsewhere_is_passed_over(project, run, tmp_path):
    elsewhere = write(tmp_path / "elsewhere")
    (run / "sft").mkdir(parents=True)
    (run / "sft" / "checkpoint-5").symlink_to(elsewhere)
    with project.write() as session:
        found = session.get_one(Run, "r")
        found.checkpoints = {"sft/checkpoint-5": manifest_hash(elsewhere)}
    assert last_checkpoint(project, "r", "sft") is None
