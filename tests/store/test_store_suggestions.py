"""Machine labels and clusters beside the cases."""

import numpy as np
import pytest
from store_world import add_run, add_suggestions

from store.errors import NotFound, StoreError
from store.records.clustering import ClusterMembers
from store.records.direction import DIRECTIONS
from store.records.suggestion import SuggestionRow


def rows(*triples):
    return [SuggestionRow(query, name, score, {"why": name}) for query, name, score in triples]


def best(ws, run, query):
    case = ws.cases.rows(run.id, "t2i", [query])[0]
    return case.suggestion, case.suggestion_score


def test_the_best_of_all_labelers_stands_at_the_case(ws, run):
    other = add_run(ws, ws.datasets.get(run.dataset_id))
    given = rows((1, "counting", 0.5), (1, "other", 0.75), (2, "abstract", 0.25))
    assert add_suggestions(ws, run, "a", "1", given) == 3
    assert best(ws, run, 1) == ("other", 0.75)
    assert best(ws, run, 3) == (None, None)
    assert best(ws, other, 1) == (None, None)
    assert [s.category for s in ws.suggestions.of(run.id, "t2i", 1)] == ["other", "counting"]
    assert ws.suggestions.of(run.id, "t2i", 1)[0].evidence == {"why": "other"}
    assert add_suggestions(ws, run, "b", "1", rows((1, "fine_grained", 0.9))) == 1
    assert best(ws, run, 1) == ("fine_grained", 0.9)
    assert ws.suggestions.begin(run.id, "t2i", "a", "2") == 0
    assert best(ws, run, 1) == ("fine_grained", 0.9)
    assert best(ws, run, 2) == (None, None), "an earlier version's suggestions are gone at once"
    assert add_suggestions(ws, run, "a", "2", rows((3, "counting", 0.5))) == 1
    assert best(ws, run, 3) == ("counting", 0.5)
    assert ws.suggestions.version(run.id, "t2i", "a") == "2"
    assert ws.suggestions.version(run.id, "i2t", "a") is None


def test_blocks_show_at_once_and_count_when_finished(ws, run):
    labeling = (run.id, "t2i", "a", "1")
    assert ws.suggestions.begin(*labeling) == 0
    assert ws.suggestions.begin(*labeling) == 0
    ws.suggestions.add(*labeling, rows((2, "counting", 0.5), (1, "other", 0.5)), 7)
    assert (best(ws, run, 1), best(ws, run, 2)) == (("other", 0.5), ("counting", 0.5))
    assert ws.suggestions.begin(*labeling) == 8
    assert ws.suggestions.version(run.id, "t2i", "a") is None, "half a labeling is none"
    ws.suggestions.add(*labeling, [], 9)
    assert ws.suggestions.begin(*labeling) == 10
    assert ws.suggestions.finish(*labeling) == 2
    assert ws.suggestions.version(run.id, "t2i", "a") == "1"
    assert ws.suggestions.begin(*labeling) == 10, "nothing is left to do"
    assert ws.suggestions.version(run.id, "t2i", "a") == "1"


def test_a_block_that_is_stored_twice_is_there_once(ws, run):
    labeling = (run.id, "t2i", "a", "1")
    ws.suggestions.begin(*labeling)
    for upto in (3, 5, 3):
        ws.suggestions.add(*labeling, rows((1, "counting", 0.5)), upto)
    assert ws.suggestions.begin(*labeling) == 6
    assert ws.suggestions.finish(*labeling) == 1


def test_a_labeler_with_nothing_to_suggest_has_been_there(ws, run):
    assert add_suggestions(ws, run, "a", "1", []) == 0
    assert ws.suggestions.version(run.id, "t2i", "a") == "1"


def test_a_version_that_another_one_has_overtaken_stores_nothing(ws, run):
    ws.suggestions.begin(run.id, "t2i", "a", "1")
    ws.suggestions.begin(run.id, "t2i", "a", "2")
    sentence = "run 1 is being labelled by a, version 2, not 1: label it again when that has ended"
    with pytest.raises(StoreError, match=sentence):
        ws.suggestions.add(run.id, "t2i", "a", "1", rows((1, "counting", 0.5)), 1)
    with pytest.raises(StoreError, match="a, version 2, not 1"):
        ws.suggestions.finish(run.id, "t2i", "a", "1")
    with pytest.raises(StoreError, match="b, none, not 1"):
        ws.suggestions.finish(run.id, "t2i", "b", "1")
    assert ws.suggestions.of(run.id, "t2i", 1) == ()


