"""A workspace with one small data set, evaluated in both directions."""

import pytest
import store_world

from store.workspace import Workspace


@pytest.fixture
def ws(tmp_path):
    with Workspace(tmp_path / "workspace") as workspace:
        yield workspace


@pytest.fixture
def dataset(ws):
    return store_world.add_dataset(ws)


@pytest.fixture
def run(ws, dataset):
    return store_world.add_run(ws, dataset)
