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

    RANKED = 10_000
    """How many captions are ranked. BM25 looks the length of every one up, which takes 140 ms where
    158,915 have the words; of words so common it tells little but which caption is short."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def images(self, dataset_id: int, text: str, limit: int) -> list[CaptionMatch]:
        """Return images with a caption that has every word, best first (BM25, SQLite's FTS5).

        The best of the first `RANKED` captions where more have the words. Words in double quotes
        are one phrase. Nothing where there is no word to look for.
        """
        if not (terms := _terms(text)):
            return []
        found: dict[int, CaptionMatch] = {}
        rows = self._connections.read().execute(
            "SELECT image_id, id, text FROM "
            f"(SELECT c.image_id, c.id, c.text, f.rank AS fit {_FOUND} "
            f"ORDER BY f.rowid LIMIT {self.RANKED}) ORDER BY fit, id",
            (_match(terms), dataset_id),
        )
        while len(found) < limit and (block := rows.fetchmany(_BLOCK)):
            for row in block:
                found.setdefault(row[0], CaptionMatch(*row))
        rows.close()
        return list(found.values())[:limit]

    def count(self, dataset_id: int, text: str) -> tuple[int, int]:
        """Return how many images have a caption with every word, and how many such captions."""
        if not (terms := _terms(text)):
            return 0, 0
        found = self._connections.read().execute(
            f"SELECT count(DISTINCT c.image_id), count(*) {_FOUND}", (_match(terms), dataset_id)
        )
        images, captions = found.fetchone()
        return images, captions

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
