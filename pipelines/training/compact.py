"""Let TRL compute logits on the processor only where they are read.

TRL's fused output layer scores the labelled positions alone on devices with Triton, and every
position elsewhere, because accelerators that compile dislike changing shapes. A processor does
not mind: with prompts four times as long as answers and a vocabulary of 49,152, the prompt's
logits were most of a training step. The numbers stay the same; `benchmarks/training.py` has
the ratio, and a test compares the losses.
"""

import logging

import torch
from trl.trainer import utils

logger = logging.getLogger(__name__)

SWITCH = "_use_triton"
"""The function in `trl.trainer.utils` that decides it, seen in TRL 1.16."""


def score_labels_only() -> bool:
    """Turn the labelled positions' choice on for the processor; return False if TRL has changed.

    Only the choice of positions is turned: the kernels ask their own module, and stay as they are.
    """
    if torch.cuda.is_available():
        return True
    if not hasattr(utils, SWITCH):
        logger.warning("this TRL has no %s: training computes the prompts' logits too", SWITCH)
        return False
    setattr(utils, SWITCH, lambda device: True)
    return True
