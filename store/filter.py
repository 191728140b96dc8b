"""The filter language: text to a tuple of terms, all of which a case must satisfy.

::

    rank>10 margin<-.05 len>20 id:18231 cluster:4    numbers: : = < <= > >=
    id:18231,412,22910 cluster:3,5                   any of these queries, of these clusters
    fn>0.5                                           may be a missing pair (`false-negatives`)
    rank@7<=1                                        the query's rank in run 7
    cat:CNT label:counting hint:ATR,COR              category decided or suggested, each, by code,
                                                     name or the start of a name, any of; or none
    status:undecided,skipped by:mh note~bike model:clip star
    slice:negation                                   queries of a slice, as Slices names it
    disputed                                         two annotators' labels have nothing in common
    dog "red cap"                                    words of a caption
    !dog !cat:CNT !star                              not
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from store.errors import FilterError
from store.tables import clean

NUMBERS = ("rank", "margin", "len", "id", "cluster", "fn")
REALS = ("margin", "fn")
CATEGORIES = ("cat", "label", "hint")
TEXTS = ("status", "by", "note", "model", "slice")
FLAGS = ("star", "disputed")
ANY_OF = (*CATEGORIES, "status")
"""Fields that take several values with commas; `id` and `cluster` take several numbers."""
FIELDS = (*NUMBERS, *CATEGORIES, *TEXTS, *FLAGS)
STATUSES = ("undecided", "decided", "skipped")
NONE = "none"

BUILT_IN_CATEGORIES: Mapping[str, str] = {
    word: name
    for code, name in (
        ("cnt", "counting"),
        ("atr", "attributes"),
        ("cor", "coreference"),
        ("abs", "abstract"),
        ("fin", "fine_grained"),
        ("dat", "data_fault"),
        ("oth", "other"),
    )
    for word in (code, name)
}

CAPTION = ("caption", "captions", "text", "query")  # what other languages call the text searched
OTHER_RANK = "rank@"  # followed by the number of a run

JOINING = {
    "and": "terms apart by a space must all hold",
    "or": "cat:CNT,ATR takes any of several",
    "not": "!dog is not",
}
"""Words of other query languages, and what is written here in place of them."""

MOST_WORDS = 100
"""SQLite refuses conditions that are nested a thousand deep."""

_QUOTED = r'"(?:[^"]|"")*"'
_WORD = re.compile(rf"(?:{_QUOTED}|[^\s\"])+|\"")
_OPERATOR = re.compile(r"(?:<=|>=|[:~<>=])")
_OPEN = re.compile(r"!?([^\s\":~<>=!]+)((?:<=|>=|[:~<>=])?)")
_SIGNS = re.compile(r"[&|]+")
_TERM = re.compile(rf"(!?)(?:([^\s\":~<>=!]*)(<=|>=|[:~<>=]))?({_QUOTED}|[^\s\"]*)", re.DOTALL)
_RUN = re.compile(r"[0-9]{1,18}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_INTEGERS = re.compile(r"[0-9]{1,18}(,[0-9]{1,18})+")
_REAL = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]{1,3})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; a text search has the field "text"."""

    field: str
    operator: str
    value: str | int | float
    negated: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The values of a field of `ANY_OF`, of which a case must have one."""
        return tuple(str(self.value).split(","))

    def __str__(self) -> str:
        """Write the term as it could have been typed."""
        mark = "!" if self.negated else ""
        if self.field in FLAGS:
            return f"{mark}{self.field}"
        value = _quoted(str(self.value)) if isinstance(self.value, str) else repr(self.value)
        if self.field != "text":
            return f"{mark}{self.field}{self.operator}{value}"
        if _is_field(value) or value.lower() in JOINING:
            value = f'"{value}"'
        return f"{mark}{value}"

    @property
    def other_run(self) -> int | None:
        """The run of a rank in another run (`rank@7`), else None."""
        name, at, run = self.field.partition("@")
        return int(run) if name + at == OTHER_RANK else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that a case must satisfy together; the empty filter takes every case."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        """Write the filter in its canonical form, which parses to the same filter."""
        return " ".join(map(str, self.terms))


EVERYTHING = Filter()


def parse(text: str, categories: Mapping[str, str] | None = None) -> Filter:
    """Read a filter; raises FilterError naming the word and the nearest valid one.

    `categories` maps every lower-case code and name of the taxonomy to the name.
    """
    # SQLite ends a search text at a NUL and takes no lone surrogates; nobody means to look for
    # either.
    words = _WORD.findall(clean(text).replace("\0", " "))
    names = BUILT_IN_CATEGORIES if categories is None else categories
    words = _joined(words)
    if len(words) > MOST_WORDS:
        raise FilterError(f"a filter takes at most {MOST_WORDS} words, not {len(words):,}")
    terms = tuple(_term(word, names) for word in words)
    _refuse_joining(words, terms)
    return Filter(terms)


def _joined(words: list[str]) -> list[str]:
    """Join a comparison that was typed with spaces: `rank > 10`, `rank >10` and `rank> 10`."""
    joined: list[str] = []
    open_end = False  # the last word is a field, perhaps with an operator, that lacks its value
    for word in words:
        operator = _OPERATOR.match(word)
        if joined and open_end and (bool(operator) != bool(_OPERATOR.search(joined[-1]))):
            joined[-1] += word
            open_end = operator is not None and operator.end() == len(word)
            continue
        joined.append(word)
        match = _OPEN.fullmatch(word)
        open_end = match is not None and _takes_value(match[1])
    return joined


def _takes_value(field: str) -> bool:
    return field.startswith(OTHER_RANK) or (field in FIELDS and field not in FLAGS)


def _refuse_joining(words: list[str], terms: tuple[Term, ...]) -> None:
    """Refuse and, or, not beside a comparison: searched as words they would lose cases unsaid.

    Between words, as in a caption that is pasted, they are words like others.
    """
    for at, word in enumerate(words):
        beside = (*terms[max(0, at - 1) : at], *terms[at + 1 : at + 2])
        if word.lower() in JOINING and any(term.field != "text" for term in beside):
            instead = JOINING[word.lower()]
            raise FilterError(f'no "{word}" here: {instead}; in quotes it is a word to find')


def _term(word: str, categories: Mapping[str, str]) -> Term:
    match = _TERM.fullmatch(word)
    if match is None:
        raise FilterError(f'the quotes in {word} do not match: write "red cap" or note~"red cap"')
    if _SIGNS.fullmatch(word):
        key = "or" if "|" in word else "and"
        raise FilterError(f"no {word} here: {JOINING[key]}")
    mark, field, operator, raw = match.groups()
    quoted = raw.startswith('"')
    value = raw[1:-1].replace('""', '"') if quoted else raw
    negated = bool(mark)
    if operator is None:
        if not quoted and value in FLAGS:
            return Term(value, "", "", negated)
        if not quoted and _is_field(value):
            raise FilterError(f"{word} lacks a comparison: write {value}<=1")
        return Term("text", "", _searchable(value, word), negated)
    field = _field(field, word)
    if not value:
        raise FilterError(f"{word} lacks a value after {operator}")
    if field in NUMBERS or field.startswith(OTHER_RANK):
        return _number(field, operator, value, negated, word)
    if operator != ("~" if field == "note" else ":"):
        right = "~" if field == "note" else ":"
        raise FilterError(f"{field} does not take {operator} in {word}: write {field}{right}…")
    if field in ANY_OF:
        if not all(value.split(",")):
            raise FilterError(f"{word} has a comma without a value: write {field}:one,other")
        named = [
            _status(one, word) if field == "status" else _category(one, word, categories)
            for one in value.split(",")
        ]
        value = ",".join(dict.fromkeys(named))
    return Term(field, operator, value, negated)


def _field(field: str, word: str) -> str:
    run = field.partition("@")[2]
    is_run = bool(_RUN.fullmatch(run))
    if field.startswith(OTHER_RANK):
        if not is_run:
            raise FilterError(
                f'{OTHER_RANK} needs the number of a run, not "{run}", in {word}: write rank@7<=1'
            )
        return f"{OTHER_RANK}{int(run)}"
    if not field:
        raise FilterError(f"{word} has no field before it: write as in rank>10, margin<0, cat:CNT")
    if field not in FIELDS or field in FLAGS:
        valid = (*FIELDS, f"{OTHER_RANK}{int(run) if is_run else 'RUN'}")
        raise FilterError(f'unknown field "{field}" in {word}: {_instead_of(field, word, valid)}')
    return field


def _instead_of(field: str, word: str, valid: tuple[str, ...]) -> str:
    if field.lower() in CAPTION:
        return "a word without a field is looked for in captions"
    near = nearest(field, valid)
    if near.endswith("?"):
        return near
    return f'to look for the words, write "{word}" in quotes; else {near}'


def _number(field: str, operator: str, value: str, negated: bool, word: str) -> Term:
    if operator == "~":
        raise FilterError(f"{field} does not take ~ in {word}: write one of : < <= > >=")
    operator = ":" if operator == "=" else operator
    if field in ("id", "cluster") and operator == ":" and _INTEGERS.fullmatch(value):
        # Leading zeros are no JSON.
        return Term(field, operator, ",".join(str(int(one)) for one in value.split(",")), negated)
    if field == "cluster" and operator == ":" and value.lower() == NONE:
        return Term(field, operator, NONE, negated)
    if field in REALS and _REAL.fullmatch(value) and math.isfinite(float(value)):
        return Term(field, operator, float(value), negated)
    if field not in REALS and _INTEGER.fullmatch(value):
        return Term(field, operator, int(value), negated)
    kind = "a number" if field in REALS else "a whole number"
    raise FilterError(f'{field} needs {kind}, not "{value}", in {word}')


def _category(value: str, word: str, categories: Mapping[str, str]) -> str:
    wanted = value.casefold()
    exact = {name for key, name in categories.items() if key.casefold() == wanted}
    names = exact or {n for n in categories.values() if n.casefold().startswith(wanted)}
    if not names and wanted == NONE:
        return NONE
    if len(names) == 1:
        return names.pop()
    if names:
        raise FilterError(f"{word} could be {' or '.join(sorted(names))}")
    known = sorted({*categories, *categories.values()})
    raise FilterError(f'unknown category "{value}" in {word}: {nearest(wanted, known)}')


def _status(value: str, word: str) -> str:
    matching = [status for status in STATUSES if status.startswith(value.lower())]
    if len(matching) != 1:
        raise FilterError(f'unknown status "{value}" in {word}: {nearest(value, STATUSES)}')
    return matching[0]


def _searchable(value: str, word: str) -> str:
    if not any(character.isalnum() for character in value):
        raise FilterError(f"{word} holds no word to search for")
    return value


def nearest(word: str, valid: tuple[str, ...] | list[str]) -> str:
    """Name the valid word that a wrong one is nearest to, or all of them."""
    found = difflib.get_close_matches(word.casefold(), valid, n=1, cutoff=0.5)
    if found:
        return f"did you mean {found[0]}?"
    return f"choose from {', '.join(valid)}"


def _is_field(value: str) -> bool:
    """Say whether a word without an operator would be read as more than a word to search for."""
    return value in FLAGS or (
        value.startswith(OTHER_RANK) and _RUN.fullmatch(value.removeprefix(OTHER_RANK)) is not None
    )


def _quoted(value: str) -> str:
    if value and not re.search(r'[\s":~<>=!]', value):
        return value
    doubled = value.replace('"', '""')
    return f'"{doubled}"'
