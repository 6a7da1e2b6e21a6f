"""What a row becomes for the trainers, on the bundled model's own tokenizer."""

import pytest

from pipelines.configs import TrainConfig
from pipelines.judgments.prompts import PREFIX, answer, ask, continuations, stance_prompt
from pipelines.models.load import load_model
from pipelines.records import OPTIONS
from pipelines.training.targets import IGNORED, stance_alone
from pipelines.training.trainers import lora_config


@pytest.fixture
def model(project):
    return load_model(project, "bundled")


@pytest.mark.parametrize(("option", "word"), zip(OPTIONS, continuations(), strict=True))
def test_the_trained_word_is_the_scored_word_after_the_same_prompt(model, option, word):
    """Training and evaluation see the same tokens: prompt, forced beginning, one word."""
    row = {"prompt": ask("A story.", "Kim", "3210"), "chosen": answer(option, "Because.")}
    found = stance_alone(row, model.tokenizer)
    scored = model.encode(model.render(stance_prompt("A story.", "Kim", "3210")) + word)
    assert found["input_ids"] == scored
    trained = [label for label in found["labels"] if label != IGNORED]
    assert model.tokenizer.decode(trained) == f"{PREFIX}{word}"


def test_the_last_layers_alone_can_be_adapted(model):
    names = lora_config(TrainConfig(lora_last_layers=2), model.model).target_modules
    assert len(names) == 2 * 7
    assert {name.split(".")[2] for name in names} == {"28", "29"}
    assert lora_config(TrainConfig(), model.model).target_modules == "all-linear"
