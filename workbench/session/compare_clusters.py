"""How many of run A's misses run B fixes in each of A's clusters."""

from __future__ import annotations

from store.records.run import Run
from store.workspace import Workspace
from workbench.session.clusters import called
from workbench.session.compare_ranks import SharedRanks
from workbench.views.case_view import Direction
from workbench.views.compare import Estimate, FixedCluster


def fixed_clusters(
    workspace: Workspace, a: Run, direction: Direction, ranks: SharedRanks, k: int
) -> tuple[FixedCluster, ...]:
    """Count A's misses in the clusters of its newest clustering, most misses first.

    Clusters of one name are one; () where A is not clustered. Intervals as of a fix rate.
    """
    import numpy as np

    from workbench.analysis.proportion import fix_rate

    found = workspace.clusterings.latest(a.id, direction)
    if found is None:
        return ()
    members = workspace.clusterings.members(found.id)
    rows: dict[str, list[int]] = {}
    for cluster, name in called(workspace, a.id, direction).items():
        rows.setdefault(name or str(cluster), []).append(cluster)
    fixed = []
    for name, clusters in rows.items():
        inside = members.query_id[np.isin(members.cluster, clusters)]
        missed = np.isin(ranks.query, inside) & (ranks.a > k)
        if missed.any():
            rate = fix_rate(ranks.b[missed] <= k, ranks.image[missed])
            share = Estimate(rate.share.value, rate.share.low, rate.share.high)
            fixed.append(FixedCluster(min(clusters), name, rate.k, rate.n, share))
    return tuple(sorted(fixed, key=lambda row: (-row.n, row.cluster)))
