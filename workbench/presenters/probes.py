"""Probes of a query as lines: the edited caption, both scores, and whether the model saw it."""

from __future__ import annotations

from collections.abc import Sequence

from store.records.case import Case
from store.records.probe import ProbeRow
from workbench.analysis.edits.caption import FAILURES
from workbench.analysis.rounding import ROUNDING
from workbench.presenters.evidence import phrase
from workbench.presenters.scores import score
from workbench.presenters.text import TEXT_CHARACTERS
from workbench.taxonomy import Taxonomy
from workbench.views.probes import ProbeLine, ProbesView


def probes_view(
    case: Case, run_id: int, version: str | None, rows: Sequence[ProbeRow], taxonomy: Taxonomy
) -> ProbesView:
    """Present what a run's probing found of a case; `version` is None until it has ended."""
    if not rows:
        return ProbesView(_why_none(case, run_id, version))
    lines = tuple(_line(row, taxonomy) for row in rows)
    blind = sum(line.blind for line in lines)
    return ProbesView(f"the model is blind to {blind} of {len(lines)}", lines)


def _why_none(case: Case, run_id: int, version: str | None) -> str:
    if version is None:
        return f"not probed: `workbench probe {run_id}`"
    if version == FAILURES and case.rank <= 1:
        return f"hits were not probed: `workbench probe {run_id} --all-queries`"
    return "probed: no edit is known for this caption"


def _line(row: ProbeRow, taxonomy: Taxonomy) -> ProbeLine:
    new = str(row.edit.get("to", ""))
    start = row.edited.find(new, max(int(row.edit.get("start", 0)) - 1, 0)) if new else -1
    marks = ((start, start + len(new)),) if start >= 0 else ()
    return ProbeLine(
        code=taxonomy.code(row.category),
        edited=phrase(row.edited[:TEXT_CHARACTERS], marks),
        own_score=score(row.score),
        edited_score=score(row.edited_score),
        blind=row.score - row.edited_score <= ROUNDING,
    )
