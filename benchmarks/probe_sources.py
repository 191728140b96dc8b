"""What may name the cause of the sample's failures: captions, blindness and contrasting edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.clusters import true_categories
from store.records.direction import Direction
from store.records.run import Run
from store.workspace import Workspace
from workbench.analysis.edits.caption import edits_of
from workbench.analysis.edits.reading import Reading, lemma
from workbench.analysis.edits.tables import Tables, tables_of
from workbench.compute.context import JobContext
from workbench.compute.run_vectors import encoder_of, vectors_of
from workbench.session.blindness import CATEGORIES

Rows = NDArray[np.float64]

NAMES = (*CATEGORIES, "data_fault")
KINDS = {
    "attributes": "attributes",
    "sides": "coreference",
    "moods": "abstract",
    "people": "fine_grained",
    "things": "fine_grained",
    "actions": "fine_grained",
    "relations": "fine_grained",
}
LEAST = 1e-3
"""What a category that the labelers do not suggest counts with."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Failures of a run in one direction: the truth, each source by category, the query's image."""

    truth: NDArray[np.int64]  # (n,), of NAMES
    text: Rows  # (n, 6), 0 where it is not suggested
    blind: Rows  # (n, 6), mean drop with its sign turned, NaN without edits
    contrast: Rows  # (n, 6), rise of the wrong image over the own one, NaN without edits
    image: NDArray[np.int64]  # (n,)

    def combined(self, evidence: Rows, weight: float) -> NDArray[np.int64]:
        """The category that text and another source name together."""
        sum_of = np.log(self.text + LEAST) + weight * np.nan_to_num(evidence)
        return np.asarray(sum_of.argmax(1))

    def right(self, given: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Where the category is the true one."""
        return np.asarray(given == self.truth)


def failures_of(workspace: Workspace, run: Run, direction: Direction) -> Failures:
    """Read the failures of a labelled and probed run."""
    truth = true_categories(workspace, run, direction)
    queries = workspace.clusterings.queries(run.id, direction)
    missed = queries.rank > 1
    ids, tops = queries.query_id[missed], queries.top_id[missed]
    text = np.zeros((len(ids), len(NAMES)))
    for row, query in enumerate(ids.tolist()):
        for one in workspace.suggestions.of(run.id, direction, query):
            if one.category in NAMES:
                place = NAMES.index(one.category)
                text[row, place] = max(text[row, place], one.score)
    return Failures(
        truth=np.array([NAMES.index(truth[query]) for query in ids.tolist()]),
        text=text,
        blind=_drops(workspace, run, direction, ids),
        contrast=_rises(workspace, run, direction, ids, tops),
        image=np.asarray(queries.image_id[missed]),
    )


def _drops(workspace: Workspace, run: Run, direction: Direction, ids: NDArray[np.int64]) -> Rows:
    found = np.full((len(ids), len(NAMES)), np.nan)
    for place, category in enumerate(CATEGORIES):
        columns = workspace.probes.columns(run.id, direction, category)
        for row, query in enumerate(ids.tolist()):
            own = columns.sensitivity[columns.query_id == query]
            if len(own):
                found[row, place] = -own.mean()
    return found


def _rises(
    workspace: Workspace,
    run: Run,
    direction: Direction,
    ids: NDArray[np.int64],
    tops: NDArray[np.int64],
) -> Rows:
    """How much the best edit towards the wrong image raises it over the caption's own image."""
    captions = {one.id: one for one in workspace.datasets.captions(run.dataset_id)}
    texts_of: dict[int, list[str]] = {}
    for one in captions.values():
        texts_of.setdefault(one.image_id, []).append(one.text)
    claims, wrong = (ids, tops) if direction == "t2i" else (tops, ids)
    made = [
        [(captions[claim].text, ""), *towards(captions[claim].text, texts_of[image])]
        for claim, image in zip(claims.tolist(), wrong.tolist(), strict=True)
    ]
    score_of = _embedded(workspace, run, {text for edits in made for text, _ in edits})
    vectors = vectors_of(workspace, run)
    own = vectors.of_images([captions[claim].image_id for claim in claims.tolist()])
    other = vectors.of_images(wrong)
    found = np.full((len(ids), len(NAMES)), np.nan)
    for row, edits in enumerate(made):
        rise = np.stack([score_of[text] for text, _ in edits]) @ (other[row] - own[row])
        for (_, category), gain in zip(edits[1:], rise[1:] - rise[0], strict=True):
            place = NAMES.index(category)
            found[row, place] = np.nanmax([found[row, place], gain])
    return found


def _embedded(workspace: Workspace, run: Run, texts: set[str]) -> Mapping[str, Rows]:
    model = encoder_of(JobContext(workspace, {}, lambda *_: None), run)
    assert model is not None
    ordered = sorted(texts, key=lambda text: (len(text), text))
    blocks = [ordered[at : at + 256] for at in range(0, len(ordered), 256)]
    vectors = np.concatenate([model.encode_texts(block) for block in blocks]).astype(np.float64)
    return dict(zip(ordered, vectors, strict=True))


def towards(text: str, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Edits of a caption towards the captions of another image, each with its category."""
    tables = tables_of("en")
    assert tables is not None
    caption = Reading.of(text, tables)
    there = frozenset(word for other in others for word in Reading.of(other, tables).there)
    there |= {lemma(word, tables.of("things")) for word in there}
    for kind, category in (("numbers", "counting"), *KINDS.items()):
        kept = {
            word: tuple(one for one in of_kind if one in there)
            for word, of_kind in _table(tables, kind).items()
            if word not in there
        }
        changes = caption.replaced_nouns if kind in ("things", "people") else caption.replaced
        for start, end, new in changes({word: some for word, some in kept.items() if some}):
            yield f"{text[:start]}{new}{text[end:]}", category
    for edit in edits_of(text):
        if edit.category == "coreference" and Reading.of(edit.new, tables).there <= there:
            yield edit.text, "coreference"


def _table(tables: Tables, kind: str) -> Mapping[str, tuple[str, ...]]:
    if kind == "numbers":
        return {one: tuple(n for n in tables.numbers if n != one) for one in tables.numbers}
    return tables.of(kind)
