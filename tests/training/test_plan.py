"""Steps and phases of a run, worked by hand."""

import pytest

from pipelines.configs import TrainConfig
from pipelines.errors import ConfigError, DataError
from pipelines.preferences.rows import collect_rows
from pipelines.records import PreferenceRow, Run
from pipelines.training.plan import plan_phases, read_data, rows_of_phase, write_data
from pipelines.training.stage import create_run, unfinished_twin
from tests.stored_rows import add_rows

ROWS = [{"source": "balanced"}] * 8 + [{"source": "control"}] * 2


def test_steps_are_counted_as_the_trainer_does():
    """10 rows, 4 a step: 3 steps an epoch; SFT 2 epochs = 6, DPO 1 epoch = 3 behind them."""
    config = TrainConfig(sft_control_repeats=1, sft_num_train_epochs=2, num_train_epochs=1)
    phases = plan_phases(config, ROWS)
    assert [(phase.name, phase.steps, phase.offset) for phase in phases] == [
        ("sft", 6, 0),
        ("dpo", 3, 6),
    ]


def test_max_steps_ends_dpo_and_only_dpo():
    config = TrainConfig(sft_control_repeats=1, sft_num_train_epochs=2, max_steps=1)
    assert [phase.steps for phase in plan_phases(config, ROWS)] == [6, 1]


def test_gradient_accumulation_makes_fewer_steps():
    """10 rows, 4 a batch, 2 batches a step: 3 batches, 2 steps an epoch."""
    config = TrainConfig(method="dpo", gradient_accumulation_steps=2)
    assert [phase.steps for phase in plan_phases(config, ROWS)] == [2]


def test_control_rows_stand_several_times_in_an_sft_epoch_and_once_in_dpo():
    """8 balanced and 2 control rows, three times: 8 + 6 = 14 rows, 4 steps of 4."""
    config = TrainConfig(sft_control_repeats=3, sft_num_train_epochs=1)
    assert len(rows_of_phase(config, "sft", ROWS)) == 14
    assert len(rows_of_phase(config, "dpo", ROWS)) == 10
    assert [phase.steps for phase in plan_phases(config, ROWS)] == [4, 3]


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"beta": -1}, "Usual: 0.01 to 0.5"),
        ({"learning_rate": 5}, "Usual: 1e-6 to 1e-3"),
        ({"lora_r": 0}, "`lora_r` must be 1 or more"),
        ({"lora_dropout": 1}, "`lora_dropout`"),
        ({"max_length": 3}, "`max_length`"),
        ({"save_steps": 0}, "`save_steps`"),
        ({"num_train_epochs": 0}, "`num_train_epochs`"),
    ],
)
def test_settings_that_cannot_work_say_what_would(settings, part):
    with pytest.raises(ConfigError, match=part.replace("[", r"\[")):
        TrainConfig(**settings)


def test_broken_data_names_its_line(tmp_path):
    (tmp_path / "train.jsonl").write_text('{"prompt": 1}\n{"prompt"\n')
    with pytest.raises(DataError, match=r"train\.jsonl:2"):
        read_data(tmp_path, "train")


def test_a_run_never_gets_rows_held_out_or_excluded(project, tmp_path):
    """Five rows, one of them for testing; one for training is excluded: 2 train, 1 validation."""
    add_rows(project, "imported", ["train", "train", "train", "validation", "test"])
    rows = collect_rows(project, "bundled", ("imported",))
    next(row for row in rows if row.split == "train").excluded = True
    assert write_data(tmp_path, rows) == {"train": 2, "validation": 1}
    written = read_data(tmp_path, "train") + read_data(tmp_path, "validation")
    held_out = next(row.family_id for row in rows if row.split == "test")
    assert held_out not in {row["family"] for row in written}
    assert not (tmp_path / "test.jsonl").exists()


def test_a_run_on_imported_rows_needs_no_judgment(project):
    add_rows(project, "imported", ["train", "train", "validation", "test"])
    config = TrainConfig(rows="imported", method="sft")
    run = create_run(project, config)
    assert [row["source"] for row in read_data(project.runs / run, "train")] == ["imported"] * 2
    with project.read() as session:
        assert session.get_one(Run, run).config["rows"] == "imported"


def test_the_twin_of_a_run_has_the_same_kinds_of_rows(project):
    add_rows(project, "imported", ["train"])
    add_rows(project, "synthetic", ["train"])
    run = create_run(project, TrainConfig(rows="imported"))
    assert unfinished_twin(project, TrainConfig(rows="imported")) == run
    assert unfinished_twin(project, TrainConfig(rows="imported,synthetic")) is None
    with project.write() as session:
        session.query(PreferenceRow).filter_by(source="imported").one().chosen = []
    assert unfinished_twin(project, TrainConfig(rows="imported")) is None


def test_rows_of_which_none_is_for_training_leave_no_run_behind(project):
    add_rows(project, "imported", ["validation"])
    with pytest.raises(ConfigError, match="None of the 1 rows"):
        create_run(project, TrainConfig(rows="imported"))
    assert not list(project.runs.iterdir())
