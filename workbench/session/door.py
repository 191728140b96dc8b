"""The session: a workspace opened by somebody, and what that somebody may do with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from store.workspace import Workspace
from workbench.session.backups import Backups
from workbench.session.cases import SessionCases
from workbench.session.clipboard import Clipboard
from workbench.session.clusters import SessionClusters
from workbench.session.compare import SessionCompare
from workbench.session.devices import SessionDevices
from workbench.session.errors import SessionError, told
from workbench.session.facets import SessionFacets
from workbench.session.jobs import SessionJobs
from workbench.session.labels import SessionLabels
from workbench.session.library import Library
from workbench.session.neighbours import SessionNeighbours
from workbench.session.overview import Overview
from workbench.session.places import Places
from workbench.session.plots import SessionPlots
from workbench.session.probes import SessionProbes
from workbench.session.saved_views import SavedViews
from workbench.session.search import SessionSearch
from workbench.session.slices import SessionSlices
from workbench.taxonomy import Taxonomy, load_taxonomy
from workbench.views.pulse import Pulse


class Session:
    """What the screens hold. Every method below it may be called from a thread worker.

    Its parts raise only SessionError: one sentence for the status line.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        annotator: str = "me",
        readonly: bool = False,
        blind: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.workspace = workspace
        self.annotator = annotator
        self.readonly = readonly
        self.blind = blind
        self.clock = clock
        self.taxonomy: Taxonomy = load_taxonomy(workspace.path)
        self.library = Library(workspace)
        self.jobs = SessionJobs(workspace, readonly=readonly, clock=clock)
        self.cases = SessionCases(
            workspace, self.taxonomy.names(), annotator=annotator, blind=blind
        )
        self.compare = SessionCompare(workspace, self.taxonomy, annotator=annotator, blind=blind)
        self.slices = SessionSlices(workspace, self.taxonomy, annotator=annotator, blind=blind)
        self.clusters = SessionClusters(
            workspace, annotator=annotator, blind=blind, readonly=readonly
        )
        self.probes = SessionProbes(workspace, self.taxonomy, blind=blind)
        self.search = SessionSearch(workspace)
        self.neighbours = SessionNeighbours(workspace)
        self.plots = SessionPlots(
            workspace, self.taxonomy, self.cases, self.clusters, self.compare, blind=blind
        )
        self.backups = Backups(workspace, readonly=readonly)
        self.labels = SessionLabels(
            workspace,
            annotator,
            self.taxonomy.version,
            self.backups,
            readonly=readonly,
            blind=blind,
        )
        self.overview = Overview(
            self.library,
            self.jobs,
            self.compare.verdicts,
            clock,
            readonly,
            annotator,
            workspace.path,
        )
        self.devices = SessionDevices(workspace, clock)
        self.places = Places(workspace.path, readonly=readonly)
        self.saved_views = SavedViews(workspace.path, readonly=readonly)
        self.facets = SessionFacets(
            workspace, self.taxonomy, self.cases.annotator, self.saved_views
        )
        self.clipboard = Clipboard(workspace.path, readonly=readonly)

    @property
    def path(self) -> Path:
        """The folder of the workspace."""
        return self.workspace.path

    @told
    def pulse(self) -> Pulse:
        """Look at what may have changed; cheap enough for once a second.

        The first look, which comes after the first paint, begins the backup of the start.
        """
        self.backups.at_start()
        if problem := self.backups.take_problem():
            raise SessionError(problem)
        return self.jobs.pulse(self.workspace.changes())

    def close(self) -> None:
        """Close the workspace once a backup that is being made is whole; jobs go on."""
        self.search.close()
        self.backups.close()
        self.workspace.close()


@told
def open_session(
    path: Path,
    *,
    annotator: str = "me",
    readonly: bool = False,
    blind: bool = False,
    clock: Callable[[], float] = time.time,
) -> Session:
    """Open a workspace, creating it unless `readonly`; raises SessionError."""
    if not annotator.strip():
        raise SessionError("The annotator needs a name: pass --annotator NAME.")
    workspace = Workspace(path, create=not readonly, read_only=readonly)
    return Session(workspace, annotator=annotator, readonly=readonly, blind=blind, clock=clock)
