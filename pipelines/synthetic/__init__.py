"""Sentences that go against a stereotype, written by a model (Han et al. 2024)."""
