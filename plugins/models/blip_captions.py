"""Captions as BLIP reads them."""

from __future__ import annotations

import re

from plugins.models.transformers_captions import Cleaning

MAX_WORDS = 30
CONTEXT_LENGTH = 35
"""Tokens of a caption in retrieval, [CLS] and [SEP] included."""

_PUNCTUATION = re.compile(r"([.!\"()*#:;~])")
_SPACES = re.compile(r"\s{2,}")


def clean_caption(text: str) -> tuple[str, bool]:
    """Clean as BLIP does for training and evaluation; say whether words were cut off.

    Source: `pre_caption` of salesforce/BLIP, data/utils.py, with the 30 words of its retrieval
    data sets (LAVIS has the same in processors/blip_processors.py).

    >>> clean_caption('A dog ("Rex") runs!!  Fast. ')
    ('a dog rex runs fast', False)
    """
    text = _PUNCTUATION.sub(" ", text.lower())
    text = _SPACES.sub(" ", text)
    text = text.rstrip("\n").strip(" ")
    words = text.split(" ")
    return " ".join(words[:MAX_WORDS]), len(words) > MAX_WORDS


CLEANING = Cleaning(f"blip, {MAX_WORDS} words", clean_caption)
