"""Captions as token ids: tokenizers of transformers, made safe and honest about what they cut."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plugins.api import PluginError

if TYPE_CHECKING:
    from torch import Tensor

_CHARACTERS_A_TOKEN = 20
"""More than any ordinary token is long; what lies behind context x this can never be read."""

_TOGETHER = 64
"""Captions of like length that are encoded together; more would only add padding."""


def joined(text: str) -> tuple[str, bool]:
    """Join runs of white space, as every tokenizer here does."""
    return " ".join(text.split()), False


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What is done to a caption before it is split into tokens, under a name for the card.

    `clean` returns the text and whether words were cut off.
    """

    name: str = "whitespace"
    clean: Callable[[str], tuple[str, bool]] = joined


class CaptionRows:
    """A tokenizer with its context length and cleaning.

    Rows end with the tokenizer's end token also when a caption is cut. Text is cut before the
    tokenizer, whose time may grow with the square of a word's length.
    """

    def __init__(self, tokenizer: Any, context_length: int, cleaning: Cleaning) -> None:
        tokenizer.truncation_side = "right"
        self._tokenizer = tokenizer
        self.context_length, self.cleaning = context_length, cleaning
        self._characters = context_length * _CHARACTERS_A_TOKEN
        self._pad = int(tokenizer.pad_token_id or 0)

    def rows(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each caption, special tokens included, without padding."""
        return self._ids([self._read(text)[0] for text in texts], texts, cut=True)

    def padded(self, rows: Sequence[Sequence[int]], length: int = 0) -> tuple[Tensor, Tensor]:
        """Return ids and attention mask, (n, longest or `length`), padded on the right."""
        import torch

        longest = max(length, *(len(row) for row in rows))
        ids = [[*row, *([self._pad] * (longest - len(row)))] for row in rows]
        mask = [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
        return torch.tensor(ids), torch.tensor(mask)

    def truncated(self, texts: Sequence[str]) -> list[bool]:
        """Say which captions are cut, by words, characters or tokens."""
        read = [self._read(text) for text in texts]
        lengths = map(len, self._ids([text for text, _ in read], texts, cut=False))
        return [
            cut or length > self.context_length
            for (_, cut), length in zip(read, lengths, strict=True)
        ]

    def unreadable(self, texts: Sequence[str]) -> list[bool]:
        """Say which captions have words, but not one that the tokenizer knows."""
        unknown = {self._tokenizer.unk_token_id}
        words = self._ids([self._read(t)[0] for t in texts], texts, cut=True, special=False)
        return [bool(ids) and set(ids) == unknown for ids in words]

    def lower_cases(self) -> bool:
        """Say whether captions are lower-cased, by trying."""
        upper, lower = self.rows(["A Dog AND a Cat", "a dog and a cat"])
        return upper == lower

    def identity(self) -> str:
        """Hash vocabulary and rules, so that equal identities give equal ids."""
        digest = hashlib.sha256(type(self._tokenizer).__name__.encode())
        digest.update(json.dumps(self._rules(), sort_keys=True).encode())
        return digest.hexdigest()

    def _rules(self) -> object:
        backend = getattr(self._tokenizer, "backend_tokenizer", None)
        if backend is None:
            return self._tokenizer.get_vocab()
        rules = json.loads(backend.to_str())
        # Left over from the last call, not part of the tokenizer.
        return {key: rules[key] for key in rules if key not in ("padding", "truncation")}

    def _read(self, text: str) -> tuple[str, bool]:
        """Return what of a caption is read, and whether something was cut off."""
        if not isinstance(text, str):
            raise PluginError(f"A caption is not text: {text!r:.80}.")
        # Half characters (lone surrogates) become question marks.
        clean, cut = self.cleaning.clean(text.encode("utf-8", "replace").decode("utf-8"))
        if len(clean) <= self._characters:
            return clean, cut
        short = clean[: self._characters]
        return short.rpartition(" ")[0] or short, True

    def _ids(
        self, read: list[str], texts: Sequence[str], *, cut: bool, special: bool = True
    ) -> list[list[int]]:
        if not read:
            return []
        try:
            return self._tokenized(read, cut=cut, special=special)
        except Exception as error:  # The tokenizers' own errors have no class of their own.
            raise self._named(read, texts, error) from error

    def _tokenized(self, read: list[str], *, cut: bool, special: bool = True) -> list[list[int]]:
        ids: list[list[int]] = self._tokenizer(
            read,
            add_special_tokens=special,
            truncation=cut,
            max_length=self.context_length if cut else None,
            return_attention_mask=False,
            return_token_type_ids=False,
            verbose=False,
        ).input_ids
        return ids

    def _named(self, read: list[str], texts: Sequence[str], error: Exception) -> PluginError:
        """Find the caption that made the tokenizer fail."""
        reason = " ".join(str(error).split())[:200]
        for text, one in zip(texts, read, strict=True):
            try:
                self._tokenized([one], cut=True)
            except Exception:  # noqa: BLE001 - reported by the caller, with this caption
                return PluginError(f"The caption {text[:60]!r} cannot be tokenized: {reason}.")
        return PluginError(f"The captions cannot be tokenized: {reason}.")


def by_length(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Group the numbers of rows so that rows of like length come together."""
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    return [order[start : start + _TOGETHER] for start in range(0, len(order), _TOGETHER)]
