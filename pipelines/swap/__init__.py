"""Rewriting a text about one gender as a text about another."""
