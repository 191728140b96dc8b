"""Filters and orders as SQL over a run's ranks; values travel as parameters only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from store.disputes import DISPUTED
from store.errors import FilterError, StoreError
from store.filter import NONE, Filter, Term
from store.records.direction import Direction
from store.tables import to_json

# The sort value of a case. None is ever NULL, so that (value, query_id) can be compared.
SORTS = {
    "rank": "r.rank",
    "margin": "r.margin",
    "id": "r.query_id",
    "suggestion": "ifnull(r.suggestion_score, -1.0)",
    "cluster": "ifnull(m.cluster, 1e9)",
    "time": "ifnull(d.at, '')",
}

_DECISION = (
    " LEFT JOIN latest_decisions AS d ON d.dataset_id = :dataset AND d.direction = :direction"
    " AND d.query_id = r.query_id AND d.top_id = r.top_id AND d.annotator = :annotator"
)
_CLUSTER = (
    " LEFT JOIN cluster_members AS m ON m.clustering_id = :clustering AND m.query_id = r.query_id"
)
# In a JSON list a name in its quotes can be nothing but an item, and this is much faster than
# taking the list apart for every case.
_HAS_LABEL = "instr(d.categories, {item})"


@dataclass
class Query:
    """A selection of cases under construction; `where` and `parameters` belong together.

    `runs` gives the runs that a filter may name, `slices` the queries of a slice; `whole` says
    that most cases are looked at, not just a page of them.
    `index` names the order of the list and `cursor_side` the side on which a cursor bounds it.
    """

    direction: Direction
    parameters: dict[str, Any]
    runs: Callable[[], Mapping[int, str]] = dict  # those of the data set, with their models
    slices: Callable[[str], Sequence[int]] | None = None  # those of the run, by their words
    whole: bool = True
    index: str = "rank"
    cursor_side: str = ""
    where: list[str] = field(
        default_factory=lambda: ["r.run_id = :run", "r.direction = :direction"]
    )
    decision: bool = False
    cluster: bool = False

    def bind(self, value: Any) -> str:
        """Add a parameter and return its placeholder."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def apply(self, filter_: Filter) -> None:
        """Add the filter's conditions."""
        for term in filter_.terms:
            make = _other_rank if term.other_run is not None else _CONDITIONS[term.field]
            condition = make(self, term)
            self.where.append(f"NOT ifnull({condition}, 0)" if term.negated else condition)

    def source(self) -> str:
        """Return FROM and WHERE with the joins that are needed."""
        joins = (_DECISION if self.decision else "") + (_CLUSTER if self.cluster else "")
        return f" FROM ranks AS r{joins} WHERE {' AND '.join(self.where)}"

    def decided_counts(self) -> str:
        """Return a query that counts decided cases by verdict and categories.

        It starts from the decisions, which are few, where `source` starts from the ranks.
        """
        return (
            "SELECT d.verdict, d.categories, count(*) FROM latest_decisions AS d"
            " CROSS JOIN ranks AS r ON r.query_id = d.query_id AND r.top_id = d.top_id"
            f"{_CLUSTER if self.cluster else ''}"
            " WHERE d.dataset_id = :dataset AND d.direction = :direction"
            f" AND d.annotator = :annotator AND {' AND '.join(self.where)}"
            " GROUP BY d.verdict, d.categories"
        )

    def after(self, value: str, way: str, place: tuple[Any, int]) -> None:
        """Go on behind a place in the order; to be called before `apply`."""
        self.cursor_side = "<" if way == "DESC" else ">"
        key = f"({self.bind(place[0])}, {self.bind(int(place[1]))})"
        self.where.append(f"({value}, r.query_id) {self.cursor_side} {key}")

    def sort(self, order: str) -> tuple[str, str]:
        """Return the sort value's expression and ASC or DESC; raises StoreError."""
        name = order.removeprefix("-")
        if name not in SORTS:
            raise StoreError(f'cannot sort by "{name}": choose from {", ".join(SORTS)}')
        self.decision |= name == "time"
        self.cluster |= name == "cluster"
        self.index = name
        return SORTS[name], "DESC" if order.startswith("-") else "ASC"


def _comparison(query: Query, term: Term, expression: str) -> str:
    operator = "=" if term.operator == ":" else term.operator
    return f"{expression} {operator} {query.bind(term.value)}"


def _column(name: str) -> Callable[[Query, Term], str]:
    def condition(query: Query, term: Term) -> str:
        operators = (">=", "<=") if term.operator == ":" else (term.operator,)
        value = query.bind(term.value)
        # A plus hides a column from the planner: it shall not leave the index that gives the
        # order, nor start at a bound of the filter when the cursor lies beyond it.
        bounds = [
            f"{'' if query.index == name and o[0] != query.cursor_side else '+'}"
            f"{SORTS[name]} {o} {value}"
            for o in operators
        ]
        return f"({' AND '.join(bounds)})"

    return condition


