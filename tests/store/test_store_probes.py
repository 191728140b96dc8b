"""Probes are stored block by block; another version starts anew."""

import pytest

from store.errors import StoreError
from store.records.probe import ProbeRow


def row(query, sensitivity=0.25):
    edit = {"from": "two", "to": "three", "start": 0, "end": 3}
    return ProbeRow(query, "counting", 0, "three \ud800", edit, 0.5, 0.5 - sensitivity)


def test_a_probing_goes_on_until_another_version_begins(ws, run):
    probes = ws.probes
    assert probes.begin(run.id, "t2i", "1") == 0
    probes.add(run.id, "t2i", "1", [row(1), row(2, -0.5)], 4)
    assert probes.begin(run.id, "t2i", "1") == 5
    assert probes.version(run.id, "t2i") is None
    probes.finish(run.id, "t2i")
    assert probes.version(run.id, "t2i") == "1"
    found = probes.columns(run.id, "t2i", "counting")
    assert (found.query_id.tolist(), found.sensitivity.tolist()) == ([1, 2], [0.25, -0.5])
    (one,) = probes.of(run.id, "t2i", 2)
    assert (one.edit["to"], one.score, one.edited_score) == ("three", 0.5, 1.0)
    assert probes.of(run.id, "t2i", 3) == probes.of(run.id, "i2t", 2) == []
    assert probes.begin(run.id, "t2i", "2") == 0
    assert len(probes.columns(run.id, "t2i", "counting").rank) == 0
    with pytest.raises(StoreError, match="is being probed otherwise"):
        probes.add(run.id, "t2i", "1", [row(1)], 1)


def test_failures_or_every_query(ws, run):
    ids, ranks = ws.runs.ranks(run.id, "i2t")
    every = ws.probes.queries(run.id, "i2t", 0, 99, True)
    assert [q.query_id for q in every] == [q.image_id for q in every] == ids.tolist()
    ids, ranks = ws.runs.ranks(run.id, "t2i")
    assert (ranks == 1).any()
    failures = ws.probes.queries(run.id, "t2i", 0, 99, False)
    assert [q.query_id for q in failures] == ids[ranks > 1].tolist()
    assert ws.probes.count(run.id, "t2i", 0, False) == len(failures)
    assert len(ws.probes.queries(run.id, "t2i", int(ids[1]), 2, True)) == 2
