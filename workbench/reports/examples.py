"""Cases to look at, by category: those that people decided on first, with pictures and evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from store.records.case import Case, CaseDetail
from store.records.direction import Direction
from workbench.presenters.case_sheet import case_sheet
from workbench.presenters.evidence import evidence_spans, phrase
from workbench.reports.source import DIRECTION_NAMES, Source, sentence
from workbench.reports.thumbnails import thumbnail
from workbench.views.case import CaseSheet, Phrase
from workbench.views.case_view import CaseView
from workbench.views.report import Block, Example, Examples, Heading, Paragraph, Section

EXPLAINED = (
    "Cases of {run} that match {where}, the clearest failures first. What people decided on "
    "stands before suggestions of the machine, and the words that it points at are marked. The "
    "left picture is the right answer (TRUE) or, where an image finds captions, the QUERY; the "
    "right one belongs to what was retrieved first (TOP-1). Rank: the place of the right answer; "
    "sim: the model's score; margin: the score of the right answer minus that of the best wrong "
    "one."
)
UNLABELLED = "no label and no suggestion"


def examples_section(source: Source) -> Section:
    """Return at most so many cases of every category and direction of the first run."""
    where = source.request.where.strip()
    said = f"\u201c{where}\u201d" if where else "any filter"
    run = source.label(source.first)
    blocks: list[Block] = [Paragraph(EXPLAINED.format(run=run, where=said))]
    data: list[dict[str, Any]] = []
    for direction in source.request.directions:
        found = list(_groups(source, direction))
        blocks.append(Heading(sentence(DIRECTION_NAMES[direction])))
        blocks += [group for group, _ in found] or [Paragraph("No case matches.")]
        data += [_object(case) for _, cases in found for case in cases]
    if not data:
        blocks = [Paragraph(f"No case of {run} matches {said}, so there is none to show.")]
    return Section("examples", "Examples", tuple(blocks), {"cases": data})


def _groups(source: Source, direction: Direction) -> Iterator[tuple[Examples, Sequence[Case]]]:
    """Yield every category that has cases; what has neither label nor suggestion comes last."""
    names = [(c.name, f"{c.code}: {c.name.replace('_', ' ')}", c.guideline)
             for c in source.taxonomy.categories]  # fmt: skip
    for name, title, guideline in [*names, ("none", UNLABELLED, "")]:
        blind = source.request.blind
        rest = "!status:decided" if blind else "cat:none"
        decided = _ids(source, direction, rest if name == "none" else f"label:{name}")
        hinted = (
            []
            if blind or name == "none"
            else _ids(source, direction, f"hint:{name} !status:decided")
        )
        ids = [*decided, *hinted][: source.request.examples]
        if not ids:
            continue
        view = CaseView(source.first.id, direction)
        cases = source.cases.rows(view, ids)
        if name == "none":
            said = f"{len(decided):,} cases"
        else:
            said = f"{len(decided):,} decided, {len(hinted):,} only suggested"
        examples = tuple(_example(source, view, case) for case in cases)
        yield Examples(f"{title} ({said})", guideline, examples), cases


def _ids(source: Source, direction: Direction, more: str) -> list[int]:
    words = f"{source.request.where} {more}".strip()
    return source.cases.ids(CaseView(source.first.id, direction, words)).tolist()


def _example(source: Source, view: CaseView, case: Case) -> Example:
    shown = {run.id: source.label(run) for run in source.runs}
    detail = source.cases.detail(view, case.query_id)
    others = sorted(
        (r for r in detail.other_ranks if r[0] in shown), key=lambda r: [*shown].index(r[0])
    )
    sheet = case_sheet(
        replace(detail, other_ranks=tuple(others)),
        source.taxonomy,
        candidates=source.candidates(view.direction),
        model=source.first.model,
        blind=source.request.blind,
        names=shown,
    )
    views = [sheet.true, *(hit.picture for hit in sheet.hits[:1])]
    labels = tuple(name.replace("_", " ") for name in case.categories)
    by = case.annotator if case.categories and case.annotator else ""
    return Example(sheet, _own(detail, sheet), by, labels, tuple(map(thumbnail, views)))


def _own(detail: CaseDetail, sheet: CaseSheet) -> Phrase:
    """Return what the true side says: of an image the caption that the evidence points at."""
    marked = evidence_spans(detail.suggestions[0] if detail.suggestions else None)
    for (side, at), spans in sorted(marked.items()):
        if sheet.direction == "i2t" and side == "positive" and at < len(detail.captions):
            return phrase(detail.captions[at].text, spans)
    return sheet.query


def _object(case: Case) -> dict[str, Any]:
    return {
        "run_id": case.run_id,
        "direction": case.direction,
        "query_id": case.query_id,
        "query": case.query,
        "rank": case.rank,
        "margin": case.margin,
        "retrieved": case.top_text,
        "categories": case.categories,
        "suggestion": case.suggestion,
        "suggestion_score": case.suggestion_score,
        "note": case.note,
    }
