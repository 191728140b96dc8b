"""The labels of a run's cases as one annotator sees them."""

from __future__ import annotations

from store.records.direction import Direction
from store.records.run import Run
from store.workspace import Workspace
from workbench.session.compare_categories import Labelled
from workbench.taxonomy import Taxonomy


class LabelReader:
    """Reads a workspace whose labels count as one annotator sees them.

    With `blind` suggestions are left out, and the decisions of others; `by` is whose decisions
    count otherwise, None the newest by anyone.
    """

    def __init__(
        self,
        workspace: Workspace,
        taxonomy: Taxonomy,
        *,
        annotator: str | None = None,
        blind: bool = False,
        by: str | None = None,
    ) -> None:
        self._workspace = workspace
        self._taxonomy = taxonomy
        self._annotator = annotator if blind else by
        self._blind = blind

    def _labelled(self, run: Run, direction: Direction) -> Labelled:
        """Read the labels of a run's cases; suggestions, which are many, only if needed."""
        cases = self._workspace.cases
        decided = cases.labels(run.id, direction, self._annotator)
        if self._blind:
            return Labelled(decided)
        return Labelled(decided, lambda: cases.hints(run.id, direction))