def _other_rank(query: Query, term: Term) -> str:
    runs = query.runs()
    if term.other_run not in runs:
        known = ", ".join(f"{run} ({model})" for run, model in islice(runs.items(), 20))
        raise FilterError(f"{term}: this data set has no run {term.other_run}: choose from {known}")
    there = f"ranks AS o WHERE o.run_id = {query.bind(term.other_run)} AND o.direction = :direction"
    if query.whole:
        # One walk through the other run's index of ranks beats a look-up for every case.
        compared = _comparison(query, term, "o.rank")
        return f"r.query_id IN (SELECT o.query_id FROM {there} AND {compared})"
    rank = f"(SELECT o.rank FROM {there} AND o.query_id = r.query_id)"
    return _comparison(query, term, rank)


def _id(query: Query, term: Term) -> str:
    return _one_of(query, term, "r.query_id")


def _slice(query: Query, term: Term) -> str:
    if query.slices is None:
        raise FilterError(f"{term}: slices are not known here")
    ids = to_json(query.slices(str(term.value)))
    return f"r.query_id IN (SELECT value FROM json_each({query.bind(ids)}))"


def _cluster(query: Query, term: Term) -> str:
    query.cluster = True
    return "m.cluster IS NULL" if term.value == NONE else _one_of(query, term, "m.cluster")


def _one_of(query: Query, term: Term, expression: str) -> str:
    if isinstance(term.value, str):  # several numbers
        return f"{expression} IN (SELECT value FROM json_each({query.bind(f'[{term.value}]')}))"
    return _comparison(query, term, expression)


def _missing(query: Query, term: Term) -> str:
    return (
        "r.query_id IN (SELECT f.query_id FROM false_negatives AS f WHERE f.run_id = :run"
        f" AND f.direction = :direction AND {_comparison(query, term, 'f.score')})"
    )


def _words(query: Query, term: Term) -> str:
    if query.direction == "t2i":
        words = "(SELECT words FROM captions WHERE id = r.query_id)"
        return _comparison(query, term, words)
    compared = _comparison(query, term, "words")
    return f"EXISTS (SELECT 1 FROM captions WHERE image_id = r.query_id AND {compared})"


def _any_of(condition: Callable[[Query, str], str]) -> Callable[[Query, Term], str]:
    def any_of(query: Query, term: Term) -> str:
        return f"({' OR '.join(condition(query, value) for value in term.values)})"

    return any_of


def _hint(query: Query, value: str) -> str:
    if value == NONE:
        return "r.suggestion IS NULL"
    return f"r.suggestion = {query.bind(value)}"


def _label(query: Query, value: str) -> str:
    query.decision = True
    if value == NONE:
        return "ifnull(d.verdict, '') <> 'labelled'"
    has_label = _HAS_LABEL.format(item=query.bind(to_json(value)))
    return f"(d.verdict = 'labelled' AND {has_label})"


def _category(query: Query, value: str) -> str:
    query.decision = True
    if value == NONE:
        return "(ifnull(d.verdict, '') <> 'labelled' AND r.suggestion IS NULL)"
    has_label = _HAS_LABEL.format(item=query.bind(to_json(value)))
    return (
        f"CASE WHEN d.verdict = 'labelled' THEN {has_label} "
        f"ELSE r.suggestion = {query.bind(value)} END"
    )


def _status(query: Query, value: str) -> str:
    query.decision = True
    verdict = {"decided": "labelled"}.get(value, value)
    return f"ifnull(d.verdict, 'undecided') = {query.bind(verdict)}"


def _star(query: Query, term: Term) -> str:
    query.decision = True
    return "ifnull(d.star, 0) = 1"


def _disputed(query: Query, term: Term) -> str:
    return f"(r.query_id, r.top_id) IN ({DISPUTED})"


def _by(query: Query, term: Term) -> str:
    return (
        "EXISTS (SELECT 1 FROM latest_decisions AS b WHERE b.dataset_id = :dataset"
        " AND b.direction = :direction AND b.query_id = r.query_id AND b.top_id = r.top_id"
        f" AND b.annotator = {query.bind(term.value)} AND b.verdict <> 'undecided')"
    )


def _note(query: Query, term: Term) -> str:
    query.decision = True
    return f"contains(d.note, {query.bind(term.value)})"


def _model(query: Query, term: Term) -> str:
    return (
        "(SELECT contains(o.spec, {0}) OR contains(o.name, {0}) FROM runs AS u "
        "JOIN models AS o ON o.id = u.model_id WHERE u.id = :run)"
    ).format(query.bind(term.value))


def _text(query: Query, term: Term) -> str:
    # A doubled quote inside quotes is the only character with a meaning in an FTS5 string.
    phrase = query.bind('"' + str(term.value).replace('"', '""') + '"')
    found = f"SELECT rowid FROM captions_fts WHERE captions_fts MATCH {phrase}"
    if query.direction == "i2t":
        found = f"SELECT image_id FROM captions WHERE id IN ({found})"
    return f"r.query_id IN ({found})"


_CONDITIONS: dict[str, Callable[[Query, Term], str]] = {
    "rank": _column("rank"),
    "margin": _column("margin"),
    "len": _words,
    "id": _id,
    "cluster": _cluster,
    "slice": _slice,
    "fn": _missing,
    "cat": _any_of(_category),
    "label": _any_of(_label),
    "hint": _any_of(_hint),
    "status": _any_of(_status),
    "by": _by,
    "note": _note,
    "model": _model,
    "star": _star,
    "disputed": _disputed,
    "text": _text,
}
