"""Runs and models: stored whole, read back, removed without touching decisions."""

import dataclasses
import math

import numpy as np
import pytest
from store_world import add_dataset, add_model, add_run, new_decision, tables

from store.errors import NotFound, StoreError
from store.records.run import Metric

ARGUMENTS = {
    "stage": "itm",
    "protocol": {},
    "job_id": None,
    "seconds": 2.0,
    "images_per_s": None,
    "captions_per_s": None,
    "peak_memory_bytes": None,
    "metrics": (),
}


def test_a_model_is_stored_once(ws):
    model = add_model(ws)
    assert add_model(ws) == model
    assert add_model(ws, "vectors:/other") != model
    assert ws.models.get(model.id) == model
    assert len(ws.models.all()) == 2
    with pytest.raises(NotFound, match=r"1 \(vectors:/v\)"):
        ws.models.get(9)


def test_a_run_comes_back_as_it_was_given(ws, dataset, run):
    assert (run.dataset, run.split, run.model) == ("small", "test", "vectors:/v")
    assert run.status == "done"
    assert run.protocol == {"split": "test", "k": 10}
    assert ws.runs.get(run.id) == ws.runs.latest() == run
    assert ws.runs.metrics(run.id) == [
        Metric("t2i", "R@1", 0.25, 0.2, 0.3),
        Metric("i2t", "R@1", 0.5, None, None),
    ]
    second = add_run(ws, dataset)
    assert ws.runs.all() == [second, run]
    with pytest.raises(NotFound, match="no run 9: there are 2, 1"):
        ws.runs.get(9)


def test_every_column_comes_back(ws, dataset):
    given = tables(ws, dataset)
    run = add_run(ws, dataset, ranks=given)
    for table in given:
        cases = ws.cases.rows(run.id, table.direction, table.query_id)
        for name in (
            "query_id",
            "rank",
            "positive_id",
            "positive_score",
            "top_id",
            "top_score",
            "margin",
            "r_precision",
        ):
            assert [getattr(case, name) for case in cases] == getattr(table, name).tolist(), name
        hits = ws.cases.detail(run.id, table.direction, int(table.query_id[4])).hits
        assert [hit.item_id for hit in hits] == table.hit_ids[4].tolist()
        assert [hit.score for hit in hits] == table.hit_scores[4].tolist()
        assert [hit.position for hit in hits] == [1, 2, 3]
        ids, ranks = ws.runs.ranks(run.id, table.direction)
        assert (ids == table.query_id).all()
        assert (ranks == table.rank).all()


def test_queries_may_come_in_any_order(ws, dataset):
    given = tables(ws, dataset)
    order = np.random.default_rng(1).permutation(30)
    columns = {
        name: getattr(given[0], name)[order] for name in given[0].__slots__ if name != "direction"
    }
    one = add_run(ws, dataset, ranks=given)
    two = add_run(ws, dataset, ranks=[dataclasses.replace(given[0], **columns), given[1]])
    rows = [
        [dataclasses.replace(case, run_id=0) for case in ws.cases.stream(run.id, "t2i")]
        for run in (one, two)
    ]
    assert rows[0] == rows[1]


def test_padding_and_queries_without_a_wrong_candidate(ws, dataset):
    t2i, i2t = tables(ws, dataset)
    t2i.top_id[0], t2i.top_score[0], t2i.margin[0] = -1, math.nan, math.nan
    t2i.hit_ids[0, 1:] = -1
    run = add_run(ws, dataset, ranks=[t2i, i2t])
    query = int(t2i.query_id[0])
    detail = ws.cases.detail(run.id, "t2i", query)
    assert len(detail.hits) == 1
    assert detail.case.margin is None
    assert math.isnan(detail.case.top_score)
    assert detail.case.top_text == ""
    assert ws.cases.ids(run.id, "t2i", sort="margin")[-1] == query
    assert [f.query_id for f in ws.suggestions.failures(run.id, "t2i")].count(query) == 0
    assert ws.cases.contexts([detail.case])[0].top_key == ""


