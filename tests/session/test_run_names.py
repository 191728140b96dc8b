"""What runs are called: one short name each, the same on every screen."""

import pytest

from store.workspace import Workspace
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import add_third_run, fill
from workbench.presenters.run_names import numbered
from workbench.session import Session
from workbench.views.case_view import CaseView


@pytest.fixture
def session(tmp_path):
    with Workspace(tmp_path / "workspace") as made:
        fill(made, tmp_path / "images")
        add_third_run(made, 3)
        yield Session(made)


def test_no_two_runs_of_a_data_set_have_one_name(session):
    assert session.library.names(1) == {
        1: "ViT-B-32 run 1",
        2: "base-coco",
        3: "ViT-B-32 run 3",
    }


def test_a_run_has_its_name_wherever_it_is_shown(session):
    names = session.library.names(1)
    table = session.compare.models_table(1)
    assert {one.run_id: one.name for one in session.compare.choices()} == names
    assert {row.run_id: row.name for row in table.rows} == names
    assert session.plots.scope(CaseView(3)).name == names[3]
    assert session.slices.of(3, "t2i").name == names[3]
    add_clusters(session.workspace, 3)
    clusters = session.clusters.table(3, "t2i")
    assert clusters.name == names[3]
    assert {run: name for run, name, *_ in clusters.rows[0].fixed_by} == {
        run: name for run, name in names.items() if run != 3
    }


def test_a_number_is_written_once():
    assert numbered("blip-tiny", 2) == "blip-tiny run 2"
    assert numbered("blip-tiny run 2", 2) == "blip-tiny run 2"
