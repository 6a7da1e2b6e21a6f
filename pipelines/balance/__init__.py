"""Balanced judgments: drafted from two that differ, checked, and freed of gender."""
