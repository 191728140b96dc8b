"""Which engine a job gets, and how a local cluster is sized."""

import sys

import pytest

from workbench.compute.context import JobContext
from workbench.compute.engines import RAY_MISSING, engine_parameters, open_engine
from workbench.compute.engines.local import LocalEngine
from workbench.compute.engines.ray_cluster import LEAST_STORE_BYTES, STORE_BYTES, store_bytes
from workbench.compute.errors import JobError

MIB, GIB = 2**20, 2**30


def test_the_local_engine_leaves_no_trace_in_the_parameters():
    """So that jobs of before and after are the same job."""
    assert engine_parameters("local", None) == {}


def test_parameters_are_frozen_as_they_were_given(monkeypatch):
    monkeypatch.setattr("workbench.compute.engines.find_spec", lambda name: object())
    assert engine_parameters("ray", None) == {"engine": "ray"}
    assert engine_parameters("ray", "auto") == {"engine": "ray", "address": "auto"}


def test_without_ray_it_is_said_how_to_get_it(monkeypatch, workspace):
    monkeypatch.setattr("workbench.compute.engines.find_spec", lambda name: None)
    with pytest.raises(JobError, match=r"pip install 'retrieval-workbench\[ray\]'"):
        engine_parameters("ray", None)
    with pytest.raises(JobError) as refused:
        open_engine(JobContext(workspace, {"engine": "ray"}, lambda *_: None))
    assert str(refused.value) == RAY_MISSING


def test_the_local_engine_imports_no_ray(workspace):
    before = "ray" in sys.modules
    with open_engine(JobContext(workspace, {}, lambda *_: None)) as engine:
        assert isinstance(engine, LocalEngine)
    assert ("ray" in sys.modules) == before


@pytest.mark.parametrize(
    ("free_shm", "available", "expected"),
    [
        (100 * GIB, 100 * GIB, STORE_BYTES),
        (GIB, 100 * GIB, int(0.8 * GIB)),
        (64 * MIB, 100 * GIB, STORE_BYTES),  # a container's: Ray takes a file instead
        (0, 2 * GIB, GIB // 2),
        (100 * GIB, 100 * MIB, LEAST_STORE_BYTES),
    ],
)
def test_the_object_store_fits_into_what_is_there(free_shm, available, expected):
    assert store_bytes(free_shm, available) == expected
