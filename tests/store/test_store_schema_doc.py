"""docs/schema.md names every table and column, and its queries run."""

import re
from pathlib import Path

import pytest
from store_world import new_decision

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


def test_there_are_three_queries():
    assert len(QUERIES) == 3


@pytest.mark.parametrize("query", QUERIES)
def test_queries_run_on_a_small_workspace(ws, dataset, run, query):
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
