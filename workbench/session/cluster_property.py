"""The clusters of a run's failures as a property of all its queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.records.direction import Direction
from store.records.run import Run
from store.workspace import Workspace
from workbench.session.clusters import called
from workbench.session.errors import SessionError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.analysis.properties import Property

_BLOCK = 4_096


def cluster_property(
    workspace: Workspace, run: Run, direction: Direction, query: NDArray[np.int64]
) -> Property:
    """Put queries (n,), hits too, to the nearest centre of the run's newest clustering.

    A centre is the mean of its failures. Raises SessionError where there are no clusters, or such
    as only failures can have.
    """
    import numpy as np

    from workbench.analysis.clustering.shape import nearest_centre
    from workbench.analysis.properties import Property
    from workbench.compute.run_vectors import vectors_of

    found = workspace.clusterings.latest(run.id, direction)
    command = f"`workbench cluster {run.id} --direction {direction}`"
    if found is None:
        raise SessionError(f"Run {run.id} has no {direction} clusters: {command}.")
    if found.features != "query":
        raise SessionError(
            f"The newest {direction} clusters of run {run.id} are of {found.features} features, "
            f"which hits do not have: {command}."
        )
    vectors = vectors_of(workspace, run)
    of = vectors.of_captions if direction == "t2i" else vectors.of_images
    members = workspace.clusterings.members(found.id)
    rows = of(members.query_id)
    centre = np.stack([rows[members.cluster == one].mean(axis=0) for one in range(found.k)])
    label = np.concatenate(
        [nearest_centre(of(query[at : at + _BLOCK]), centre) for at in range(0, len(query), _BLOCK)]
    )
    names = called(workspace, run.id, direction)
    slices = {f"{one} {names[one]}".rstrip(): label == one for one in range(found.k)}
    return Property("cluster", slices, np.ones(len(query), bool))
