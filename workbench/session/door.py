"""The session: a workspace opened by somebody, and what that somebody may do with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from store.workspace import Workspace
from workbench.compute.slice_words import know_slices
from workbench.session.backups import Backups
from workbench.session.cases import SessionCases
from workbench.session.errors import SessionError, told
from workbench.session.heap import trim_heap
from workbench.session.labels import SessionLabels
from workbench.session.library import Library
from workbench.session.places import Places
from workbench.taxonomy import Taxonomy, load_taxonomy
from workbench.views.pulse import Pulse

if TYPE_CHECKING:
    from workbench.session.clipboard import Clipboard
    from workbench.session.clusters import SessionClusters
    from workbench.session.compare import SessionCompare
    from workbench.session.devices import SessionDevices
    from workbench.session.facets import SessionFacets
    from workbench.session.jobs import SessionJobs
    from workbench.session.neighbours import SessionNeighbours
    from workbench.session.overlays import SessionOverlays
    from workbench.session.overview import Overview
    from workbench.session.plots import SessionPlots
    from workbench.session.probes import SessionProbes
    from workbench.session.saved_views import SavedViews
    from workbench.session.search import SessionSearch
    from workbench.session.slices import SessionSlices
    from workbench.session.tables import SessionTables


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
        know_slices(workspace)
        self.library = Library(workspace)
        self.cases = SessionCases(
            workspace, self.taxonomy.names(), annotator=annotator, blind=blind
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
        self.places = Places(workspace.path, readonly=readonly, annotator=annotator)

    # What the first paint does not need is imported and made when it is first asked for.

    @cached_property
    def jobs(self) -> SessionJobs:
        """Background work."""
        from workbench.session.jobs import SessionJobs

        return SessionJobs(self.workspace, readonly=self.readonly, clock=self.clock)

    @cached_property
    def compare(self) -> SessionCompare:
        """Two runs on the same queries, and all runs of a data set."""
        from workbench.session.compare import SessionCompare

        return SessionCompare(
            self.workspace, self.taxonomy, annotator=self.annotator, blind=self.blind
        )

    @cached_property
    def overview(self) -> Overview:
        """What Home and Jobs show."""
        from workbench.session.overview import Overview

        return Overview(
            self.library,
            self.jobs,
            self.compare.verdicts,
            self.clock,
            self.readonly,
            self.annotator,
            self.path,
        )

    @cached_property
    def devices(self) -> SessionDevices:
        """What can compute here."""
        from workbench.session.devices import SessionDevices

        return SessionDevices(self.workspace, self.clock)

    @cached_property
    def saved_views(self) -> SavedViews:
        """Filters under names."""
        from workbench.session.saved_views import SavedViews

        return SavedViews(self.path, readonly=self.readonly)

    @cached_property
    def facets(self) -> SessionFacets:
        """A list counted by what its cases have in common."""
        from workbench.session.facets import SessionFacets

        return SessionFacets(
            self.workspace, self.taxonomy, self.cases.annotator, self.saved_views, self.clusters
        )

    @cached_property
    def clipboard(self) -> Clipboard:
        """The file beside the terminal's clipboard."""
        from workbench.session.clipboard import Clipboard

        return Clipboard(self.path, readonly=self.readonly)

    @cached_property
    def overlays(self) -> SessionOverlays:
        """What lies over the pictures of a case."""
        from workbench.session.overlays import SessionOverlays

        return SessionOverlays()

    @cached_property
    def slices(self) -> SessionSlices:
        """R@K where queries are alike."""
        from workbench.session.slices import SessionSlices

        return SessionSlices(
            self.workspace, self.taxonomy, annotator=self.annotator, blind=self.blind
        )

    @cached_property
    def clusters(self) -> SessionClusters:
        """Failures that are alike."""
        from workbench.session.clusters import SessionClusters

        return SessionClusters(
            self.workspace, annotator=self.annotator, blind=self.blind, readonly=self.readonly
        )

    @cached_property
    def probes(self) -> SessionProbes:
        """Edits of a query and what the model makes of them."""
        from workbench.session.probes import SessionProbes

        return SessionProbes(self.workspace, self.taxonomy, blind=self.blind)

    @cached_property
    def search(self) -> SessionSearch:
        """Images by a sentence, an image or words."""
        from workbench.session.search import SessionSearch

        return SessionSearch(self.workspace)

    @cached_property
    def neighbours(self) -> SessionNeighbours:
        """The failures most like a case."""
        from workbench.session.neighbours import SessionNeighbours

        return SessionNeighbours(self.workspace)

    @cached_property
    def tables(self) -> SessionTables:
        """Lists that are not cases, as files."""
        from workbench.session.tables import SessionTables

        return SessionTables(self.workspace, self.jobs, self.compare.verdicts)

    @cached_property
    def plots(self) -> SessionPlots:
        """The numbers of plots."""
        from workbench.session.plots import SessionPlots

        return SessionPlots(
            self.workspace,
            self.taxonomy,
            self.cases,
            self.clusters,
            self.compare,
            blind=self.blind,
        )

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

    @told
    def shrink(self) -> None:
        """Give back memory that only makes the next reading faster; nobody waits for it."""
        self.workspace.shrink()
        trim_heap()

    def stop_reading(self) -> None:
        """Give up what only a screen waits for, before it is waited for at the end."""
        know_slices(self.workspace).close()

    def close(self) -> None:
        """Close the workspace once a backup that is being made is whole; jobs go on."""
        if "search" in vars(self):
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
