"""docs/schema.md names every table and column, and its queries run."""

import re
from pathlib import Path

import pytest
from store_world import TEXTS, add_run, new_decision

DOCUMENT = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", DOCUMENT, re.DOTALL)


def documented():
    sections = re.split(r"^### (\S+)$", DOCUMENT, flags=re.MULTILINE)[1:]
    return {
        name: re.findall(r"^\| `(\w+)` \|", body.split("\n## ")[0], re.MULTILINE)
        for name, body in zip(sections[::2], sections[1::2], strict=True)
    }


def test_every_table_and_column_is_documented_in_order(ws):
    names = [
        name
        for (name,) in ws.read().execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'captions_fts_*'"
        )
    ]
    columns = {
        name: [row[1] for row in ws.read().execute(f"PRAGMA table_info({name})")] for name in names
    }
    assert documented() == columns


def test_there_are_five_queries():
    assert len(QUERIES) == 5


@pytest.fixture
def second(ws, dataset, run):
    """A run that re-ranked the first one, and a caption."""
    captioning = ws.captionings.start(dataset.id, run.model_id, {}, {}, None)
    ws.captionings.add(captioning.id, [(2, "a dog")])
    return add_run(ws, dataset, seed=9, first_run_id=run.id)


@pytest.mark.parametrize("query", QUERIES)
def test_queries_run_on_a_small_workspace(ws, dataset, run, second, query):
    case = ws.cases.rows(run.id, "t2i", ws.cases.ids(run.id, "t2i", sort="-rank"))[0]
    ws.decisions.add(new_decision(dataset.id, case, "counting"))
    assert ws.read().execute(query).fetchall()


def test_hubs_count_wrong_first_places(ws, run):
    failures = [c for c in ws.cases.stream(run.id, "t2i") if c.rank > 1]
    keys = {image.id: image.key for image in ws.datasets.images(run.dataset_id)}
    found = dict(ws.read().execute(QUERIES[0]).fetchall())
    assert sum(found.values()) == len(failures)
    assert all(found[keys[c.top_id]] for c in failures)


def test_labels_of_the_third_query_replace_suggestions(ws, dataset, run):
    case = ws.cases.rows(run.id, "t2i", ws.cases.ids(run.id, "t2i", sort="-rank"))[0]
    ws.decisions.add(new_decision(dataset.id, case, "counting"))
    rows = {row[0]: row[1:] for row in ws.read().execute(QUERIES[2])}
    assert sum(rows["counting"]) == 1


def test_the_fourth_query_tells_what_reranking_did(ws, run, second):
    rows = ws.read().execute(QUERIES[3]).fetchall()
    assert len(rows) == 20
    assert [row[4] for row in rows] == sorted((row[4] for row in rows), reverse=True)
    for direction, query_id, first, rank, gain in rows:
        assert gain == first - rank
        assert ws.cases.ranks_in(run.id, direction, [query_id]) == [first]
        assert ws.cases.ranks_in(second.id, direction, [query_id]) == [rank]


def test_the_fifth_query_puts_captions_side_by_side(ws, second):
    assert ws.read().execute(QUERIES[4]).fetchall() == [
        ("img1.jpg", "a dog", "{}", " | ".join(TEXTS))
    ]
