"""First hits as columns, and what was measured of a space."""

import numpy as np
from store_world import add_run


def test_first_hits_are_columns_in_query_order(ws, run):
    query = ws.runs.ranks(run.id, "t2i")[0]
    found, hits = ws.hits.first(run.id, "t2i", 10)
    assert found.tolist() == query.tolist()
    for query_id, row in zip(found.tolist()[:5], hits.tolist(), strict=False):
        detail = ws.cases.detail(run.id, "t2i", query_id)
        assert [item for item in row if item >= 0] == [hit.item_id for hit in detail.hits]
    assert ws.hits.first(run.id, "t2i", 1)[1].tolist() == hits[:, :1].tolist()


def test_without_hits_there_are_no_columns(ws):
    query, hits = ws.hits.first(99, "t2i", 10)
    assert (query.shape, hits.shape) == ((0,), (0, 0))


def test_a_shorter_list_ends_with_minus_one(ws, run):
    with ws.write() as connection:
        connection.execute("DELETE FROM hits WHERE query_id = 2 AND position = 2")
    hits = ws.hits.first(run.id, "t2i", 10)[1]
    assert hits[1, 1] == -1
    assert (hits[0] >= 0).all()
    assert hits.dtype == np.int64


def test_a_measurement_is_found_by_its_options(ws, run):
    assert ws.spaces.find(run.id, {"k": 10}) is None
    stored = ws.spaces.add(run.id, {"k": 10, "seed": 0}, {"gap": 0.5, "text": "Größe"})
    assert ws.spaces.find(run.id, {"seed": 0, "k": 10}) == stored
    assert (stored.run_id, stored.options, stored.result["text"]) == (
        run.id,
        {"k": 10, "seed": 0},
        "Größe",
    )
    assert ws.spaces.find(run.id, {"k": 5, "seed": 0}) is None
    newer = ws.spaces.add(run.id, {"k": 10, "seed": 0}, {"gap": 0.6})
    assert ws.spaces.find(run.id, {"k": 10, "seed": 0}) == newer


def test_a_measurement_goes_with_its_run(ws, dataset, run):
    other = add_run(ws, dataset)
    ws.spaces.add(run.id, {}, {})
    kept = ws.spaces.add(other.id, {}, {})
    ws.runs.remove(run.id)
    assert ws.spaces.find(run.id, {}) is None
    assert ws.spaces.find(other.id, {}) == kept
