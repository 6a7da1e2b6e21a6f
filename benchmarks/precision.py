"""bf16 against fp32 on this device: scoring and generating with the bundled model.

Usage: python -m benchmarks.precision
Both formats are timed in one run, in turn, and the ratio is what to quote.
"""

import time

import torch

from pipelines.judgments.prompts import continuations, stance_prompt
from pipelines.models.bundled import bundled_folder
from pipelines.models.interface import Sampling
from pipelines.models.local import LocalModel, load_folder
from pipelines.models.precision import fast_dtype
from pipelines.stories.library import plots, tell

STORIES = 32
TOKENS = 24
ROUNDS = 2


def seconds_to_score(model: LocalModel, prompts: list) -> float:
    """Return the seconds for one stance score of every prompt."""
    start = time.perf_counter()
    for _ in model.score(prompts, continuations()):
        pass
    return time.perf_counter() - start


def seconds_to_generate(model: LocalModel, prompts: list) -> float:
    """Return the seconds for TOKENS new tokens to every prompt."""
    start = time.perf_counter()
    for _ in model.generate(prompts, Sampling(TOKENS)):
        pass
    return time.perf_counter() - start


def main() -> None:
    """Print prompts and tokens a second in both formats, and the ratios."""
    stories = [story for plot in plots() for story in tell(plot, ("male",), 0)][:STORIES]
    prompts = [stance_prompt(story.text, story.name, "0123") for story in stories]
    formats = (torch.bfloat16, torch.float32)
    models = {dtype: load_folder("bundled", bundled_folder()) for dtype in formats}
    for dtype, model in models.items():
        model.model.to(dtype)
    scored = {dtype: [] for dtype in formats}
    written = {dtype: [] for dtype in formats}
    for _ in range(ROUNDS):
        for dtype, model in models.items():
            scored[dtype].append(seconds_to_score(model, prompts))
            written[dtype].append(seconds_to_generate(model, prompts[:32]))
    for dtype in formats:
        print(
            f"{dtype}: {len(prompts) / min(scored[dtype]):.1f} prompts/s scored, "
            f"{32 * TOKENS / min(written[dtype]):.0f} tokens/s written at batch 32"
        )
    print(
        f"bf16 : fp32 speed ratio {min(scored[formats[1]]) / min(scored[formats[0]]):.2f} scoring, "
        f"{min(written[formats[1]]) / min(written[formats[0]]):.2f} writing; "
        f"chosen by measurement: {fast_dtype()}"
    )


if __name__ == "__main__":
    main()
