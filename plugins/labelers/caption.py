"""What a caption says: its nouns with how many there are and what they are like.

A light reading without a parser, made for the plain English of captions: noun phrases are runs of
words that can be adjectives or nouns, found with lemminflect's dictionary; how many comes from the
words before them and from the noun's form.
"""

from __future__ import annotations

import re
from functools import lru_cache

from plugins.labelers.lexicon import DEFINITE, EXACT, ONE, STOP
from plugins.labelers.phrase import Phrase
from plugins.labelers.readings import Noun, Reading, Token
from plugins.labelers.words import lemma_of

MAX_CHARACTERS = 2_000
"""What lies behind this is not read: captions are shorter by far."""

_APOSTROPHE = "['\u2019]"
_LETTERS = r"[^\W\d_]+"
_TOKEN = re.compile(
    rf"{_APOSTROPHE}s\b"  # "the dog's", "it's"
    rf"|{_LETTERS}(?:(?:-|{_APOSTROPHE}(?!s\b)){_LETTERS})*"
    rf"|\d+(?:[-']{_LETTERS})+"  # "2-year-old"
    r"|\d+|[^\w\s]",
    re.IGNORECASE,
)


_EMPTY_WORDS = (STOP | ONE | DEFINITE | EXACT) - {"both", "no"}


@lru_cache(maxsize=1 << 16)
def read_caption(text: str) -> Reading:
    """Read a caption; any text is accepted, and unknown languages give few nouns."""
    tokens = [
        Token(m[0].lower(), m.start(), m.end()) for m in _TOKEN.finditer(text[:MAX_CHARACTERS])
    ]
    nouns: list[Noun] = []
    position = 0
    while position < len(tokens):
        phrase = Phrase(tokens, position)
        noun = phrase.noun()
        if noun is not None:
            nouns.append(noun)
        position = max(phrase.end, position + 1)
    lemmas = frozenset(
        lemma_of(token.text)
        for token in tokens
        if token.text[0].isalnum() and token.text not in _EMPTY_WORDS
    )
    return Reading(tuple(nouns), lemmas)
