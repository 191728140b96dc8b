"""The facets of a case list: what it can be narrowed to, with counts, and the saved views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from store.facets import BANDS, Band
from store.filter import Term, parse
from store.workspace import Workspace
from workbench.presenters.case_row import cluster_name
from workbench.presenters.text import plain
from workbench.session.clusters import SessionClusters
from workbench.session.errors import told
from workbench.session.run_names import names_on
from workbench.session.saved_views import SavedViews
from workbench.taxonomy import Taxonomy
from workbench.views.case_view import CaseView
from workbench.views.facets import Facet

EITHER = ("label", "hint", "status", "cluster")
"""Groups, named as their fields, whose values may be several."""


class SessionFacets:
    """Counts as one annotator sees the cases; when blind without suggestions and other people."""

    def __init__(
        self,
        workspace: Workspace,
        taxonomy: Taxonomy,
        annotator: str | None,
        saved: SavedViews,
        clusters: SessionClusters,
    ) -> None:
        self._workspace = workspace
        self._taxonomy = taxonomy
        self._annotator = annotator  # None: not blind
        self._saved = saved
        self._clusters = clusters

    @told
    def of(self, view: CaseView, words: str) -> tuple[Facet, ...]:
        """Return the facets of a view; `words` is the part of its filter that the user typed."""
        names = self._taxonomy.names()
        have = parse(words, names).terms
        return tuple(
            Facet(group, plain(name), text, count, on=_holds(have, parse(text, names).terms))
            for group, name, text, count in self._counted(view)
        ) + tuple(
            Facet("saved view", plain(name), kept.filter, saved=kept)
            for name, kept in self._saved.load().items()
        )

    @told
    def bands(self, view: CaseView, words: str) -> tuple[Facet, ...]:
        """Return the facets of ranks alone; `words` is the part of the filter that was typed."""
        names = self._taxonomy.names()
        have = parse(words, names).terms
        where = view.run_id, view.direction, parse(view.filter, names)
        found = self._workspace.cases.band_counts(*where, annotator=self._annotator)
        return tuple(
            Facet(group, name, text, count, on=_holds(have, parse(text, names).terms))
            for group, name, text, count in _of_ranks(found)
        )

    def toggled(self, words: str, facet: Facet) -> str:
        """Return the filter with a facet added to it, or taken away where it has it.

        Two values of a field are either of them (`hint:counting,attributes`); of two bands of
        ranks, of which no case can have both, the second takes the place of the first.
        """
        names = self._taxonomy.names()
        have, wanted = parse(words, names).terms, parse(facet.filter, names).terms
        if facet.group == "rank":
            bands = [parse(_ranks(*band), names).terms for band in BANDS]
            other = {t for band in bands if _holds(have, band) for t in band if t not in wanted}
            have = tuple(term for term in have if term not in other)
        elif facet.group in EITHER and (at := _place(have, wanted[0])) is not None:
            values = [v for v in have[at].values if v not in wanted[0].values]
            values += () if facet.on else wanted[0].values
            changed = (replace(have[at], value=",".join(values)),) if values else ()
            return " ".join(map(str, (*have[:at], *changed, *have[at + 1 :])))
        if facet.on:
            return " ".join(str(term) for term in have if term not in wanted)
        return " ".join(map(str, (*have, *(term for term in wanted if term not in have))))

    def _counted(self, view: CaseView) -> Iterator[tuple[str, str, str, int]]:
        cases, names = self._workspace.cases, self._taxonomy.names()
        where = view.run_id, view.direction, parse(view.filter, names)
        found = cases.facets(
            *where,
            annotator=self._annotator,
            suggestions=[category.name for category in self._taxonomy.categories],
        )
        yield from self._categories("label", "label", found.labels)
        if self._annotator is None:
            yield from self._categories("hint", "hint", found.hints)
        for status in ("undecided", "decided", "skipped"):
            if found.status.get(status):
                yield "status", status, f"status:{status}", found.status[status]
        yield from _of_ranks(found.bands)
        largest = sorted(found.clusters.items(), key=lambda item: (-item[1], item[0]))
        called = self._clusters.called(view.run_id, view.direction) if largest else {}
        for cluster, count in largest:
            yield "cluster", cluster_name(cluster, called), f"cluster:{cluster}", count
        for run, name in self._others(view.run_id):
            text = f"rank@{run}<=1"
            wanted = parse(f"{view.filter} {text}", names)
            if count := cases.count(*where[:2], wanted, annotator=self._annotator):
                yield "model", f"hit by {name}", text, count
        if self._annotator is None:
            for who in sorted(self._workspace.decisions.counts()):
                text = str(Term("by", ":", who))
                count = cases.count(*where[:2], parse(f"{view.filter} {text}", names))
                if count:
                    yield "annotator", who, text, count

    def _others(self, run_id: int) -> list[tuple[int, str]]:
        """Return the finished runs on the same data set with their names."""
        runs = self._workspace.runs
        dataset_id = runs.get(run_id).dataset_id
        done = {run.id for run in runs.all() if run.status == "done"} - {run_id}
        names = names_on(self._workspace, dataset_id).items()
        return [(run, name) for run, name in names if run in done]

    def _categories(
        self, group: str, field: str, counts: Mapping[str, int]
    ) -> Iterator[tuple[str, str, str, int]]:
        for category in self._taxonomy.categories:
            if counts.get(category.name):
                shown = f"{category.code} {category.name}"
                yield group, shown, str(Term(field, ":", category.name)), counts[category.name]


def _of_ranks(counts: Mapping[Band, int]) -> Iterator[tuple[str, str, str, int]]:
    for band in BANDS:
        if band in counts:
            yield "rank", _band(*band), _ranks(*band), counts[band]


def _place(have: Sequence[Term], wanted: Term) -> int | None:
    """Return which term gives values of the same field, and may give several."""
    same = (i for i, t in enumerate(have) if (t.field, t.operator) == (wanted.field, ":"))
    return next((i for i in same if not have[i].negated), None)


def _holds(have: Sequence[Term], wanted: Sequence[Term]) -> bool:
    """Whether a filter has all these terms, or their values among others."""
    found = ((_place(have, term), term) for term in wanted)
    return all(
        term in have
        or (at is not None and term.field in EITHER and set(term.values) <= set(have[at].values))
        for at, term in found
    )


def _band(low: int, high: int | None) -> str:
    if high is None:
        return f"over {low - 1}"
    return str(low) if low == high else f"{low}-{high}"


def _ranks(low: int, high: int | None) -> str:
    """Return the filter of a band: with `>=`, as `rank>1` that somebody typed is not the band's."""
    if low == high:
        return f"rank:{low}"
    return f"rank>={low}" + (f" rank<={high}" if high is not None else "")
