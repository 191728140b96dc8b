"""What probes have found of single cases."""

from __future__ import annotations

from store.records.case import Case
from store.workspace import Workspace
from workbench.presenters.probes import probes_view
from workbench.session.errors import told
from workbench.taxonomy import Taxonomy
from workbench.views.probes import ProbesView


class SessionProbes:
    """Reads probes; of a re-ranked run those of its first stage, whose cosines they compare.

    With `blind` there are none: an edit that the model does not see suggests a category.
    """

    def __init__(self, workspace: Workspace, taxonomy: Taxonomy, *, blind: bool = False) -> None:
        self._workspace = workspace
        self._taxonomy = taxonomy
        self._blind = blind

    @told
    def of(self, case: Case) -> ProbesView | None:
        """Return what is known of a case; None for who labels blind."""
        if self._blind:
            return None
        run = self._workspace.runs.get(case.run_id)
        run_id = run.first_run_id or run.id
        probes = self._workspace.probes
        return probes_view(
            case,
            run_id,
            probes.version(run_id, case.direction),
            probes.of(run_id, case.direction, case.query_id),
            self._taxonomy,
        )
