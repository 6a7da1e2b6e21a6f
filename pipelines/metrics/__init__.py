"""What is measured, one module a benchmark or family of measures; `statistics` serves them all.

A number leaves this package as an Estimate or a Change: with its n and its interval.
"""
