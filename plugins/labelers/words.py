"""What single words can be: lemminflect's dictionary, with what it lacks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from plugins.labelers.lexicon import (
    ADJECTIVE_ENDINGS,
    ATTRIBUTES,
    DEFINITE,
    ING_NOUNS,
    MANY,
    NUMBERS,
    ONE,
    PLURAL_ONLY,
    STOP,
    SYNONYMS,
)

NO_CONTENT = STOP | MANY | ONE | DEFINITE | frozenset(NUMBERS)
"""Words that are neither things nor what things are like."""


@lru_cache(maxsize=1 << 16)
def lemma_of(word: str) -> str:
    """Return the lemma of a word, as a noun if it can be one, with synonyms made one."""
    if word in PLURAL_ONLY or word in ATTRIBUTES:
        return SYNONYMS.get(word, word)
    lemmas = dictionary(word)
    for kind in ("NOUN", "VERB", "ADJ"):
        if kind in lemmas:
            found = str(lemmas[kind][0])
            return SYNONYMS.get(found, found)
    return SYNONYMS.get(word, word)


@lru_cache(maxsize=1 << 16)
def dictionary(word: str) -> dict[str, tuple[str, ...]]:
    """Return parts of speech with lemmas; for unknown words a guess by their ending."""
    from lemminflect import getAllLemmas, getAllLemmasOOV

    if word in SYNONYMS:
        return {"NOUN": (SYNONYMS[word],)}
    found: dict[str, tuple[str, ...]] = getAllLemmas(word)
    if found or not word.isalpha() or not word.isascii():
        return found
    kind = "ADJ" if word.endswith(ADJECTIVE_ENDINGS) else "NOUN"
    guessed: Any = getAllLemmasOOV(word, kind)
    return dict(guessed)


@lru_cache(maxsize=1 << 16)
def is_noun(word: str) -> bool:
    """Say whether a word can be a thing."""
    if word in NO_CONTENT:
        return False
    return "NOUN" in dictionary(word) or word in ING_NOUNS


@lru_cache(maxsize=1 << 16)
def is_adjective(word: str) -> bool:
    """Say whether a word can stand before a noun and say what it is like."""
    if word in NO_CONTENT:
        return False
    kinds = dictionary(word)
    participle = set(kinds) == {"VERB"} and word not in kinds["VERB"] and not word.endswith("s")
    ending = word.endswith(("ible", "ous", "less")) and not is_plural(word)
    return word in ATTRIBUTES or "ADJ" in kinds or participle or ending or "-" in word


def is_base_verb(word: str) -> bool:
    """Say whether the dictionary knows a word only as a verb, not as its past or participle."""
    kinds = dictionary(word)
    return set(kinds) == {"VERB"} and word in (*kinds["VERB"], *(f"{v}s" for v in kinds["VERB"]))


@lru_cache(maxsize=1 << 16)
def is_plural(word: str) -> bool:
    """Say whether a noun's form tells that there are several."""
    if word in PLURAL_ONLY:
        return False
    if word == "people":
        return True
    lemmas = dictionary(word).get("NOUN", ())
    return bool(lemmas) and word not in lemmas and not word.endswith("ing") and word not in SYNONYMS


def number_of(word: str) -> int | None:
    """Return the number that a word or digits name."""
    if word.isdecimal() and len(word) <= 6:
        return int(word)
    return NUMBERS.get(word)
