"""BLIP-2 as a scorer of pairs (ITM)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from plugins.api import ModelCard
from plugins.models.blip import FAMILY, MATCHING_2
from plugins.models.blip_captions import CLEANING
from plugins.models.open_clip_encoder import check_device
from plugins.models.preparing import PreparesImages
from plugins.models.transformers_captions import CaptionRows
from plugins.models.transformers_card import card_protocol, cast_models, model_card
from plugins.models.transformers_folder import ModelFolder
from plugins.models.transformers_images import BLIP_DEFAULTS, ImagePreparation
from plugins.models.transformers_loading import load_model, load_tokenizer, pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from plugins.api import Float32, Precision

CONTEXT_LENGTH = 32
"""`max_txt_len` of LAVIS' BLIP-2."""


class Blip2Matcher(PreparesImages):
    """Scores pairs: the mean over the query tokens of the ITM head's logit of "fits".

    As `compute_itm` of LAVIS, models/blip2_models/blip2_qformer.py; captions begin with [CLS].
    """

    card: ModelCard

    def __init__(self, folder: ModelFolder, weights: str, device: str) -> None:
        import torch

        check_device(device)
        self._device = torch.device(device)
        self._model, self._config = load_model(folder, MATCHING_2), folder.config
        config = self._model.config
        tokenizer = load_tokenizer(folder, config.qformer_config.vocab_size)
        length = min(CONTEXT_LENGTH, int(config.qformer_config.max_position_embeddings))
        self._captions = CaptionRows(tokenizer, length, CLEANING)
        self.preparation = ImagePreparation(
            folder.image_settings, {**BLIP_DEFAULTS, "size": {"height": 224, "width": 224}}
        )
        towers = (config.vision_config, config.qformer_config)
        protocol = card_protocol(self.preparation, self._captions, towers)
        protocol["encoder_token"] = "[CLS]"
        self.card = model_card(FAMILY, weights, folder, [self._model], 0, protocol)
        self._model.to(self._device)

    def cast(self, precision: Precision) -> None:
        """Turn weights and activations to a precision; scores stay float32."""
        self.card = cast_models(self.card, [self._model], self._config, precision)

    def image_states(self, batch: Float32) -> object:
        """Compute the tokens of prepared images (n, 3, height, width), kept on the device."""
        import torch

        with torch.inference_mode():
            return self._model.vision_model(pixels(batch, self._model)).last_hidden_state

    def score_pairs(self, states: Any, image: NDArray[np.integer], texts: Sequence[str]) -> Float32:
        """Return the match logit of each pair, (m,)."""
        import torch

        if not texts:
            return np.zeros(0, np.float32)
        ids, mask = (t.to(self._device) for t in self._captions.padded(self._captions.rows(texts)))
        with torch.inference_mode():
            seen = states[torch.from_numpy(np.asarray(image, np.int64)).to(self._device)]
            queries = self._model.query_tokens.expand(len(ids), -1, -1)
            always = torch.ones(queries.shape[:2], dtype=mask.dtype, device=self._device)
            output = self._model.qformer(
                query_embeds=self._model.embeddings(input_ids=ids, query_embeds=queries),
                query_length=queries.shape[1],
                attention_mask=torch.cat([always, mask], dim=1),
                encoder_hidden_states=seen,
            ).last_hidden_state
            logits = self._model.itm_head(output[:, : queries.shape[1]])[..., 1].mean(dim=1)
            scores: Float32 = logits.float().cpu().numpy()
        return scores
