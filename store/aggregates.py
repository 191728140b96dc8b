"""The aggregates of a workspace, each imported and made when it is first asked for.

The first paint of the terminal needs few of them.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from store.connections import Connections

if TYPE_CHECKING:
    from store.batch_sizes import BatchSizes
    from store.caption_search import CaptionSearch
    from store.captionings import Captionings
    from store.cases import Cases
    from store.clusterings import Clusterings
    from store.datasets import Datasets
    from store.decisions import Decisions
    from store.false_negatives import FalseNegatives
    from store.hits import Hits
    from store.jobs import Jobs
    from store.judgements import Judgements
    from store.models import Models
    from store.pairs import PairScores
    from store.probes import Probes
    from store.readings import Readings
    from store.runs import Runs
    from store.spaces import Spaces
    from store.suggestions import Suggestions
    from store.vectors import Vectors


class Aggregates:
    """What a workspace holds, by what it is about."""

    def __init__(self, path: Path, connections: Connections) -> None:
        self.path = path
        self._connections = connections

    @cached_property
    def datasets(self) -> Datasets:
        """The data set splits, their images and captions."""
        from store.datasets import Datasets

        return Datasets(self._connections)

    @cached_property
    def caption_search(self) -> CaptionSearch:
        """Captions by their words."""
        from store.caption_search import CaptionSearch

        return CaptionSearch(self._connections)

    @cached_property
    def models(self) -> Models:
        """The models that were evaluated."""
        from store.models import Models

        return Models(self._connections)

    @cached_property
    def runs(self) -> Runs:
        """The evaluations and their results."""
        from store.runs import Runs

        return Runs(self._connections)

    @cached_property
    def hits(self) -> Hits:
        """The first candidates of queries as arrays."""
        from store.hits import Hits

        return Hits(self._connections)

    @cached_property
    def spaces(self) -> Spaces:
        """What was measured of the vectors of runs."""
        from store.spaces import Spaces

        return Spaces(self._connections)

    @cached_property
    def probes(self) -> Probes:
        """Edits of queries and their scores."""
        from store.probes import Probes

        return Probes(self._connections)

    @cached_property
    def cases(self) -> Cases:
        """The queries of a run as lists, pages and one at a time."""
        from store.cases import Cases

        return Cases(self._connections)

    @cached_property
    def suggestions(self) -> Suggestions:
        """What labelers propose."""
        from store.suggestions import Suggestions

        return Suggestions(self._connections)

    @cached_property
    def judgements(self) -> Judgements:
        """What people labelled, beside the suggestions."""
        from store.judgements import Judgements

        return Judgements(self._connections)

    @cached_property
    def decisions(self) -> Decisions:
        """What people decided; append-only."""
        from store.decisions import Decisions

        return Decisions(self._connections)

    @cached_property
    def false_negatives(self) -> FalseNegatives:
        """Failures as candidates for missing pairs."""
        from store.false_negatives import FalseNegatives

        return FalseNegatives(self._connections)

    @cached_property
    def clusterings(self) -> Clusterings:
        """The clusters of failures."""
        from store.clusterings import Clusterings

        return Clusterings(self._connections)

    @cached_property
    def captionings(self) -> Captionings:
        """The captions that models wrote."""
        from store.captionings import Captionings

        return Captionings(self._connections)

    @cached_property
    def jobs(self) -> Jobs:
        """The background work."""
        from store.jobs import Jobs

        return Jobs(self._connections)

    @cached_property
    def batch_sizes(self) -> BatchSizes:
        """The batch sizes that fitted a device."""
        from store.batch_sizes import BatchSizes

        return BatchSizes(self._connections)

    @cached_property
    def vectors(self) -> Vectors:
        """The vectors of images and captions."""
        from store.vectors import Vectors

        return Vectors(self.path / "vectors")

    @cached_property
    def pair_scores(self) -> PairScores:
        """The scores of re-ranked pairs."""
        from store.pairs import PairScores

        return PairScores(self.path / "pairs")

    @cached_property
    def readings(self) -> Readings:
        """What was read in captions."""
        from store.readings import Readings

        return Readings(self.path / "readings")
