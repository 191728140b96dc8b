"""How the relatives of CLIP read captions."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugins.models.transformers_captions import Cleaning

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def canonical(text: str) -> tuple[str, bool]:
    """Lower-case, drop punctuation and join white space, as SigLIP 1 was trained.

    Source: `canonicalize_text` of big_vision, evaluators/proj/image_text/prompt_engineering.py,
    which transformers' slow tokenizer of SigLIP repeats and a fast one does not.

    >>> canonical("A dog's  life.")
    ('a dogs life', False)
    """
    return " ".join(text.lower().translate(_NO_PUNCTUATION).split()), False


def lower(text: str) -> tuple[str, bool]:
    """Lower-case and join white space, as SigLIP 2 was trained.

    Its checkpoints name a tokenizer that keeps capitals (google-research/big_vision#166).
    """
    return " ".join(text.lower().split()), False


@dataclass(frozen=True, slots=True)
class CaptionRules:
    """Context length, cleaning, and whether rows are always padded to the context.

    A text tower that was trained with padding in sight (SigLIP) must see it, without a mask.
    """

    context_length: int
    cleaning: Cleaning
    sees_padding: bool = False


def caption_rules(
    architecture: str, text_config: Any, tokenizer_config: Mapping[str, Any]
) -> CaptionRules:
    """Return how the captions of an architecture are read.

    AltCLIP and Chinese-CLIP have room for 512 tokens and were trained with 77 and 52.
    """
    room = int(text_config.max_position_embeddings)
    if architecture == "SiglipModel":
        named = str(tokenizer_config.get("tokenizer_class", ""))
        second = "Gemma" in named or "Siglip2" in named
        cleaning = Cleaning("lower", lower) if second else Cleaning("canonicalize", canonical)
        return CaptionRules(min(room, 64), cleaning, sees_padding=True)
    longest = {"AltCLIPModel": 77, "ChineseCLIPModel": 52}.get(architecture, room)
    return CaptionRules(min(room, longest), Cleaning())
