"""What supervised fine-tuning learns from a row: the whole answer, or its stance alone.

Only rows of the study have a stance. Rows from elsewhere give their whole answer either way.

The stance is one word in fifty. With the loss on the whole answer its gradient drowns, and a small
model only learns the style: on the bundled model the moral log-odds of clearly moral and clearly
immoral test controls stay 0.5 apart after an epoch, as they were. With the loss on the stance
alone they move 1.0 apart. `sft_target` chooses; DPO after it trains whole answers either way.
"""

from typing import Any

from transformers import PreTrainedTokenizerBase

from pipelines.judgments.prompts import PREFIX
from pipelines.preferences.rows import OWN_SOURCES

IGNORED = -100
"""The label that PyTorch's cross-entropy leaves out."""


def sft_examples(
    rows: list[dict[str, Any]], target: str, tokenizer: PreTrainedTokenizerBase
) -> list[dict[str, Any]]:
    """Return what TRL's SFT trainer is given for these rows; `target` is stance or answer.

    Examples of one set have one form: with `stance` all are token ids with labels.
    """
    if target == "answer":
        return [whole_answer(row) for row in rows]
    return [
        stance_alone(row, tokenizer)
        if row["source"] in OWN_SOURCES
        else answer_tokens(row, tokenizer)
        for row in rows
    ]


def whole_answer(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row in TRL's prompt-completion form; TRL applies the chat template."""
    return {"prompt": row["prompt"], "completion": row["chosen"]}


def stance_alone(row: dict[str, Any], tokenizer: PreTrainedTokenizerBase) -> dict[str, list[int]]:
    """Return token ids up to the scored word, with labels on the sentence that leads to it.

    The sentence's beginning is the same in all rows and soon costs nothing, so what remains is the
    word. No end token follows: the model is not taught to stop there.
    """
    prompt = tokenizer.apply_chat_template(
        row["prompt"], tokenize=False, add_generation_prompt=True
    )
    word = row["chosen"][0]["content"].removeprefix(PREFIX).split()[0].strip(".")
    ids = tokenizer(f"{prompt}{PREFIX} {word}", add_special_tokens=False).input_ids
    given = tokenizer(prompt, add_special_tokens=False).input_ids
    return {"input_ids": ids, "labels": [IGNORED] * len(given) + ids[len(given) :]}


def answer_tokens(row: dict[str, Any], tokenizer: PreTrainedTokenizerBase) -> dict[str, list[int]]:
    """Return token ids of prompt and chosen answer with its end, labels on the answer alone.

    This is what TRL makes of `whole_answer`, in the form of `stance_alone`.
    """
    prompt = tokenizer.apply_chat_template(
        row["prompt"], tokenize=False, add_generation_prompt=True
    )
    whole = tokenizer.apply_chat_template([*row["prompt"], *row["chosen"]], tokenize=False)
    given = tokenizer(prompt, add_special_tokens=False).input_ids
    ids = tokenizer(whole, add_special_tokens=False).input_ids
    return {"input_ids": ids, "labels": [IGNORED] * len(given) + ids[len(given) :]}
