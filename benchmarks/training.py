"""What scoring only the labelled positions saves in a training step on the processor.

Usage: python -m benchmarks.training
Both ways run in turn in one process on the same batch; the ratio is what to quote. The losses
are printed too: they must agree.
"""

import statistics
import time

import torch
from peft import get_peft_model
from trl.trainer import utils
from trl.trainer.utils import add_fused_lm_head

from pipelines.configs import TrainConfig
from pipelines.judgments.prompts import answer, ask
from pipelines.models.bundled import bundled_folder
from pipelines.models.local import LocalModel, load_folder
from pipelines.stories.library import controls, tell
from pipelines.training.compact import SWITCH, score_labels_only
from pipelines.training.targets import IGNORED
from pipelines.training.trainers import lora_config

ROWS = 8
ROUNDS = 4


def batch_of(model: LocalModel) -> dict[str, torch.Tensor]:
    """Return ROWS control questions with their answers, padded, labels on the answers."""
    rows = []
    for scenario in controls()[:ROWS]:
        story = tell(scenario, ("male",), 0)[0]
        question = ask(story.text, story.name, "0123")
        reply = answer(str(scenario.stance), scenario.moral_reason)
        template = model.tokenizer.apply_chat_template
        given = model.encode(template(question, tokenize=False, add_generation_prompt=True))
        whole = model.encode(template(question + reply, tokenize=False))
        rows.append((whole, [IGNORED] * len(given) + whole[len(given) :]))
    longest = max(len(ids) for ids, _ in rows)
    return {
        "input_ids": torch.tensor([ids + [2] * (longest - len(ids)) for ids, _ in rows]),
        "attention_mask": torch.tensor(
            [[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in rows]
        ),
        "labels": torch.tensor([to + [IGNORED] * (longest - len(to)) for _, to in rows]),
    }


def step(model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> tuple[float, float]:
    """Return the seconds and the loss of one forward and backward pass."""
    start = time.perf_counter()
    loss = model(**batch, fused_lm_head=True).loss
    loss.backward()
    model.zero_grad()
    return time.perf_counter() - start, loss.item()


def main() -> None:
    """Print the seconds a step, the losses and the ratio."""
    base = load_folder("bundled", bundled_folder())
    batch = batch_of(base)
    add_fused_lm_head(base.model)
    model = get_peft_model(base.model, lora_config(TrainConfig(), base.model)).train()
    every = getattr(utils, SWITCH)
    seconds: dict[str, list[float]] = {"every position": [], "labels only": []}
    losses: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name in seconds:
            setattr(utils, SWITCH, every)
            if name == "labels only":
                score_labels_only()
            taken, losses[name] = step(model, batch)
            seconds[name].append(taken)
    medians = {name: statistics.median(values[1:]) for name, values in seconds.items()}
    for name, value in medians.items():
        print(f"{name}: {value:.2f} s a step of {ROWS} rows, loss {losses[name]:.4f}")
    print(f"ratio {medians['every position'] / medians['labels only']:.2f}")


if __name__ == "__main__":
    main()
