"""The study itself, headless: every stage a click can start, a command can start.

Nothing here imports gradio, and only modules that hold a model import torch.
"""
