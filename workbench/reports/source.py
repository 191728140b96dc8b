"""What a report is made of: the runs that were asked for, seen through the session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.filter import parse
from store.records.direction import DIRECTIONS, Direction
from store.records.run import Run
from store.workspace import Workspace
from workbench.presenters.run_names import numbered
from workbench.session.cases import SessionCases
from workbench.session.clusters import SessionClusters
from workbench.session.compare import SessionCompare
from workbench.session.plots import SessionPlots
from workbench.session.run_names import name_of
from workbench.session.slices import SessionSlices
from workbench.taxonomy import Taxonomy, load_taxonomy

EXAMPLES = 3
"""Cases of a category in each direction, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What to put into a report.

    run_ids    the first is the one whose cases are shown and that others are compared with
    k          a hit is a rank of at most k
    where      which cases may be examples, in the filter language
    examples   at most so many of a category in a direction
    by         whose decisions count; None: the newest by anyone
    command    how the report was asked for, to be printed in it
    """

    run_ids: Sequence[int]
    directions: Sequence[Direction] = DIRECTIONS
    k: int = 1
    where: str = "rank>1"
    examples: int = EXAMPLES
    title: str = ""
    by: str | None = None
    annotator: str = ""
    blind: bool = False
    command: str = ""


class Source:
    """Reads a workspace for one report; every number comes from what the screens show too."""

    def __init__(self, workspace: Workspace, request: ReportRequest) -> None:
        self.workspace = workspace
        self.request = request
        self.taxonomy: Taxonomy = load_taxonomy(workspace.path)
        self.runs: list[Run] = [
            workspace.runs.get(run_id) for run_id in dict.fromkeys(request.run_ids)
        ]
        annotator, blind, by = request.annotator, request.blind, request.by
        parse(request.where, self.taxonomy.names())  # a wrong word is told before all the work
        self.cases = SessionCases(
            workspace, self.taxonomy.names(), annotator=annotator, blind=blind, by=by
        )
        self.compare = SessionCompare(
            workspace, self.taxonomy, annotator=annotator, blind=blind, by=by
        )
        self.slices = SessionSlices(
            workspace, self.taxonomy, annotator=annotator, blind=blind, by=by
        )
        self.clusters = SessionClusters(workspace, annotator=annotator, blind=blind, readonly=True)
        self.plots = SessionPlots(
            workspace, self.taxonomy, self.cases, self.clusters, self.compare, blind=blind
        )

    @property
    def first(self) -> Run:
        """The run whose cases are shown."""
        return self.runs[0]

    def candidates(self, direction: Direction) -> int:
        """How many items the first run searched for a query."""
        dataset = self.workspace.datasets.get(self.first.dataset_id)
        return dataset.n_images if direction == "t2i" else dataset.n_captions

    def name(self, run: Run) -> str:
        """Name a run as every screen does."""
        return name_of(self.workspace, run)

    def stage(self, run: Run) -> str:
        """Say what ranked: vectors alone, or a second look at their first candidates."""
        rerank = run.protocol.get("rerank")
        if not rerank:
            return f"{run.stage}: by vectors"
        of = f" of run {run.first_run_id}" if run.first_run_id else ""
        return f"{run.stage}: first {rerank.get('k')}{of} re-ranked"

    def label(self, run: Run) -> str:
        """Name a run with its number."""
        return numbered(self.name(run), run.id)

    def category(self, code: str) -> str:
        """Spell a category out that is given by code or name; "CNT?" is a suggestion."""
        name, suggested = code.removesuffix("?"), code.endswith("?")
        found = next((c.name for c in self.taxonomy.categories if c.code == name), name)
        return found.replace("_", " ") + (" (suggested)" if suggested else "")

    def heading(self, run: Run, direction: Direction) -> str:
        """Open what belongs to one run and direction."""
        way = DIRECTION_NAMES[direction]
        return f"{self.label(run)}: {way}" if len(self.runs) > 1 else sentence(way)


DIRECTION_NAMES: dict[Direction, str] = {
    "t2i": "captions find images (t2i)",
    "i2t": "images find captions (i2t)",
}


def sentence(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]
