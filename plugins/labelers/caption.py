"""What a caption says: its nouns with how many there are and what they are like.

A light reading without a parser, made for the plain language of captions: noun phrases are runs of
words that can be adjectives or nouns, found with a dictionary; how many comes from the words before
them and from the noun's form.
"""

from __future__ import annotations

import re
from functools import lru_cache

from plugins.labelers.language import Language, language_of
from plugins.labelers.phrase import Phrase, tagged
from plugins.labelers.readings import Noun, Reading, Tag, Token

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


@lru_cache(maxsize=1 << 16)
def read_caption(text: str, language: str = "en") -> Reading:
    """Read a caption; any text is accepted, and unknown languages give few nouns."""
    known = language_of(language)
    tokens = _tokens(text[:MAX_CHARACTERS], known)
    nouns: list[Noun] = []
    tags: dict[int, Tag] = {}
    position = 0
    while position < len(tokens):
        phrase = Phrase(known, tokens, position)
        noun = phrase.noun()
        if noun is not None:
            nouns.append(noun)
            tags.update(phrase.tags())
        position = max(phrase.end, position + 1)
    words = tuple(tagged(t, tags.get(i) or _tag_alone(t)) for i, t in enumerate(tokens))
    lemmas = frozenset(
        t.word.lemma
        for t in tokens
        if t.text[0].isalnum() and (t.word.number is not None or not t.word.roles & _EMPTY)
    )
    return Reading(tuple(nouns), lemmas, words, known)


_EMPTY = frozenset({"stop", "one", "definite", "exact"})


def _tokens(text: str, language: Language) -> list[Token]:
    found = list(_TOKEN.finditer(text))
    tokens = []
    for i, match in enumerate(found):
        written = match[0]
        if not language.capital_nouns or (
            i == 0 and len(found) > 1 and found[1][0][0].isupper()
        ):  # the capital of a sentence's first word tells nothing
            written = written.lower()
        tokens.append(Token(match[0].lower(), *match.span(), language.word(written)))
    return tokens


def _tag_alone(token: Token) -> Tag:
    """Say what a word does that belongs to no phrase."""
    word = token.word
    roles = word.roles
    if "negations" in roles:
        return "negation"
    if word.number is not None or "many" in roles:
        return "number"
    if "prepositions" in roles:
        return "place"
    if "pronouns" in roles:
        return "pronoun"
    if roles & {"stop", "one", "definite", "auxiliaries", "exact"} or not token.text[0].isalnum():
        return "empty"
    if word.verb and word.attribute is None:
        return "verb"
    if word.adjective:
        return "attribute"
    return "noun" if word.noun else "other"
