"""BLIP for retrieval: one vector for an image and a caption each (ITC), or a look at both (ITM)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from plugins.models.blip_attention import Seen
from plugins.models.blip_captioning import BlipCaptioner
from plugins.models.blip_model import SeesImages
from plugins.models.transformers_captions import by_length
from plugins.models.transformers_loading import unit_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from plugins.api import Float32


class BlipRetriever(SeesImages):
    """Embeds images and captions, and scores pairs of them, in float32 unless cast."""

    def encode_images(self, batch: Float32) -> Float32:
        """Embed prepared images (n, 3, height, width) as L2-normalised (n, embedding_dim)."""
        import torch

        with torch.inference_mode():
            return unit_rows(self._model.vision_proj(self._states(batch)[:, 0]))

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Embed captions as L2-normalised (n, embedding_dim), from [CLS]."""
        import torch

        rows = self._parts.captions.rows(texts)
        vectors = np.zeros((len(rows), self.card.embedding_dim), np.float32)
        with torch.inference_mode():
            for group in by_length(rows):
                first = self._read([rows[number] for number in group])
                vectors[group] = unit_rows(self._model.text_proj(first))
        return vectors

    def truncated(self, texts: Sequence[str]) -> list[bool]:
        """Say which captions have more than 30 words or do not fit into the context."""
        return self._parts.captions.truncated(texts)

    def unreadable(self, texts: Sequence[str]) -> list[bool]:
        """Say which captions have words, but not one that the tokenizer knows."""
        return self._parts.captions.unreadable(texts)

    def image_states(self, batch: Float32) -> object:
        """Compute the tokens of prepared images, kept on the device."""
        import torch

        with torch.inference_mode():
            return self._states(batch)

    def score_pairs(
        self, states: object, image: NDArray[np.integer], texts: Sequence[str]
    ) -> Float32:
        """Return the ITM head's logit of "fits", (m,), before any softmax."""
        import torch

        if not texts:
            return np.zeros(0, np.float32)
        start = self._parts.encoder_token
        rows = [[start, *row[1:]] for row in self._parts.captions.rows(texts)]
        with torch.inference_mode():
            first = self._read(rows, seen_by(states, image))
            scores: Float32 = self._model.itm_head(first)[:, 1].float().cpu().numpy()
        return scores

    @property
    def _model(self) -> Any:
        return self._parts.retrieval

    def _read(self, rows: Sequence[Sequence[int]], seen: Seen | None = None) -> Tensor:
        """Return the state of each row's first token, (n, width)."""
        ids, mask = self._parts.captions.padded(rows)
        states: Tensor = self._model.text_encoder(
            input_ids=ids.to(self._parts.device),
            attention_mask=mask.to(self._parts.device),
            encoder_hidden_states=seen,
        ).last_hidden_state
        return states[:, 0]


class BlipRetrieverAndCaptioner(BlipRetriever, BlipCaptioner):
    """Both uses of a BLIP around one image tower."""


def seen_by(states: Any, image: NDArray[np.integer]) -> Seen:
    """Pick from the states (i, tokens, width) what each caption sees; `image` is (m,)."""
    import torch

    used, number = np.unique(np.asarray(image), return_inverse=True)
    if len(used) == len(number):
        return Seen(_picked(states, np.asarray(image)), None)
    return Seen(_picked(states, used), torch.from_numpy(number).to(states.device))


def _picked(states: Any, rows: NDArray[np.integer]) -> Any:
    import torch

    if np.array_equal(rows, np.arange(len(states))):
        return states
    return states[torch.from_numpy(np.ascontiguousarray(rows)).to(states.device)]
