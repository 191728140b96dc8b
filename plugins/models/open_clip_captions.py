"""Captions as token ids: open_clip's tokenizers, made safe and honest about what they cut."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

_CHARACTERS_A_TOKEN = 20
"""More than any ordinary token is long; what lies behind context x this can never be read."""


class CaptionTokens:
    """A tokenizer of open_clip with its context length.

    Two things are added: the end token is kept when a caption is cut (towers read the caption's
    meaning from its position), and text is cut before the byte-pair encoding, whose time grows
    with the square of a word's length.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._hf = getattr(tokenizer, "tokenizer", None)
        self._clips = getattr(tokenizer, "tokenizer_mode", "") == "clips"
        self.context_length = int(tokenizer.context_length)
        self._characters = self.context_length * _CHARACTERS_A_TOKEN
        self._end = self._end_token()

    def ids(self, texts: Sequence[str]) -> Tensor:
        """Return token ids (n, context_length)."""
        ids: Tensor = self._tokenizer([self._safe(text) for text in texts])
        if self._hf is not None and self._end is not None:
            # A full row ends with the end token, whether it just fits or was cut.
            ids[ids[:, -1] != self._hf.pad_token_id, -1] = self._end
        return ids

    def truncated(self, texts: Sequence[str]) -> list[bool]:
        """Say which captions are cut."""
        safe = [self._safe(text) for text in texts]
        return [
            length > self.context_length or len(_tidy(text)) > self._characters
            for text, length in zip(texts, self._lengths(safe), strict=True)
        ]

    def cleaning(self) -> str:
        """Name what is done to a caption's text before it is split into tokens."""
        clean = getattr(self._tokenizer, "clean_fn", None)
        name = getattr(clean, "__name__", "") or "canonicalize"
        return name.removeprefix("_clean_")

    def lower_cases(self) -> bool:
        """Say whether captions are lower-cased, by trying."""
        pair = self._tokenizer(["A Dog AND a Cat", "a dog and a cat"])
        return bool((pair[0] == pair[1]).all())

    def identity(self) -> str:
        """Hash vocabulary and rules, so that equal identities give equal ids."""
        digest = hashlib.sha256(type(self._tokenizer).__name__.encode())
        digest.update(json.dumps(self._rules(), sort_keys=True).encode())
        return digest.hexdigest()

    def _rules(self) -> list[object]:
        backend = getattr(self._hf, "backend_tokenizer", None)
        if backend is not None:
            rules = json.loads(backend.to_str())
            # Left over from the last call, not part of the tokenizer.
            return [{k: v for k, v in rules.items() if k not in ("padding", "truncation")}]
        vocabulary = self._hf.get_vocab() if self._hf is not None else self._tokenizer.encoder
        return [vocabulary, self.cleaning()]

    def _end_token(self) -> int | None:
        """Return the id that ends every caption, if there is one to be kept."""
        if self._hf is None:
            return int(self._tokenizer.eot_token_id)
        if self._clips:  # puts its last token there itself
            return None
        if getattr(self._tokenizer, "strip_sep_token", False):
            return None
        ids = self._hf(["a"]).input_ids[0]
        return int(ids[-1]) if ids and ids[-1] in self._hf.all_special_ids else None

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """Count tokens, special ones included, as if there were no limit."""
        if self._hf is None:
            return [len(self._tokenizer.encode(text)) + 2 for text in texts]
        if not texts:
            return []
        clean = getattr(self._tokenizer, "clean_fn", str)
        extra = 3 if self._clips else 0
        encoded = self._hf(
            [clean(text) for text in texts],
            add_special_tokens=not self._clips,
            padding=False,
            truncation=False,
            verbose=False,
        ).input_ids
        return [len(ids) + extra for ids in encoded]

    def _safe(self, text: str) -> str:
        tidy = _tidy(text)
        if len(tidy) <= self._characters:
            return tidy
        cut = tidy[: self._characters]
        return cut.rpartition(" ")[0] or cut


def _tidy(text: str) -> str:
    """Join runs of white space, as every tokenizer here does, and replace half characters."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
