"""Candidates for missing pairs: columns of failures, votes of other runs, the filter word."""

import numpy as np
import pytest

from store.filter import parse
from store.records.suggestion import MissingPair
from tests.compare_world import add_dataset, add_run, suggest


def pair(query, score=0.5, **more):
    facts = {"agreement": 0.4, "similarity": None, "distance": None, "models": 1, "of_models": 2}
    return MissingPair(query, score, **(facts | more))


@pytest.fixture
def dataset(workspace):
    return add_dataset(workspace, 6)


def ranks(dataset, value):
    return {
        "t2i": np.full(dataset.n_captions, value),
        "i2t": np.full(dataset.n_images, value),
    }


def test_misses_name_the_images_of_both_sides(workspace, dataset):
    run = add_run(workspace, dataset, ranks(dataset, 3))
    suggest(workspace, run, "t2i", lambda query: "data_fault" if query % 2 else "counting")
    image_of = {c.id: c.image_id for c in workspace.datasets.captions(dataset.id)}
    found = workspace.false_negatives.misses(run.id, "t2i")
    assert len(found.query_id) == dataset.n_captions
    assert found.own.tolist() == [image_of[query] for query in found.query_id.tolist()]
    assert found.top.tolist() == found.top_id.tolist()
    assert found.agreement.tolist() == [0.7 * (query % 2) for query in found.query_id.tolist()]
    back = workspace.false_negatives.misses(run.id, "i2t")
    assert back.own.tolist() == back.query_id.tolist()
    assert back.top.tolist() == [image_of[caption] for caption in back.top_id.tolist()]


def test_a_run_without_failures_has_no_misses(workspace, dataset):
    run = add_run(workspace, dataset, ranks(dataset, 1))
    assert len(workspace.false_negatives.misses(run.id, "t2i").query_id) == 0


def test_other_runs_are_the_newest_of_each_other_model_and_stage(workspace, dataset):
    first, again = (add_run(workspace, dataset, ranks(dataset, 2)) for _ in range(2))
    old, new = (add_run(workspace, dataset, ranks(dataset, 2), "vectors:/w") for _ in range(2))
    itm = add_run(
        workspace, dataset, ranks(dataset, 2), "vectors:/w", stage="itm", first_run_id=new.id
    )
    elsewhere = add_dataset(workspace, 6, name="elsewhere")
    add_run(workspace, elsewhere, ranks(elsewhere, 2), "vectors:/x")
    assert workspace.false_negatives.other_runs(first.id) == [new.id, itm.id]
    assert workspace.false_negatives.other_runs(itm.id) == [again.id, new.id]
    assert old.id not in workspace.false_negatives.other_runs(first.id)


def test_another_run_votes_where_it_ranks_the_answer_above_the_truth(workspace, dataset):
    run = add_run(workspace, dataset, ranks(dataset, 3))
    same = add_run(workspace, dataset, ranks(dataset, 3), "vectors:/w")
    right = add_run(workspace, dataset, ranks(dataset, 1), "vectors:/x")
    store = workspace.false_negatives
    misses = store.misses(run.id, "t2i").query_id.tolist()
    tops = dict(workspace.read().execute(
        "SELECT query_id, item_id FROM hits WHERE run_id = ? AND direction = 't2i' "
        "AND position = 1", (same.id,)
    ).fetchall())  # fmt: skip
    mine = dict(zip(misses, store.misses(run.id, "t2i").top_id.tolist(), strict=True))
    expected = [query for query in misses if tops.get(query) == mine[query]]
    assert store.retrieved_by(run.id, "t2i", same.id).tolist() == expected
    assert expected
    assert store.retrieved_by(run.id, "t2i", right.id).tolist() == []


def test_candidates_are_replaced_and_come_best_first(workspace, dataset):
    run = add_run(workspace, dataset, ranks(dataset, 2))
    first, second, third = workspace.false_negatives.misses(run.id, "t2i").query_id.tolist()[:3]
    store = workspace.false_negatives
    store.replace(run.id, "t2i", [pair(first, 0.9)])
    store.replace(run.id, "t2i", [pair(first, 0.3), pair(second, 0.8), pair(third, 0.8)])
    assert [found.query_id for found in store.best(run.id, "t2i", 9)] == [second, third, first]
    assert [found.query_id for found in store.best(run.id, "t2i", 1)] == [second]
    assert (store.count(run.id, "t2i"), store.count(run.id, "i2t")) == (3, 0)
    assert workspace.cases.detail(run.id, "t2i", first).missing_pair == pair(first, 0.3)
    assert workspace.cases.detail(run.id, "i2t", dataset_image(workspace, run)).missing_pair is None


def test_the_filter_takes_scores(workspace, dataset):
    run = add_run(workspace, dataset, ranks(dataset, 2))
    first, second, *_ = workspace.false_negatives.misses(run.id, "t2i").query_id.tolist()
    workspace.false_negatives.replace(run.id, "t2i", [pair(first, 0.3), pair(second, 0.8)])

    def found(text):
        return workspace.cases.ids(run.id, "t2i", parse(text, {})).tolist()

    assert found("fn>0.5") == [second]
    assert found("fn>.1") == sorted([first, second])
    assert len(found("!fn>.1")) == dataset.n_captions - 2
    assert workspace.cases.ids(run.id, "i2t", parse("fn>0", {})).tolist() == []


def test_hashes_keep_all_64_bits(workspace, dataset):
    image = workspace.datasets.images(dataset.id)
    ids = [one.id for one in image][:3]
    workspace.false_negatives.add_hashes({ids[0]: 2**64 - 1, ids[1]: 0})
    workspace.false_negatives.add_hashes({ids[0]: 7})
    assert workspace.false_negatives.hashes(ids) == {ids[0]: 2**64 - 1, ids[1]: 0}


def dataset_image(workspace, run):
    return int(workspace.false_negatives.misses(run.id, "i2t").query_id[0])
