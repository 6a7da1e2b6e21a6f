"""One trainer a phase, from TRL, on a LoRA adapter from PEFT.

The base model stays as it is. In DPO the reference model is the policy before DPO: the base
model with the adapter off, or after SFT a frozen copy of the adapter, which TRL makes itself.
"""

import re
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

from pipelines.configs import TrainConfig
from pipelines.errors import ConfigError
from pipelines.training.callbacks import ProjectCallback
from pipelines.training.plan import Phase
from pipelines.training.targets import sft_examples


def lora_config(config: TrainConfig, model: PreTrainedModel) -> LoraConfig:
    """Return the adapter's form: LoRA on every linear layer but the output layer.

    With `lora_last_layers`, only on those of the last so many blocks. The blocks below then need
    no backward pass, and what they read in a story stays as it was.
    """
    return LoraConfig(
        r=config.lora_r,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules=(
            last_linear_layers(model, config.lora_last_layers)
            if config.lora_last_layers
            else "all-linear"
        ),
        task_type="CAUSAL_LM",
    )


def last_linear_layers(model: PreTrainedModel, count: int) -> list[str]:
    """Return the names of the linear layers in the last `count` blocks."""
    first = model.config.get_text_config().num_hidden_layers - count
    block = re.compile(r"\.layers\.(\d+)\.")
    return [
        name
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear)
        and (found := block.search(name))
        and int(found.group(1)) >= first
    ]


def shared_arguments(config: TrainConfig, folder: Path) -> dict[str, Any]:
    """Return the settings that both trainers take under the same names."""
    return {
        "output_dir": str(folder),
        "per_device_train_batch_size": config.per_device_train_batch_size,
        "per_device_eval_batch_size": config.per_device_train_batch_size,
        "gradient_accumulation_steps": config.gradient_accumulation_steps,
        "gradient_checkpointing": config.gradient_checkpointing,
        "max_length": config.max_length,
        "warmup_steps": config.warmup_steps,
        "save_steps": config.save_steps,
        "save_total_limit": 2,
        "logging_steps": 1,
        "seed": config.seed,
        "report_to": "none",
        "bf16": torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        "disable_tqdm": True,
        "dataloader_pin_memory": torch.cuda.is_available(),
        "remove_unused_columns": True,
    }


def sft_trainer(
    config: TrainConfig,
    phase: Phase,
    folder: Path,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    data: dict[str, list[dict]],
    callback: ProjectCallback,
) -> Trainer:
    """Return the trainer of the chosen answers, or of the stances alone where rows have one."""
    arguments = SFTConfig(
        **shared_arguments(config, folder),
        learning_rate=config.sft_learning_rate,
        max_steps=phase.steps,
    )
    sets = {
        split: Dataset.from_list(sft_examples(rows, config.sft_target, tokenizer))
        for split, rows in data.items()
        if rows
    }
    trainer = SFTTrainer(
        model=model,
        args=arguments,
        train_dataset=sets["train"],
        eval_dataset=sets.get("validation"),
        processing_class=tokenizer,
        peft_config=lora_config(config, model),
        callbacks=[callback],
    )
    check_rows_left(trainer, config)
    return trainer


def dpo_trainer(
    config: TrainConfig,
    phase: Phase,
    folder: Path,
    model: PreTrainedModel | PeftModel,
    tokenizer: PreTrainedTokenizerBase,
    data: dict[str, list[dict]],
    callback: ProjectCallback,
) -> Trainer:
    """Return the trainer of the preference rows; a model with an adapter goes on with it."""
    arguments = DPOConfig(
        **shared_arguments(config, folder),
        learning_rate=config.learning_rate,
        max_steps=phase.steps,
        beta=config.beta,
        loss_type=[config.loss_type],
    )
    sets = {
        split: Dataset.from_list(
            [{key: row[key] for key in ("prompt", "chosen", "rejected")} for row in rows]
        )
        for split, rows in data.items()
        if rows
    }
    trainer = DPOTrainer(
        model=model,
        args=arguments,
        train_dataset=sets["train"],
        eval_dataset=sets.get("validation"),
        processing_class=tokenizer,
        peft_config=None if isinstance(model, PeftModel) else lora_config(config, model),
        callbacks=[callback],
    )
    check_rows_left(trainer, config)
    return trainer


def check_rows_left(trainer: Trainer, config: TrainConfig) -> None:
    """Check that there is something to learn from; TRL leaves out rows whose prompt is too long.

    Raises:
        ConfigError: if the prompts of all rows to train on, or to validate on, fill `max_length`.
    """
    sets = {"train on": trainer.train_dataset, "validate on": trainer.eval_dataset}
    for use, rows in sets.items():
        if rows is not None and len(rows) == 0:
            raise ConfigError(
                f"The prompts of all rows to {use} have {config.max_length} tokens or more, so "
                "nothing is left of their answers. Use a larger `max_length`."
            )
