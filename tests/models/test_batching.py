"""Packing by token budget."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.models.batching import pack


@given(st.lists(st.integers(1, 300)), st.integers(1, 1000))
def test_every_sequence_is_in_one_batch_and_no_batch_is_over_budget(lengths, budget):
    batches = pack(lengths, budget)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = max(lengths[index] for index in batch) * len(batch)
        assert padded <= budget or len(batch) == 1


def test_no_sequences_give_no_batches():
    assert pack([], 100) == []
