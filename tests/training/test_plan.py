"""Steps and phases of a run, worked by hand."""

import pytest

from pipelines.configs import TrainConfig
from pipelines.errors import ConfigError, DataError
from pipelines.training.plan import plan_phases, read_data, rows_of_phase

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
