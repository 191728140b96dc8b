"""What the table of clusters says of the names in it."""

from dataclasses import replace

import pytest

from store.workspace import Workspace
from tests.ui.cluster_world import add_clusters
from workbench.presenters.cluster_table import cluster_lines
from workbench.session import Session


@pytest.mark.parametrize("cells", [80, 100, 200])
def test_a_name_has_thirty_cells_and_its_signs_are_explained(
    workspace: Workspace, cells: int
) -> None:
    add_clusters(workspace)
    session = Session(workspace)
    table = session.clusters.table(2, "t2i")
    assert table is not None
    name = "thirty cells of a name for it"
    rows = [replace(table.rows[0], name=name, named=True), *table.rows[1:]]
    lines = cluster_lines(rows, session.taxonomy, 0.5, (), cells)
    assert name in lines[0].text
    assert "~ = words found in the cluster" in lines[-1].text
    assert not lines[-1].key
