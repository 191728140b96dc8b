"""Captions through open_clip's text towers without the positions behind their end.

A causal tower never looks ahead: what stands at a caption's end token does not depend on the
padding behind it. So captions of like length go together, cut behind the last end token, which
gives the same vectors up to the rounding of float32 for a fraction of the work. Towers that look
both ways (SigLIP), are pooled elsewhere (CoCa's class token) or belong to another library keep
their full length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from open_clip.model import CLIP, CustomTextCLIP
from open_clip.transformer import TextTransformer
from torch import nn
from torch.func import functional_call

if TYPE_CHECKING:
    from torch import Tensor

ALIKE = 0.8
"""Captions are computed together down to this share of the longest's length. On Flickr30K 8 % of
the positions are then padding, and there are 15 captions together in batches of 32."""


class CaptionTower(nn.Module):
    """The text side of a model of open_clip; computes no more positions than it has to."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self._model = model
        self._tower: Any
        self._prefix, self._tower = _causal_tower(model) or ("", None)

    @property
    def trims(self) -> bool:
        """Say whether the tower may be cut behind the last end token."""
        return self._tower is not None

    def forward(self, ids: Tensor) -> Tensor:
        """Embed token ids (n, length) as (n, embedding_dim), not normalised."""
        features: Tensor = self._model.encode_text(ids)
        return features

    def embed(self, ids: Tensor, device: torch.device) -> Tensor:
        """Embed token ids (n, context_length) as (n, embedding_dim), not normalised.

        The ids are on the host, the vectors on the device.
        """
        if self._tower is None:
            return self.forward(ids.to(device))
        lengths = self._ends(ids) + 1
        order = lengths.argsort(descending=True, stable=True)
        parts = [
            self._embed(ids[rows, : int(lengths[rows[0]])].to(device))
            for rows in torch.split(order, _alike(lengths[order].tolist()))
        ]
        return torch.cat(parts)[order.argsort().to(device)]

    def _embed(self, ids: Tensor) -> Tensor:
        """Embed token ids (n, length) that all end within `length`."""
        length = ids.shape[1]
        # CLIP.encode_text takes both at their full length, whatever the length of the ids.
        narrowed = {
            f"{self._prefix}.positional_embedding": self._tower.positional_embedding[:length],
            f"{self._prefix}.attn_mask": self._tower.attn_mask[:length, :length],
        }
        features: Tensor = functional_call(self, narrowed, (ids,), tie_weights=False)
        return features

    def _ends(self, ids: Tensor) -> Tensor:
        """Return the position (n,) that each caption is pooled at, as `text_global_pool` does."""
        pool, end = _pooling(self._tower)
        return ids.argmax(dim=-1) if pool == "argmax" else ids.eq(end).int().argmax(dim=-1)


def _alike(lengths: Sequence[int]) -> list[int]:
    """Cut falling lengths where one is shorter than `ALIKE` of the first; return the counts."""
    counts, longest = [0], lengths[0]
    for length in lengths:
        if length < ALIKE * longest:
            counts, longest = [*counts, 0], length
        counts[-1] += 1
    return counts


def _causal_tower(model: Any) -> tuple[str, Any] | None:
    """Return name and module of a tower that is causal and pooled at the end token, else None.

    Exact types: what a class derived from them does is not known.
    """
    if type(model) is CLIP:
        prefix, tower = "_model", model
    elif type(model) is CustomTextCLIP and type(model.text) is TextTransformer:
        prefix, tower = "_model.text", model.text
    else:
        return None
    causal = tower.attn_mask is not None and getattr(tower, "cls_emb", None) is None
    return (prefix, tower) if causal and _pooling(tower)[0] in ("argmax", "eos") else None


def _pooling(tower: Any) -> tuple[str, int]:
    """Return how a tower pools its positions and the id of its end token."""
    if isinstance(tower, TextTransformer):
        return tower.pool_type, tower.eos_id
    return tower.text_pool_type, tower.text_eos_id
