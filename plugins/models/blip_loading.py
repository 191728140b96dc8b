"""Loads a BLIP with exactly the capabilities that its folder names."""

from __future__ import annotations

from typing import Any

from plugins.models.blip import CAPTIONING, FAMILY, RETRIEVAL
from plugins.models.blip_attention import fuse_vision, share_images
from plugins.models.blip_captioning import BlipCaptioner
from plugins.models.blip_captions import CLEANING, CONTEXT_LENGTH
from plugins.models.blip_model import BlipParts
from plugins.models.blip_retrieval import BlipRetriever, BlipRetrieverAndCaptioner
from plugins.models.open_clip_encoder import check_device
from plugins.models.transformers_captions import CaptionRows
from plugins.models.transformers_card import card_protocol, model_card
from plugins.models.transformers_folder import ModelFolder
from plugins.models.transformers_images import BLIP_DEFAULTS, ImagePreparation
from plugins.models.transformers_loading import load_model, load_tokenizer


def load_blip(
    folder: ModelFolder, weights: str, device: str
) -> BlipRetriever | BlipCaptioner | BlipRetrieverAndCaptioner:
    """Load the models that a folder names, with one image tower for both."""
    check_device(device)
    models = {
        name: load_model(folder, name)
        for name in (RETRIEVAL, CAPTIONING)
        if name in folder.architectures
    }
    first = next(iter(models.values()))
    for model in models.values():
        model.vision_model = first.vision_model
    parts = _parts(folder, weights, device, models, first.config)
    # Only now: the card's fingerprint is that of the weights as they were saved.
    for model in models.values():
        model.to(device)
    fuse_vision(first.vision_model)
    if parts.retrieval is None:
        return BlipCaptioner(parts)
    share_images(parts.retrieval.text_encoder)
    return BlipRetriever(parts) if parts.captioning is None else BlipRetrieverAndCaptioner(parts)


def _parts(
    folder: ModelFolder, weights: str, device: str, models: dict[str, Any], config: Any
) -> BlipParts:
    import torch

    text = config.text_config
    tokenizer = load_tokenizer(folder, int(text.vocab_size))
    length = min(CONTEXT_LENGTH, int(text.max_position_embeddings))
    captions = CaptionRows(tokenizer, length, CLEANING)
    preparation = ImagePreparation(folder.image_settings, BLIP_DEFAULTS)
    token, number = find_encoder_token(tokenizer, text)
    protocol = card_protocol(preparation, captions, (config.vision_config, text))
    dim = 0
    if RETRIEVAL in models:
        protocol["encoder_token"] = token
        dim = int(config.image_text_hidden_size)
    return BlipParts(
        card=model_card(FAMILY, weights, folder, models.values(), dim, protocol),
        config=folder.config,
        device=torch.device(device),
        preparation=preparation,
        captions=captions,
        tokenizer=tokenizer,
        encoder_token=number,
        vision=next(iter(models.values())).vision_model,
        retrieval=models.get(RETRIEVAL),
        captioning=models.get(CAPTIONING),
    )


def find_encoder_token(tokenizer: Any, config: Any) -> tuple[str, int]:
    """Find the token that takes the place of [CLS] when a caption looks at an image.

    BLIP was trained so (`enc_token_id` in salesforce/BLIP, models/blip_retrieval.py and
    train_retrieval.py), with [DEC] and [ENC] appended to BERT's vocabulary in this order. The
    tokenizers of the hub's checkpoints were saved without these two, but their models have the
    embeddings and name [DEC], the last but one, as the start of generated text. transformers'
    own forward leaves [CLS] in place, which gives other scores.
    """
    words = tokenizer.get_vocab()
    if "[ENC]" in words:
        return "[ENC]", int(words["[ENC]"])
    size = int(config.vocab_size)
    if size == len(words) + 2 and config.bos_token_id == size - 2:
        return "[ENC]", size - 1
    return "[CLS]", int(tokenizer.cls_token_id)
