"""The map of the clusters of a run."""

from __future__ import annotations

import numpy as np

from store.records.clustering import ClusterMembers
from workbench.views.cluster_map import MapPoints
from workbench.views.clusters import ClusterTable


def map_points(table: ClusterTable, members: ClusterMembers) -> MapPoints:
    """Return where the failures lie, each in the cluster that it was merged into."""
    shown = np.arange(int(members.cluster.max(initial=-1)) + 1)  # (n_clusters,) number by part
    for row in table.rows:
        shown[list(row.parts)] = row.number
    return MapPoints(members.query_id, shown[members.cluster], members.x, members.y)
