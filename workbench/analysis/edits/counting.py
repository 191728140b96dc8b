"""Edits of how many there are: another number, two instead of one, there or not there."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.analysis.edits.reading import Change, Reading, Word, one_of_each, plural_of

_BETWEEN = 3
"""Words between a number and the noun that it counts."""


def counting(caption: Reading) -> Iterator[Change]:
    """Change how many there are of something."""
    yield from one_of_each((_numbers(caption), _negation(caption), _one(caption)))


def _numbers(caption: Reading) -> Iterator[Change]:
    """Let another number stand before a plural: one more, one less but not one, two more."""
    numbers = caption.tables.numbers
    for place, word in enumerate(caption.words):
        number = _value(word, numbers)
        behind = caption.words[place + 1 : place + 2 + _BETWEEN]
        if number is None or caption.stays(word) or not any(map(caption.plural, behind)):
            continue
        for other in (number + 1, number - 1, number + 2):
            if 2 <= other <= len(numbers) + 1:
                yield (
                    word.start,
                    word.end,
                    str(other) if word.text.isdecimal() else numbers[other - 2],
                )


def _value(word: Word, numbers: tuple[str, ...]) -> int | None:
    if word.text.isdecimal() and len(word.text) <= 2:
        return int(word.text) if 2 <= int(word.text) <= len(numbers) + 1 else None
    return numbers.index(word.lower) + 2 if word.lower in numbers else None


def _negation(caption: Reading) -> Iterator[Change]:
    """Let what is there not be there, and the other way round."""
    having, lacking, no = caption.tables.negation
    for word, after in zip(caption.words, caption.words[1:], strict=False):
        article = after.lower in caption.tables.articles
        bare = not caption.tables.dictionary and caption.plural(after)
        if word.lower == lacking and (bare or caption.tables.dictionary):
            yield word.start, word.end, having
        elif word.lower == having and (article or bare):
            yield word.start, word.end, lacking
        elif no and word.lower == no and caption.plural(after):
            yield word.start, word.end, caption.tables.numbers[0]
        elif no and word.lower == no and _known(after, caption):
            yield word.start, after.end, f"a {after.text}"
    yield from caption.replaced(caption.tables.of("negations"))


def _one(caption: Reading) -> Iterator[Change]:
    """Make one thing two, with the verb right behind it: "a big dog runs", "two big dogs run".

    Not where a verb elsewhere would have to agree: "a man in a hat is running".
    """
    words, text = caption.words, caption.text
    for place, word in enumerate(words):
        at = _noun_behind(place, caption)
        if word.lower not in caption.tables.one or at is None:
            continue
        noun, many = words[at], plural_of(words[at].lower)
        new = f"{caption.tables.numbers[0]}{text[word.end : noun.start]}{many}"
        agreeing = [_agreeing(verb, caption) for verb in words[at + 1 :]]
        follows = bool(agreeing) and agreeing[0] is not None
        if not many or many == noun.lower or (follows if place else any(agreeing[1:])):
            continue
        if follows:
            verb = words[at + 1]
            yield word.start, verb.end, f"{new}{text[noun.end : verb.start]}{agreeing[0]}"
        else:
            yield word.start, noun.end, new


def _noun_behind(place: int, caption: Reading) -> int | None:
    """Return where the thing behind a number is, with attributes between; None for no such thing.

    "A dog house" is neither a dog nor, by these tables, a thing.
    """
    words, looks = caption.words, caption.tables.of("attributes")
    for at in range(place + 1, min(place + 1 + _BETWEEN, len(words))):
        if _known(words[at], caption):
            compound = at + 1 < len(words) and _known(words[at + 1], caption)
            return None if compound else at
        if words[at].lower not in looks:
            return None
    return None


def _known(word: Word, caption: Reading) -> bool:
    """Say whether a word is a thing or person of the tables, in the singular."""
    tables = caption.tables
    return word.lower in tables.of("things") or (
        word.lower in tables.of("people") and caption.there.isdisjoint(tables.of("pronouns"))
    )


def _agreeing(verb: Word, caption: Reading) -> str | None:
    """Return the plural of a verb in the third person, None if the word is none."""
    if agreed := caption.tables.agree.get(verb.lower):
        return agreed[0]
    from lemminflect import getAllLemmas

    forms = getAllLemmas(verb.lower)
    verbs = forms.get("VERB", ())
    return str(verbs[0]) if verbs and verb.lower.endswith("s") and verb.lower not in verbs else None