def test_a_category_proposed_twice_counts_with_its_better_score(ws, run):
    given = rows((1, "counting", 0.25), (1, "counting", 0.75), (1, "counting", 0.5))
    assert add_suggestions(ws, run, "a", "1", given) == 1
    assert best(ws, run, 1) == ("counting", 0.75)


@pytest.mark.parametrize("labelers", ["ab", "ba"])
def test_equal_scores_go_to_the_first_labeler_whoever_came_first(ws, run, labelers):
    for name in labelers:
        add_suggestions(ws, run, name, "1", rows((1, f"by {name}", 0.5)))
    assert best(ws, run, 1) == ("by a", 0.5)
    assert [s.category for s in ws.suggestions.of(run.id, "t2i", 1)] == ["by a", "by b"]
    (case,) = ws.cases.rows(run.id, "t2i", [1])
    assert ws.cases.contexts([case])[0].evidence == {"why": "by a"}


def test_a_labeling_goes_with_its_run(ws, run):
    add_suggestions(ws, run, "a", "1", rows((1, "counting", 0.5)))
    ws.runs.remove(run.id)
    assert ws.read().execute("SELECT count(*) FROM labelings").fetchone() == (0,)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_failures_are_what_labelers_need(ws, run, direction):
    wanted = [c for c in ws.cases.stream(run.id, direction, sort="id") if c.rank > 1]
    found = list(ws.suggestions.failures(run.id, direction))
    assert [f.query_id for f in found] == [c.query_id for c in wanted]
    image_of = {c.id: c.image_id for c in ws.datasets.captions(run.dataset_id)}
    text_of = {c.id: c.text for c in ws.datasets.captions(run.dataset_id)}
    for failure, case in zip(found, wanted, strict=True):
        assert (failure.rank, failure.margin, failure.language) == (case.rank, case.margin, "en")
        own = image_of[case.query_id] if direction == "t2i" else case.query_id
        assert failure.positives == tuple(c.text for c in ws.datasets.captions_of(own))
        if direction == "t2i":
            assert failure.query == case.query
            top = ws.datasets.captions_of(case.top_id)
            assert failure.retrieved == tuple(c.text for c in top)
        else:
            assert failure.query == text_of[case.positive_id]
            siblings = ws.datasets.captions_of(image_of[case.top_id])
            assert failure.retrieved[0] == text_of[case.top_id]
            assert failure.retrieved[1:] == tuple(c.text for c in siblings if c.id != case.top_id)
    assert list(ws.suggestions.failures(run.id, direction, limit=2)) == found[:2]
    assert list(ws.suggestions.failures(run.id, direction, limit=0)) == []
    third = found[2].query_id
    assert list(ws.suggestions.failures(run.id, direction, first_query=third)) == found[2:]
    assert ws.suggestions.failure_count(run.id, direction) == len(found)
    assert ws.suggestions.failure_count(run.id, direction, third) == len(found) - 2


def test_failures_cross_blocks(ws, run, monkeypatch):
    whole = list(ws.suggestions.failures(run.id, "t2i"))
    monkeypatch.setattr("store.suggestions._BLOCK", 4)
    assert list(ws.suggestions.failures(run.id, "t2i")) == whole
    assert list(ws.suggestions.failures(run.id, "t2i", limit=6)) == whole[:6]


def members(ids, cluster):
    ids = np.asarray(ids)
    return ClusterMembers(ids, np.full(len(ids), cluster), ids / 2, ids / 3, ids / 4)


def test_the_newest_clustering_is_the_one_in_lists(ws, run):
    assert ws.clusterings.latest(run.id, "t2i") is None

    def add(cluster):
        return ws.clusterings.add(
            run_id=run.id,
            direction="t2i",
            k=2,
            seed=7,
            features="caption",
            result={"sizes": [1, 2]},
            members=members([1, 2, 3], cluster),
        )

    first, second = add(0), add(1)
    assert ws.clusterings.latest(run.id, "t2i") == second
    assert ws.clusterings.of(run.id, "t2i") == [second, first]
    assert ws.clusterings.get(first.id) == first
    assert first.result == {"sizes": [1, 2]}
    assert [c.cluster for c in ws.cases.rows(run.id, "t2i", [1, 4])] == [1, None]
    found = ws.clusterings.members(first.id)
    assert found.query_id.tolist() == [1, 2, 3]
    assert found.cluster.tolist() == [0, 0, 0]
    assert found.y.tolist() == [0.25, 0.5, 0.75]
    assert ws.clusterings.members(99).query_id.shape == (0,)
    with pytest.raises(NotFound):
        ws.clusterings.get(99)
    ws.runs.remove(run.id)
    assert ws.read().execute("SELECT count(*) FROM cluster_members").fetchone() == (0,)
