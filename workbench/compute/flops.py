"""How many floating-point operations one image, caption or pair costs, for any model in torch.

Operations are counted while the model computes one item (torch's `FlopCounterMode`), so no plugin
has to know its own arithmetic. A caption is counted at the full length of the context, as published
tables do; captions that are cut to their length cost less.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np

from plugins.api import ImageTextEncoder, PairScorer

log = logging.getLogger("workbench.jobs")

FULL_TEXT = " ".join(["dog"] * 160)
"""Longer than any context of the models here."""


def image_gflops(model: ImageTextEncoder) -> float | None:
    """Count what embedding an image takes, in 10^9 operations."""
    batch = _blank(model)
    return counted(lambda: model.encode_images(batch))


def text_gflops(model: ImageTextEncoder) -> float | None:
    """Count what embedding a caption that fills the context takes, in 10^9 operations."""
    return counted(lambda: model.encode_texts([FULL_TEXT]))


def states_gflops(model: PairScorer) -> float | None:
    """Count what the states of an image take, in 10^9 operations."""
    batch = _blank(model)
    return counted(lambda: model.image_states(batch))


def pair_gflops(model: PairScorer) -> float | None:
    """Count what a pair takes once the states of its image are there, in 10^9 operations."""
    states = model.image_states(_blank(model))
    return counted(lambda: model.score_pairs(states, np.zeros(1, np.int64), [FULL_TEXT]))


def counted(call: Callable[[], object]) -> float | None:
    """Count the operations of a call in 10^9; None if they cannot be counted.

    Fused attention is one operation that the counter does not know on every device: it is taken
    apart into its matrix products while counting.
    """
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    fused = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
            call()
    except (NotImplementedError, TypeError, RuntimeError) as error:
        # A model may do what the counter cannot follow; its figures are not worth a run.
        log.warning("operations were not counted: %s", str(error).partition("\n")[0])
        return None
    finally:
        torch.backends.mha.set_fastpath_enabled(fused)
    return counter.get_total_flops() / 1e9 or None


def _blank(
    model: ImageTextEncoder | PairScorer,
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    from PIL import Image

    return model.prepare_image(Image.new("RGB", (64, 64)))[None]
