"""BLIP's attention through PyTorch's fused kernel, with the same weights and results.

transformers offers BLIP only its plain implementation, which keeps every attention matrix, and
asking it for another one changes the configuration that its text decoder takes its causal mask
from. So single modules are replaced here, where there is no mask: in the image tower, and where
captions look at an image. Names of the weights stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


@dataclass(frozen=True, slots=True)
class Seen:
    """What captions look at: the states of images (i, tokens, width) and which one each sees.

    `image` (n,) holds row numbers; None means that the nth caption sees the nth image.
    """

    states: Tensor
    image: Tensor | None


class VisionAttention(nn.Module):
    """Takes the place of transformers' `BlipAttention`."""

    def __init__(self, original: Any) -> None:
        super().__init__()
        self.qkv, self.projection = original.qkv, original.projection
        self._heads, self._scale = int(original.num_heads), float(original.scale)

    def forward(self, hidden_states: Tensor, **_: object) -> tuple[Tensor, None]:
        """Attend from every token (n, tokens, width) to every other of its image."""
        n, tokens, width = hidden_states.shape
        mixed: Tensor = self.qkv(hidden_states).view(
            n, tokens, 3, self._heads, width // self._heads
        )
        query, key, value = mixed.permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(query, key, value, scale=self._scale)
        output: Tensor = self.projection(seen.transpose(1, 2).reshape(n, tokens, width))
        return output, None


class CrossAttention(nn.Module):
    """Takes the place of transformers' `BlipTextSelfAttention` between captions and images.

    Keys and values of an image are computed once, however many captions look at it: with 577
    tokens an image they are most of the work.
    """

    def __init__(self, original: Any) -> None:
        super().__init__()
        self.query, self.key, self.value = original.query, original.key, original.value
        self._heads = int(original.num_attention_heads)

    def forward(
        self, hidden_states: Tensor, *, encoder_hidden_states: Any, **_: object
    ) -> tuple[Tensor, None]:
        """Attend from captions (n, tokens, width) to what each of them sees (a `Seen`)."""
        n, tokens, width = hidden_states.shape
        seen: Seen = encoder_hidden_states
        key, value = self._split(self.key(seen.states)), self._split(self.value(seen.states))
        query = self.query(hidden_states)
        if len(seen.states) == 1:
            # Without a mask all captions of an image are one long caption to it.
            query = query.reshape(1, n * tokens, width)
        elif seen.image is not None:
            key, value = key[seen.image], value[seen.image]
        output = scaled_dot_product_attention(self._split(query), key, value)
        return output.transpose(1, 2).reshape(n, tokens, width), None

    def _split(self, mixed: Tensor) -> Tensor:
        """Turn (n, tokens, width) into (n, heads, tokens, width of a head)."""
        return mixed.view(*mixed.shape[:2], self._heads, -1).transpose(1, 2)


def fuse_vision(vision_model: Any) -> None:
    """Replace the attention of an image tower."""
    for layer in vision_model.encoder.layers:
        layer.self_attn = VisionAttention(layer.self_attn)


def share_images(text_encoder: Any) -> None:
    """Replace the cross-attention of a text encoder, which then takes a `Seen`."""
    for layer in text_encoder.encoder.layer:
        layer.crossattention.self = CrossAttention(layer.crossattention.self)
