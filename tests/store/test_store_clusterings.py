"""Names of clusters, and what is counted in clusters."""

import numpy as np
import pytest
from store_world import add_model, add_run, add_suggestions, new_decision

from store.errors import NotFound
from store.records.clustering import ClusterMembers, ClusterName
from store.records.suggestion import SuggestionRow


def clustering(ws, run, ids, names=()):
    ids = np.asarray(ids)
    place = np.zeros(len(ids))
    return ws.clusterings.add(
        run_id=run.id,
        direction="t2i",
        k=2,
        seed=0,
        features="query",
        result={},
        members=ClusterMembers(ids, np.arange(len(ids)) % 2, place, place, place),
        names=names,
    )


def test_names_are_given_changed_taken_back_and_inherited(ws, run):
    first = clustering(ws, run, [1, 2, 3])
    assert ws.clusterings.names(first.id) == {}
    ws.clusterings.name(first.id, {1: " bikes/count ", 0: "x"}, "mh")
    ws.clusterings.name(first.id, {0: ""}, "eva")
    names = ws.clusterings.names(first.id)
    assert [(n.name, n.annotator) for n in names.values()] == [("", "eva"), ("bikes/count", "mh")]
    second = clustering(ws, run, [1, 2], [ClusterName(0, "kept", "mh", names[1].at)])
    assert ws.clusterings.names(second.id) == {0: ClusterName(0, "kept", "mh", names[1].at)}
    for clustering_id, wrong in ((first.id, 2), (first.id, -1), (99, 0)):
        with pytest.raises(NotFound):
            ws.clusterings.name(clustering_id, {1: "x", wrong: "x"}, "mh")
    assert ws.clusterings.names(first.id)[1].name == "bikes/count"


def test_a_star_stays_when_a_name_changes_and_is_inherited(ws, run):
    first = clustering(ws, run, [1, 2, 3])
    ws.clusterings.star(first.id, [0, 1], True, "mh")
    ws.clusterings.name(first.id, {1: "bikes"}, "eva")
    ws.clusterings.star(first.id, [0], False, "mh")
    names = ws.clusterings.names(first.id)
    assert [(n.name, n.star) for n in names.values()] == [("", False), ("bikes", True)]
    second = clustering(ws, run, [1, 2], [names[1]])
    assert ws.clusterings.names(second.id) == {1: names[1]}
    with pytest.raises(NotFound):
        ws.clusterings.star(first.id, [0, 2], True, "mh")
    assert not ws.clusterings.names(first.id)[0].star


def test_members_are_counted_by_suggestion_label_and_other_run(ws, run, dataset):
    ids, ranks = ws.runs.ranks(run.id, "t2i")
    missed = ids[ranks > 1][:4].tolist()
    rows = [SuggestionRow(missed[n], "counting", 0.5, {}) for n in (0, 1, 2)]
    add_suggestions(ws, run, "rules", "1", rows)
    found = clustering(ws, run, missed)
    assert ws.clusterings.hint_counts(found.id) == {
        0: {"counting": 2},
        1: {None: 1, "counting": 1},
    }
    cases = ws.cases.rows(run.id, "t2i", missed)
    ws.decisions.add(new_decision(dataset.id, cases[1], "counting", "other", by="mh"))
    ws.decisions.add(new_decision(dataset.id, cases[0], by="mh", verdict="skipped"))
    assert ws.clusterings.label_counts(found.id) == {1: (1, {"counting": 1, "other": 1})}
    assert ws.clusterings.label_counts(found.id, "eva") == {}
    other = add_run(ws, dataset, add_model(ws, "vectors:/w"), seed=5)
    there = dict(zip(*(column.tolist() for column in ws.runs.ranks(other.id, "t2i")), strict=True))
    expected = {n: [(other.id, sum(there[q] <= 5 for q in missed[n::2]), 2)] for n in (0, 1)}
    assert ws.clusterings.fixed_by(found.id, 5) == expected


@pytest.mark.parametrize("direction", ["t2i", "i2t"])
def test_queries_come_with_their_images(ws, run, direction):
    found = ws.clusterings.queries(run.id, direction)
    ids, ranks = ws.runs.ranks(run.id, direction)
    assert found.query_id.tolist() == ids.tolist()
    assert found.rank.tolist() == ranks.tolist()
    assert found.image_id.tolist() == ws.runs.images_of(run.id, direction).tolist()
    assert ws.clusterings.queries(99, direction).rank.shape == (0,)
