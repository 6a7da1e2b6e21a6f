"""Settings of a training run."""

from dataclasses import dataclass
from typing import Literal

from pipelines.configs.declaring import require, setting, split_rows

TrainMethod = Literal["sft+dpo", "sft", "dpo"]


@dataclass(frozen=True)
class TrainConfig:
    """Train an adapter on the preference set, in a process of its own."""

    model: str = setting("bundled", "model to train; its judgments made the preference set")
    method: TrainMethod = setting("sft+dpo", "sft+dpo, sft or dpo")
    name: str = setting("", "a name for the run; empty takes the method")
    resume: str = setting("", "id of a stopped run to go on with; other settings come from it")
    rows: str = setting("own", "rows to train on: own, imported, synthetic, several, or all")
    # DPO
    beta: float = setting(0.1, "DPO: pull towards the reference model; larger stays closer")
    loss_type: str = setting("sigmoid", "DPO: loss, for example sigmoid, ipo or hinge")
    learning_rate: float = setting(5e-5, "DPO: peak learning rate of AdamW")
    num_train_epochs: float = setting(1.0, "DPO: passes over the preference rows")
    # SFT
    sft_target: Literal["stance", "answer"] = setting(
        "stance", "SFT: put the loss on the stance alone, or on the whole answer"
    )
    sft_control_repeats: int = setting(
        2, "SFT: how often a control row stands in an epoch, so that clear cases are not outvoted"
    )
    sft_learning_rate: float = setting(3e-4, "SFT: peak learning rate of AdamW")
    sft_num_train_epochs: float = setting(2.0, "SFT: passes over the chosen answers")
    max_steps: int = setting(0, "DPO: end after so many steps; 0 is the whole of the epochs")
    # both
    per_device_train_batch_size: int = setting(4, "rows a step on each device")
    gradient_accumulation_steps: int = setting(1, "steps whose gradients are added up")
    max_length: int = setting(1024, "longest prompt with answer, in tokens")
    warmup_steps: int = setting(5, "steps until the learning rate has risen to its peak")
    save_steps: int = setting(25, "a checkpoint every so many steps")
    gradient_checkpointing: bool = setting(
        False, "recompute activations: less memory, about a third more time"
    )
    validation_rows: int = setting(0, "validate on so many rows at the end; 0 is all of them")
    processes: int = setting(1, "GPUs to train on; above 1 goes through accelerate launch")
    lora_last_layers: int = setting(
        0, "adapt only so many of the last layers: faster, and keeps more of the model; 0 is all"
    )
    lora_r: int = setting(16, "rank of the LoRA update")
    lora_alpha: int = setting(32, "LoRA scale; the update is multiplied by alpha / r")
    lora_dropout: float = setting(0.0, "dropout on the LoRA input")
    seed: int = setting(0, "seed of data order and of the adapter's first weights")

    def __post_init__(self) -> None:
        split_rows(self.rows)
        require(0 <= self.seed < 2**32, f"`seed` must be 0 to 4294967295, got {self.seed}.")
        require(self.beta > 0, f"`beta` must be above 0, got {self.beta}. Usual: 0.01 to 0.5.")
        for name in ("learning_rate", "sft_learning_rate"):
            value = getattr(self, name)
            require(0 < value < 1, f"`{name}` must be in (0, 1), got {value}. Usual: 1e-6 to 1e-3.")
        for name in ("num_train_epochs", "sft_num_train_epochs"):
            value = getattr(self, name)
            require(value > 0, f"`{name}` must be above 0, got {value}.")
        self._check_counts()

    def _check_counts(self) -> None:
        for name in (
            "per_device_train_batch_size",
            "gradient_accumulation_steps",
            "save_steps",
            "processes",
            "sft_control_repeats",
            "lora_r",
            "lora_alpha",
        ):
            value = getattr(self, name)
            require(value >= 1, f"`{name}` must be 1 or more, got {value}.")
        require(self.max_length >= 64, f"`max_length` must be 64 or more, got {self.max_length}.")
        require(
            0 <= self.lora_dropout < 1,
            f"`lora_dropout` must be in [0, 1), got {self.lora_dropout}.",
        )
        require(
            self.validation_rows >= 0,
            f"`validation_rows` must be 0 (all) or more, got {self.validation_rows}.",
        )
        require(
            self.lora_last_layers >= 0,
            f"`lora_last_layers` must be 0 (all) or more, got {self.lora_last_layers}.",
        )
        require(self.max_steps >= 0, f"`max_steps` must be 0 (all) or more, got {self.max_steps}.")
        require(
            self.warmup_steps >= 0, f"`warmup_steps` must be 0 or more, got {self.warmup_steps}."
        )
