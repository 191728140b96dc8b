"""Scores of (image, caption) pairs on disk, block by block, so that a re-ranking can go on.

A pair is a code, `image_row * n_captions + caption_row`, with the rows of the vector arrays. A
block under its final name is complete; torn and foreign files are never taken for one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.durable import whole_array, written
from store.errors import StoreError

_PREFIX = "v1-"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_PAIR = np.dtype([("code", "<i8"), ("score", "<f4")])  # 12 bytes


class PairScores:
    """The folders of pair scores of a workspace, one for each data set and scorer."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def folder(self, dataset_fingerprint: str, model_fingerprint: str) -> PairFolder:
        """Return the folder of a data set and a scorer; it is created when something is written."""
        parts = json.dumps([dataset_fingerprint, model_fingerprint]).encode()
        return PairFolder(self.path / (_PREFIX + hashlib.sha256(parts).hexdigest()[:40]))


class PairFolder:
    """The scores of pairs of one data set by one scorer; blocks are only ever added."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @staticmethod
    def name_of(codes: NDArray[np.integer[Any]]) -> str:
        """Return a block's name that follows from its pairs: the same work, the same name."""
        content = np.ascontiguousarray(codes, dtype="<i8").tobytes()
        return f"block-{hashlib.sha256(content).hexdigest()[:24]}"

    def write_block(
        self, name: str, codes: NDArray[np.integer[Any]], scores: NDArray[np.floating[Any]]
    ) -> None:
        """Store the scores (n,) of pairs (n,); on disk when this returns.

        A block of the same name is replaced. Raises StoreError for a score that is not a number.
        """
        if not _NAME.fullmatch(name):
            raise StoreError(f'"{name}" is not a name of a block: small letters, digits, - and _')
        if codes.shape != scores.shape or codes.ndim != 1:
            raise StoreError(f"{codes.shape} pairs with {scores.shape} scores: one each is needed")
        # In order, so that `load` merges sorted stretches instead of sorting.
        order = np.argsort(codes, kind="stable")
        block = np.empty(len(codes), dtype=_PAIR)
        with np.errstate(over="ignore"):  # too large for a float32: infinite, refused below
            block["code"], block["score"] = codes[order], scores[order]
        bad = ~np.isfinite(block["score"])
        if bad.any():
            raise StoreError(f"the score of pair {block['code'][bad][0]} is not a number")
        with written(self._block(name)) as file:
            np.save(file, block, allow_pickle=False)

    def blocks(self) -> list[str]:
        """Return the names of the complete blocks in order."""
        return [name for name, _ in self._complete()]

    def load(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the codes of all scored pairs (n,), ascending, each once, and their scores (n,).

        Of a pair in several blocks the score in the block that comes last by name counts.
        """
        # Copied: every block that stays mapped holds a file descriptor.
        blocks = [np.array(block) for _, block in self._complete()]
        codes = np.concatenate([np.empty(0, np.int64), *(block["code"] for block in blocks)])
        scores = np.concatenate([np.empty(0, np.float32), *(block["score"] for block in blocks)])
        del blocks
        if (codes[1:] > codes[:-1]).all():
            return codes, scores
        order = np.argsort(codes, kind="stable")  # equal codes stay in the order of the blocks
        codes = codes[order]
        last = np.ones(len(codes), dtype=bool)
        last[:-1] = codes[1:] != codes[:-1]
        order = order[last]  # one large copy at a time: there are tens of millions of pairs
        scores = scores[order]
        del order
        return codes[last], scores

    def _complete(self) -> Iterator[tuple[str, NDArray[Any]]]:
        for name in sorted(path.stem for path in self.path.glob("*.npy")):
            if (block := self._read(name)) is not None:
                yield name, block

    def _block(self, name: str) -> Path:
        return self.path / f"{name}.npy"

    def _read(self, name: str) -> NDArray[Any] | None:
        if not _NAME.fullmatch(name):
            return None
        return whole_array(self._block(name), _PAIR, ndim=1)
