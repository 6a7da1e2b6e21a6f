"""The bundled model, really loaded: scores, replies, formats."""

import time

import pytest
import torch

from pipelines.models.bundled import bundled_folder
from pipelines.models.interface import Prompt, Sampling
from pipelines.models.load import forget_models, load_model
from pipelines.models.precision import fast_dtype, product_seconds


@pytest.fixture
def model(project):
    return load_model(project, "bundled")


def prompts(*texts):
    return [Prompt([{"role": "user", "content": text}], "It was") for text in texts]


def test_options_of_one_and_of_several_tokens_score_as_a_plain_forward_pass_does(model):
    """fp32, so that the two ways of computing may be compared to 1e-3."""
    model.model.float()
    asked = prompts("Say something.", "A rather longer question " * 12, "Why?")
    options = [" moral", " both moral and immoral", " Can't say"]
    found = {i: logps for batch in model.score(asked, options) for i, logps in batch}
    for index, prompt in enumerate(asked):
        given = model.encode(model.render(prompt))
        for option, logp in zip(options, found[index], strict=True):
            whole = model.encode(model.render(prompt) + option)
            with torch.inference_mode():
                logps = model.model(input_ids=torch.tensor([whole])).logits[0].log_softmax(-1)
            expected = sum(
                logps[place - 1, whole[place]].item() for place in range(len(given), len(whole))
            )
            assert logp == pytest.approx(expected, abs=1e-3)
    forget_models()


def test_the_order_of_prompts_does_not_change_their_scores(model):
    asked = prompts("One.", "Two, and some more words behind it.", "Three?")
    options = [" good", " bad"]
    forward = {i: logps for batch in model.score(asked, options) for i, logps in batch}
    backward = {i: logps for batch in model.score(asked[::-1], options) for i, logps in batch}
    for index in range(3):
        assert forward[index] == pytest.approx(backward[2 - index], abs=0.1)


def test_replies_come_for_every_prompt_without_the_prefix_and_greedy_ones_repeat(model):
    asked = prompts("Name a color.", "Name an animal.")
    first = sorted(row for batch in model.generate(asked, Sampling(8)) for row in batch)
    again = sorted(row for batch in model.generate(asked, Sampling(8)) for row in batch)
    assert [index for index, _ in first] == [0, 1]
    assert first == again
    assert not any(reply.startswith("It was") for _, reply in first)


def test_a_seed_repeats_a_sampled_reply(model):
    asked = prompts("Tell a story.")
    drawn = [next(model.generate(asked, Sampling(16, 1.0, seed=seed))) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_likely_text_has_higher_log_probability_than_the_same_words_shuffled(model):
    text, shuffled = model.token_logps(
        ["The cat sat on the mat and looked out.", "mat the on out sat looked and cat The."]
    )
    assert sum(text) / len(text) > sum(shuffled) / len(shuffled)
    assert all(logp <= 0 for logp in text)


def test_the_second_start_takes_the_unpacked_folder(model, project):
    folder = bundled_folder()
    assert (folder / "model.safetensors").exists()
    assert not list(folder.glob("*.bin"))
    forget_models()
    start = time.monotonic()
    load_model(project, "bundled")
    assert time.monotonic() - start < 60  # a hang guard; the time itself is in benchmarks/


def test_the_format_is_the_one_measured_to_be_faster():
    times = {dtype: product_seconds(dtype) for dtype in (torch.bfloat16, torch.float32)}
    slower = max(times, key=times.get)
    assert fast_dtype() != slower or max(times.values()) < 3 * min(times.values())
