"""Scoring the labelled positions alone changes the time of a step, not its numbers."""

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM
from trl.trainer import utils
from trl.trainer.utils import add_fused_lm_head

from pipelines.training.compact import SWITCH, score_labels_only
from pipelines.training.targets import IGNORED


def loss_and_gradient(model, ids, labels):
    model.zero_grad()
    loss = model(input_ids=ids, labels=labels, fused_lm_head=True).loss
    loss.backward()
    return loss.item(), model.model.layers[0].mlp.up_proj.weight.grad.clone()


@pytest.mark.skipif(torch.cuda.is_available(), reason="The choice is made for processors only.")
def test_loss_and_gradient_are_those_of_scoring_every_position(monkeypatch):
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 300}
    model = LlamaForCausalLM(LlamaConfig(**shape, **heads))
    add_fused_lm_head(model)
    ids = torch.randint(0, 300, (3, 40))
    labels = ids.clone()
    labels[:, :30] = IGNORED
    every = loss_and_gradient(model, ids, labels)

    monkeypatch.setattr(utils, SWITCH, getattr(utils, SWITCH))  # put back after the test
    assert score_labels_only()
    alone = loss_and_gradient(model, ids, labels)
    assert alone[0] == pytest.approx(every[0], rel=1e-5)
    assert torch.allclose(alone[1], every[1], atol=1e-6)


def test_another_trl_is_told_and_does_no_harm(monkeypatch, caplog):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.delattr(utils, SWITCH)
    assert score_labels_only() is False
    assert "training computes the prompts' logits too" in caplog.text
