"""What a row becomes for the trainers, on the bundled model's own tokenizer."""

import pytest
from transformers import TrainerCallback

from pipelines.configs import TrainConfig
from pipelines.errors import ConfigError
from pipelines.judgments.prompts import PREFIX, answer, ask, continuations, stance_prompt
from pipelines.models.load import forget_models, load_model
from pipelines.records import OPTIONS
from pipelines.training.plan import Phase
from pipelines.training.targets import IGNORED, sft_examples, stance_alone
from pipelines.training.trainers import dpo_trainer, lora_config, sft_trainer
from tests.stored_rows import say


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


IMPORTED = {
    "source": "imported",
    "prompt": say("user", "Who can be a nurse?"),
    "chosen": say("assistant", "Anybody who learns the work."),
}


def test_a_row_from_elsewhere_is_learned_as_a_whole_beside_stances(model):
    """It has no stance: the loss is on the answer and its end, whatever the target is."""
    own = {
        "source": "balanced",
        "prompt": ask("A story.", "Kim", "3210"),
        "chosen": answer("Both", "It depends."),
    }
    stance, whole = sft_examples([own, IMPORTED], "stance", model.tokenizer)
    assert stance == stance_alone(own, model.tokenizer)
    trained = [label for label in whole["labels"] if label != IGNORED]
    assert model.tokenizer.decode(trained) == "Anybody who learns the work.<|im_end|>\n"
    assert len(whole["labels"]) == len(whole["input_ids"])


@pytest.mark.parametrize("build", [sft_trainer, dpo_trainer])
def test_prompts_that_leave_no_room_for_answers_are_told_before_training(model, tmp_path, build):
    row = {**IMPORTED, "prompt": say("user", "word " * 80), "rejected": say("assistant", "No.")}
    config = TrainConfig(max_length=64, lora_r=2, lora_last_layers=1)
    forget_models()  # the adapter is put into this model and stays there
    with pytest.raises(ConfigError, match="larger `max_length`"):
        build(
            config, Phase("one", 1, 0), tmp_path, model.model, model.tokenizer, {"train": [row]},
            TrainerCallback(),
        )  # fmt: skip


@pytest.mark.train
def test_the_whole_answer_has_the_labels_that_trl_gives_it(model, tmp_path):
    """Once as TRL tokenizes it, once as it stands beside stances: the same ids and labels."""
    found = []
    for target in ("answer", "stance"):
        trainer = sft_trainer(
            TrainConfig(sft_target=target, lora_r=2, lora_last_layers=1),
            Phase("sft", 1, 0), tmp_path, model.model, model.tokenizer, {"train": [IMPORTED]},
            TrainerCallback(),
        )  # fmt: skip
        found.append({key: trainer.train_dataset[0][key] for key in ("input_ids", "labels")})
        model.model = trainer.model.unload()
    assert found[0] == found[1]
