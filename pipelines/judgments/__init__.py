"""Judgments: how a model's stance on every story is asked for, read, stored and compared."""
