"""A small world with two runs, suggestions with evidence, labels, notes and hostile texts."""

from __future__ import annotations

import dataclasses

import pytest

from store.records.decision import NewDecision
from store.records.suggestion import SuggestionRow
from tests.compare_world import add_run, random_ranks, store_suggestions

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3)) | ** "
    "\u202egnp.exe \x1b[31m\x07 \u05d0\u05d1 &lt;b&gt; http://a.example/"
)
PLAIN = "<script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3)) | **"
"""What is left of it, up to where characters are replaced."""


@pytest.fixture
def runs(workspace, imported):
    """Two runs of the twelve images; the first has suggestions for all of its misses."""
    found = [
        add_run(workspace, imported, random_ranks(imported, seed), f"vectors:/v/{name}")
        for seed, name in ((1, "one"), (2, "two"))
    ]
    for direction in ("t2i", "i2t"):
        ids, ranks = workspace.runs.ranks(found[0].id, direction)
        spans = [
            {"side": "query", "caption": 0, "start": 0, "end": 3},
            {"side": "positive", "caption": 1, "start": 0, "end": 3},
            {"side": "retrieved", "caption": 0, "start": 4, "end": 8},
        ]
        evidence = {"reason": "numbers differ", "spans": spans}
        rows = [
            SuggestionRow(query, "counting", 0.8, evidence) for query in ids[ranks > 1].tolist()
        ]
        store_suggestions(workspace, (found[0].id, direction, "rules", "1"), rows)
    return found


@pytest.fixture
def label(workspace, runs):
    """Decide on a miss of the first run."""

    def decide(place, category, *, by="mh", note="", direction="t2i"):
        ids, ranks = workspace.runs.ranks(runs[0].id, direction)
        (case,) = workspace.cases.rows(runs[0].id, direction, ids[ranks > 1][[place]])
        workspace.decisions.add(
            NewDecision(
                runs[0].dataset_id, direction, case.query_id, case.top_id, by, (category,),
                "labelled", note=note,
            )
        )  # fmt: skip
        return case

    return decide


@pytest.fixture
def hostile(workspace, runs, label):
    """The same world with hostile text wherever people, files or models can put some."""
    label(0, "counting", by=HOSTILE, note=HOSTILE)
    with workspace.write() as connection:
        connection.execute("UPDATE captions SET text = ? || position", (HOSTILE,))
        connection.execute("UPDATE datasets SET name = ?, licence = ?", (HOSTILE, HOSTILE))
        connection.execute("UPDATE models SET spec = 'vectors:' || ? || id", (HOSTILE,))
        connection.execute("UPDATE images SET problem = ? WHERE id % 2", (HOSTILE,))
        connection.execute("UPDATE suggestions SET evidence = json_object('reason', ?)", (HOSTILE,))
        connection.execute("UPDATE runs SET protocol = json_object(?, ?)", (HOSTILE, HOSTILE))
    return [workspace.runs.get(run.id) for run in runs]


def without_time(report):
    return dataclasses.replace(report, made_at="")
