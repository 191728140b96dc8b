"""The small CLIP: its configuration, its making, and its saving in half precision."""

import json
from pathlib import Path
from typing import Any

CONTEXT_LENGTH = 34
IMAGE_SIZE = 96

PREPROCESSING: dict[str, Any] = {
    "mean": [0.5, 0.5, 0.5],
    "std": [0.25, 0.25, 0.25],
    "interpolation": "bicubic",
    "resize_mode": "shortest",
}


def configuration(words: int) -> dict[str, Any]:
    """Return open_clip's ``model_cfg`` for a vocabulary of so many words."""
    return {
        "embed_dim": 128,
        "vision_cfg": {
            "image_size": IMAGE_SIZE,
            "layers": [2, 2, 2, 2],
            "width": 16,
            "head_width": 64,
        },
        "text_cfg": {
            "context_length": CONTEXT_LENGTH,
            "vocab_size": words,
            # For a local folder open_clip reads the tokenizer from that very folder and only
            # asks whether a name is given, so this one is never looked up anywhere.
            "hf_tokenizer_name": "clip-tiny",
            "width": 128,
            "heads": 4,
            "layers": 3,
            "mlp_ratio": 3.0,
            "pool_type": "argmax",
        },
    }


def write_configuration(words: int, folder: Path) -> None:
    """Write ``open_clip_config.json``, which makes a folder loadable as ``local-dir:``."""
    record = {"model_cfg": configuration(words), "preprocess_cfg": PREPROCESSING}
    (folder / "open_clip_config.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def write_weights(model: Any, folder: Path) -> None:
    """Write the weights as float16; loading them into a float32 model widens them again."""
    import torch
    from safetensors.torch import save_file

    weights = {
        name: (value.half() if value.dtype == torch.float32 else value).contiguous()
        for name, value in model.state_dict().items()
    }
    save_file(weights, folder / "open_clip_model.safetensors")