@pytest.mark.parametrize("column", ["positive_score", "top_score", "margin"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_score_that_is_no_number_names_the_query(ws, dataset, column, value):
    given = tables(ws, dataset)
    getattr(given[1], column)[3] = value
    with pytest.raises(StoreError, match=f"i2t scores of query {given[1].query_id[3]} "):
        add_run(ws, dataset, ranks=given)
    assert ws.runs.all() == []


def test_columns_of_different_lengths_are_refused(ws, dataset):
    t2i, i2t = tables(ws, dataset)
    with pytest.raises(StoreError, match="differ in length"):
        add_run(ws, dataset, ranks=[dataclasses.replace(t2i, rank=t2i.rank[1:]), i2t])


def test_a_failure_halfway_leaves_nothing(ws, dataset):
    t2i, i2t = tables(ws, dataset)
    i2t.query_id[5] = i2t.query_id[4]
    with pytest.raises(Exception, match="UNIQUE"):
        add_run(ws, dataset, ranks=[t2i, i2t])
    for table in ("runs", "metrics", "ranks", "hits"):
        assert ws.read().execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_same_finds_the_identical_protocol_only(ws, dataset):
    model = add_model(ws)
    run = add_run(ws, dataset, protocol={"a": 1, "b": {"c": [1, 2]}})
    assert ws.runs.same(dataset.id, model.id, "itc", {"b": {"c": [1, 2]}, "a": 1}) == run
    assert ws.runs.same(dataset.id, model.id, "itc", {"b": {"c": [2, 1]}, "a": 1}) is None
    assert ws.runs.same(dataset.id, model.id, "itm", run.protocol) is None
    assert ws.runs.same(dataset.id, model.id + 1, "itc", run.protocol) is None


def test_removing_a_run_keeps_decisions_and_other_runs(ws, dataset, run):
    other = add_run(ws, dataset)
    case = ws.cases.page(run.id, "t2i")[0]
    made = ws.decisions.add(new_decision(dataset.id, case, "counting"))
    ws.runs.remove(run.id)
    assert ws.runs.all() == [other]
    assert ws.decisions.history() == [made]
    assert ws.read().execute("SELECT DISTINCT run_id FROM hits").fetchall() == [(other.id,)]
    assert ws.cases.rows(other.id, "t2i", [case.query_id])[0].categories == ("counting",)
    assert add_run(ws, dataset).id == 3, "ids are not used again"
    with pytest.raises(NotFound):
        ws.runs.remove(run.id)


def test_what_a_reranked_run_adds(ws, dataset, run):
    more = {"pairs_per_s": 1500.5, "efficiency": {"gflops_pair": 2.5, "seconds": {"model": 3}}}
    given = {**ARGUMENTS, "dataset_id": dataset.id, "model_id": run.model_id}
    again = ws.runs.add(**given, first_run_id=run.id, tables=tables(ws, dataset), **more)
    assert (again.pairs_per_s, again.first_run_id) == (1500.5, run.id)
    assert again.efficiency == more["efficiency"]
    assert ws.runs.all() == [again, run]
    assert ws.runs.same(dataset.id, run.model_id, "itm", {}) == again
    with pytest.raises(NotFound, match="no run 99"):
        ws.runs.add(**given, first_run_id=99, tables=())
    ws.runs.remove(run.id)
    assert ws.runs.all() == [dataclasses.replace(again, first_run_id=None)]


def test_images_stand_in_the_order_of_the_ranks(ws, dataset, run):
    image_of = {caption.id: caption.image_id for caption in ws.datasets.captions(dataset.id)}
    queries, _ = ws.runs.ranks(run.id, "t2i")
    found = ws.runs.images_of(run.id, "t2i")
    assert found.tolist() == [image_of[n] for n in queries.tolist()]
    assert len(set(found.tolist())) == 6
    queries, _ = ws.runs.ranks(run.id, "i2t")
    assert ws.runs.images_of(run.id, "i2t").tolist() == queries.tolist()
    assert ws.runs.images_of(99, "t2i").tolist() == []


def test_no_runs(ws):
    assert ws.runs.latest() is None
    assert ws.runs.all() == []
    with pytest.raises(NotFound, match="none yet"):
        ws.runs.get(1)


def test_other_ranks_are_those_of_the_same_query(ws, dataset, run):
    other = add_run(ws, dataset, add_model(ws, "vectors:/other"), seed=7)
    add_run(ws, add_dataset(ws, name="elsewhere"))
    query = int(ws.cases.ids(run.id, "i2t")[0])
    there = ws.cases.rows(other.id, "i2t", [query])[0]
    found = ws.cases.detail(run.id, "i2t", query).other_ranks
    assert found == ((other.id, "vectors:/other", there.rank),)
