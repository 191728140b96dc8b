"""Captions found by their words, through SQLite's full-text index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from store.connections import Connections

_TERM = re.compile(r'"([^"]*)"|(\S+)')
# CROSS JOIN: the index first. Otherwise SQLite looks every caption of the data set up in it.
_FOUND = (
    "FROM captions_fts AS f CROSS JOIN captions AS c ON c.id = f.rowid "
    "WHERE captions_fts MATCH ? AND c.dataset_id = ?"
)
_BLOCK = 200


@dataclass(frozen=True, slots=True)
class CaptionMatch:
    """An image with the caption of it that fits best."""

    image_id: int
    caption_id: int
    text: str


class CaptionSearch:
    """Looks for words in the captions of a data set; accents and capitals do not matter."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def images(self, dataset_id: int, text: str, limit: int) -> list[CaptionMatch]:
        """Return images with a caption that has every word, best first (BM25, SQLite's FTS5).

        Words in double quotes are one phrase. Nothing where there is no word to look for.
        """
        if not (terms := _terms(text)):
            return []
        found: dict[int, CaptionMatch] = {}
        rows = self._connections.read().execute(
            f"SELECT c.image_id, c.id, c.text {_FOUND} ORDER BY f.rank, c.id",
            (_match(terms), dataset_id),
        )
        while len(found) < limit and (block := rows.fetchmany(_BLOCK)):
            for row in block:
                found.setdefault(row[0], CaptionMatch(*row))
        rows.close()
        return list(found.values())[:limit]

    def count(self, dataset_id: int, text: str) -> int:
        """Return how many images have a caption with every word."""
        if not (terms := _terms(text)):
            return 0
        found = self._connections.read().execute(
            f"SELECT count(DISTINCT c.image_id) {_FOUND}", (_match(terms), dataset_id)
        )
        return int(found.fetchone()[0])

    def unknown(self, dataset_id: int, text: str) -> list[str]:
        """Return the words of a text that no caption of the data set has, in their order."""
        read = self._connections.read()
        words = dict.fromkeys(re.findall(r"[^\W_]+", text))
        return [
            word
            for word in words
            if read.execute(f"SELECT 1 {_FOUND} LIMIT 1", (_match([word]), dataset_id)).fetchone()
            is None
        ]


def _terms(text: str) -> list[str]:
    found = (phrase or word for phrase, word in _TERM.findall(text))
    return [term for term in found if any(character.isalnum() for character in term)]


def _match(terms: Sequence[str]) -> str:
    # Inside quotes FTS5 has no operators; a doubled quote stands for one.
    return " ".join('"' + term.replace('"', '""') + '"' for term in terms)
