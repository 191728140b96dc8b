"""Makes models and tokenizers of transformers from a folder: offline, silent, without pickled code.

transformers prints progress bars and reports on stderr, which is the terminal face's screen.
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from plugins.api import PluginError, SourceError
from plugins.models.open_clip_weights import offline
from plugins.models.transformers_folder import CONFIG, ModelFolder

if TYPE_CHECKING:
    from torch import Tensor

    from plugins.api import Float32


def load_model(folder: ModelFolder, architecture: str) -> Any:
    """Build a class of transformers in float32 on the CPU, in evaluation mode.

    Raises SourceError for weights that are damaged, unsafe or of another model.
    """
    import torch
    import transformers
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError

    weights = folder.weights[0]
    try:
        with offline(), quiet():
            model, report = getattr(transformers, architecture).from_pretrained(
                folder.path,
                dtype=torch.float32,
                local_files_only=True,
                use_safetensors=weights.suffix == ".safetensors",
                weights_only=True,
                output_loading_info=True,
                ignore_mismatched_sizes=True,  # refused below, by name
            )
    except pickle.UnpicklingError as error:
        reason = (
            "holds pickled code besides tensors, which is not run: save the state dict alone, "
            "best as .safetensors"
        )
        raise SourceError(weights, reason) from error
    except (SafetensorError, EOFError, OSError) as error:
        raise SourceError(weights, f"damaged weights: {_line(error)}") from error
    except StrictDataclassError as error:
        raise SourceError(folder.path / CONFIG, f"no model can be built: {_line(error)}") from error
    except (RuntimeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(weights, f"no {architecture} can be built: {_line(error)}") from error
    for name, saved, wanted in sorted(report["mismatched_keys"])[:1]:
        raise SourceError(
            weights,
            f"no weights for {architecture}: {name} has the shape {tuple(saved)}, but "
            f"{CONFIG} asks for {tuple(wanted)}",
        )
    missing = sorted(report["missing_keys"])
    if missing:
        raise SourceError(
            weights, f"no weights for {architecture}: {len(missing)} lack, as {missing[0]}"
        )
    return model.eval().requires_grad_(False)


def load_tokenizer(folder: ModelFolder, vocabulary: int) -> Any:
    """Load a folder's tokenizer; PluginError if it cannot be the model's.

    `vocabulary` is the number of tokens that the model has embeddings for.
    """
    from transformers import AutoTokenizer

    try:
        with offline(), quiet():
            tokenizer = AutoTokenizer.from_pretrained(folder.path, local_files_only=True)
    except ImportError as error:
        raise PluginError(
            f"The tokenizer in {folder.path} needs a library that is not installed: {_line(error)}"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PluginError(
            f"The tokenizer in {folder.path} cannot be used: {_line(error)}."
        ) from error
    words = tokenizer.get_vocab()
    # A vocabulary file that was not understood leaves the special tokens alone.
    if len(words) <= len(tokenizer.all_special_tokens):
        raise PluginError(f"The tokenizer in {folder.path} knows no word.")
    if len(words) > vocabulary:
        raise PluginError(
            f"The tokenizer in {folder.path} has {len(words):,} tokens, but the model only "
            f"{vocabulary:,}: it belongs to another model."
        )
    return tokenizer


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers from printing: bars, reports and warnings."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def pixels(batch: Float32, model: Any) -> Tensor:
    """Move prepared images (n, 3, height, width) to a model's device and precision."""
    import torch

    return torch.from_numpy(np.require(batch, np.float32, ["C", "W"])).to(model.device, model.dtype)


def unit_rows(features: Tensor) -> Float32:
    """Return L2-normalised float32 rows (n, d) on the host."""
    from torch.nn import functional

    rows: Float32 = functional.normalize(features.float(), dim=-1).cpu().numpy()
    return rows


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:200] + " ..."
