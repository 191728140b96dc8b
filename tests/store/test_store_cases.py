"""Lists of cases against a plain reading of what each filter and order means."""

import dataclasses
import itertools
import math
import random

import numpy as np
import pytest
from store_world import add_dataset, add_model, add_run, add_suggestions, new_decision, tables

from store.cases import cursor
from store.errors import FilterError, NotFound, StoreError
from store.filter import Filter, parse
from store.records.clustering import ClusterMembers
from store.records.direction import DIRECTIONS
from store.records.suggestion import SuggestionRow

FILTERS = [
    *("", "rank>3", "rank>3 rank<=6", "rank:1", "!rank>3", "margin<-.25", "margin>=0", "len>7"),
    *(
        "id:7",
        "id:7,40,50",
        "!id:7,50",
        "id>40",
        "cat:counting",
        "!cat:counting",
        "cat:other",
        "cat:none",
        "label:counting",
    ),
    *("!label:counting", "label:none", "hint:counting", "!hint:counting", "hint:none"),
    *(
        "cluster:0,1",
        "!cluster:0,7",
        "cluster:1",
        "cluster:none",
        "!cluster:1",
        "cluster>0",
        "status:undecided",
    ),
    *(
        "status:decided",
        "status:skipped",
        "star",
        "!star",
        "disputed",
        "!disputed",
        "by:mh",
        "by:eva",
        "!by:mh",
    ),
    *("note~BIKE", "!note~bike", 'note~"a%b_"', "model:vec", "model:clip", "dog", "!dog"),
    *("rank@3>4", "rank>1 rank@3:1", "!rank@3<=6", "rank@3<=5 cat:counting", "rank@2<5 rank@3>2"),
    *('"red cap"', "red dog", "rank>2 cat:counting !dog", "status:decided by:eva rank<9"),
]
SORTS = ["rank", "margin", "id", "cluster", "time", "suggestion"]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Two data sets; the first with suggestions, clusters and decisions of two people."""
    from store.workspace import Workspace

    ws = Workspace(tmp_path_factory.mktemp("cases"))
    add_run(ws, add_dataset(ws, 1, name="before"))
    dataset = add_dataset(ws, 9)
    run = add_run(ws, dataset, seed=3)
    # The other run knows all queries but the first ones.
    others = [
        dataclasses.replace(
            t, **{name: getattr(t, name)[4:] for name in t.__slots__ if name != "direction"}
        )
        for t in tables(ws, dataset, 4)
    ]
    add_run(ws, dataset, add_model(ws, "vectors:/other"), ranks=others)
    dice = random.Random(5)
    for direction in DIRECTIONS:
        ids = np.asarray(ws.cases.ids(run.id, direction, sort="id"))
        given = [
            SuggestionRow(int(n), name, dice.choice([0.25, 0.5, 0.75]), {"word": "two"})
            for n in ids
            for name in ("counting", "other")
            if dice.random() < 0.4
        ]
        add_suggestions(ws, run, "rules", "1", given, direction)
        some = ids[::2]
        columns = (some, some % 3, some / 2, some / 3, some / 4)
        ws.clusterings.add(
            run_id=run.id,
            direction=direction,
            k=3,
            seed=0,
            features="caption",
            result={},
            members=ClusterMembers(*map(np.asarray, columns)),
        )
        cases = ws.cases.rows(run.id, direction, ids)
        for case in dice.choices(cases, k=40):
            labels = dice.choice([(), ("counting",), ("other",), ("counting", "other")])
            ws.decisions.add(
                new_decision(
                    dataset.id,
                    case,
                    *labels,
                    by=dice.choice(["mh", "eva"]),
                    note=dice.choice(["", "a Bike", "100% a%b_c"]),
                    star=dice.random() < 0.3,
                    at=f"2026-01-0{dice.randint(1, 9)}T00:00:00Z",
                    **({} if labels else {"verdict": dice.choice(["skipped", "undecided"])}),
                )
            )
    yield ws, dataset, run
    ws.close()


def expected(ws, run, dataset, direction, annotator, text, order):
    captions = {c.id: c for c in ws.datasets.captions(dataset.id)}
    number = {
        ":": lambda a, b: a == b,
        "<": lambda a, b: a < b,
        ">": lambda a, b: a > b,
        "<=": lambda a, b: a <= b,
        ">=": lambda a, b: a >= b,
    }

    def texts(case):
        if direction == "t2i":
            return [captions[case.query_id].text]
        return [c.text for c in captions.values() if c.image_id == case.query_id]

    def label(case):
        return case.categories if case.verdict == "labelled" else ()

    def decided_by(case, who):
        found = ws.decisions.current(dataset.id, direction, case.query_id, case.top_id, who)
        return found is not None and found.verdict != "undecided"

    def disputed(case):
        own = [
            ws.decisions.current(dataset.id, direction, case.query_id, case.top_id, who)
            for who in ("mh", "eva")
        ]
        labels = [set(d.categories) for d in own if d is not None and d.verdict == "labelled"]
        return len(labels) == 2 and not labels[0] & labels[1]

    there = {run_id: dict(zip(*ws.runs.ranks(run_id, direction), strict=True)) for run_id in (2, 3)}

    def holds(case, term):
        value = term.value
        if term.other_run is not None:
            rank = there[term.other_run].get(case.query_id)
            return rank is not None and number[term.operator](rank, value)
        if term.field in ("rank", "margin"):
            return number[term.operator](getattr(case, term.field), value)
        if term.field == "id" and isinstance(value, str):
            return str(case.query_id) in value.split(",")
        if term.field == "id":
            return number[term.operator](case.query_id, value)
        if term.field == "len":
            return any(number[term.operator](len(t.split()), value) for t in texts(case))
        if term.field == "cluster":
            if value == "none":
                return case.cluster is None
            if isinstance(value, str):
                return str(case.cluster) in value.split(",")
            return case.cluster is not None and number[term.operator](case.cluster, value)
        if term.field == "hint":
            return case.suggestion == (None if value == "none" else value)
        if term.field == "label":
            return value in label(case) if value != "none" else not label(case)
        if term.field == "cat":
            names = label(case) or ((case.suggestion,) if case.suggestion else ())
            return value in names if value != "none" else not names
        if term.field == "status":
            return {"labelled": "decided"}.get(case.verdict, case.verdict) == value
        if term.field == "text":
            return any(f" {value} " in f" {t} " for t in texts(case))
        return {
            "star": lambda: case.star,
            "disputed": lambda: disputed(case),
            "by": lambda: decided_by(case, value),
            "note": lambda: value.lower() in case.note.lower(),
            "model": lambda: value in run.model,
        }[term.field]()

    everything = ws.cases.rows(
        run.id, direction, ws.cases.ids(run.id, direction, sort="id"), annotator
    )
    found = [
        case
        for case in everything
        if all(holds(case, term) != term.negated for term in parse(text).terms)
    ]
    return sorted(found, key=lambda c: cursor(c, order), reverse=order.startswith("-"))


@pytest.mark.parametrize("text", FILTERS)
def test_filters_and_orders(world, text):
    ws, dataset, run = world
    where = parse(text)
    orders = [sign + name for name in SORTS for sign in ("", "-")]
    for direction, annotator, order in itertools.product(DIRECTIONS, (None, "mh"), orders):
        wanted = expected(ws, run, dataset, direction, annotator, text, order)
        ids = [case.query_id for case in wanted]
        found = ws.cases.ids(run.id, direction, where, order, annotator)
        assert found.tolist() == ids, (direction, annotator, order)
        paged, after = [], None
        while page := ws.cases.page(run.id, direction, where, order, after, 7, annotator):
            paged += page
            after = cursor(page[-1], order)
        assert paged == wanted
        if order == "rank":
            assert list(ws.cases.stream(run.id, direction, where, order, annotator)) == wanted
            assert ws.cases.count(run.id, direction, where, annotator) == len(wanted)
            counts = ws.cases.counts(run.id, direction, where, annotator)
            verdicts = [case.verdict for case in wanted]
            assert counts.total == len(wanted)
            assert counts.decided == verdicts.count("labelled")
            assert counts.skipped == verdicts.count("skipped")
            assert counts.undecided == verdicts.count("undecided")
            labels = [n for c in wanted if c.verdict == "labelled" for n in c.categories]
            assert counts.by_category == {name: labels.count(name) for name in set(labels)}


def test_the_filters_of_this_file_tell_cases_apart(world):
    ws, _, run = world
    everything = ws.cases.count(run.id, "t2i")
    trivial = {"", "model:vec", "model:clip", "id:7"}
    for text in set(FILTERS) - trivial:
        assert 0 < ws.cases.count(run.id, "t2i", parse(text)) < everything, text


def test_rows_come_in_the_order_asked_for(world):
    ws, _, run = world
    ids = ws.cases.ids(run.id, "t2i", sort="-margin")
    assert [c.query_id for c in ws.cases.rows(run.id, "t2i", ids)] == ids.tolist()
    picked = [int(ids[3]), 10**12, int(ids[1])]
    assert [c.query_id for c in ws.cases.rows(run.id, "t2i", picked)] == [picked[0], picked[2]]
    assert ws.cases.rows(run.id, "t2i", []) == []


def test_texts_of_both_directions(world):
    ws, dataset, run = world
    captions = {c.id: c.text for c in ws.datasets.captions(dataset.id)}
    keys = {i.id: i.key for i in ws.datasets.images(dataset.id)}
    for case in ws.cases.stream(run.id, "t2i"):
        assert case.query == captions[case.query_id]
        assert case.query_key == keys[case.positive_id]
        assert case.top_text == ws.datasets.captions_of(case.top_id)[0].text
    for case in ws.cases.stream(run.id, "i2t"):
        assert case.query == ws.datasets.captions_of(case.query_id)[0].text
        assert case.query_key == keys[case.query_id]
        assert case.top_text == captions[case.top_id]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_detail_and_contexts(world, direction):
    ws, dataset, run = world
    cases = list(ws.cases.stream(run.id, direction))
    image_of = {c.id: c.image_id for c in ws.datasets.captions(dataset.id)}
    keys = {
        c.id: f"{ws.datasets.image(c.image_id).key}#{c.position}"
        for c in ws.datasets.captions(dataset.id)
    }
    for case, context in zip(cases, ws.cases.contexts(cases), strict=True):
        detail = ws.cases.detail(run.id, direction, case.query_id)
        own = image_of[case.query_id] if direction == "t2i" else case.query_id
        top = case.top_id if direction == "t2i" else image_of[case.top_id]
        assert detail.case == case
        assert detail.image == ws.datasets.image(own)
        assert detail.captions == ws.datasets.captions_of(own)
        for hit in detail.hits:
            image_id = hit.item_id if direction == "t2i" else image_of[hit.item_id]
            assert hit.image == ws.datasets.image(image_id)
            assert hit.captions == ws.datasets.captions_of(image_id)
            assert hit.positive == (image_id == own)
        assert detail.suggestions == ws.suggestions.of(run.id, direction, case.query_id)
        assert context.true_image == detail.image.key
        assert context.top_image == ws.datasets.image(top).key
        assert context.query_key == (
            keys[case.query_id] if direction == "t2i" else detail.image.key
        )
        assert context.top_key == (keys[case.top_id] if direction == "i2t" else context.top_image)
        assert context.top_captions == tuple(c.text for c in ws.datasets.captions_of(top))
        best = detail.suggestions[0] if detail.suggestions else None
        assert context.evidence == (best.evidence if best else None)
    assert ws.cases.contexts([]) == []


def test_hint_counts(world):
    ws, _, run = world
    failures = [c for c in ws.cases.stream(run.id, "t2i") if c.rank > 1]
    found = ws.cases.hint_counts(run.id, "t2i")
    assert sum(found.values()) == len(failures)
    assert found[None] == sum(c.suggestion is None for c in failures)
    assert sum(ws.cases.hint_counts(run.id, "t2i", 5).values()) == sum(c.rank > 5 for c in failures)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_ranks_in_another_run(world, direction):
    ws, _, run = world
    there = dict(zip(*ws.runs.ranks(3, direction), strict=True))
    asked = [*ws.cases.ids(run.id, direction, sort="-margin"), 10**12]
    found = ws.cases.ranks_in(3, direction, asked)
    assert found == [there.get(n, 0) for n in asked]
    assert found.count(0) == 5, "four queries are not in that run, one is in none"
    assert ws.cases.ranks_in(3, direction, []) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "rank@99>1",
            r"rank@99>1: this data set has no run 99: choose from 3 \(vectors:/other\), 2",
        ),
        ("!rank@1:1", r"!rank@1:1: this data set has no run 1: "),
    ],
)
def test_runs_that_a_filter_may_not_name(world, text, message):
    ws, _, run = world
    for ask in (ws.cases.ids, ws.cases.count, ws.cases.counts, ws.cases.page):
        with pytest.raises(FilterError, match=message):
            ask(run.id, "t2i", parse(text))


@pytest.mark.parametrize("annotator", [None, "mh"])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_labels_and_hints_as_columns(world, direction, annotator):
    ws, _, run = world
    for run_id in (run.id, 3):  # another run retrieves other items, so most cases are others
        ids, labels = ws.cases.labels(run_id, direction, annotator)
        found = ws.cases.stream(run_id, direction, sort="id", annotator=annotator)
        decided = [(c.query_id, c.categories) for c in found if c.verdict == "labelled"]
        assert list(zip(ids.tolist(), labels, strict=True)) == decided
        assert bool(decided) or run_id != run.id
    ids, names = ws.cases.hints(run.id, direction)
    cases = ws.cases.stream(run.id, direction, sort="id")
    hinted = [(c.query_id, c.suggestion) for c in cases if c.suggestion and c.rank > 1]
    assert list(zip(ids.tolist(), names.tolist(), strict=True)) == hinted != []
    assert ids.dtype == np.int64


def test_labels_and_hints_of_a_run_without_any(ws, run):
    ids, labels = ws.cases.labels(run.id, "t2i")
    assert (ids.tolist(), labels) == ([], [])
    ids, names = ws.cases.hints(run.id, "t2i")
    assert (ids.tolist(), names.tolist()) == ([], [])
    with pytest.raises(NotFound):
        ws.cases.labels(99, "t2i")


def test_what_does_not_exist(world):
    ws, _, run = world
    with pytest.raises(NotFound, match="no run 99"):
        ws.cases.ids(99, "t2i")
    with pytest.raises(NotFound, match="no t2i query 12345"):
        ws.cases.detail(run.id, "t2i", 12345)
    with pytest.raises(StoreError, match='cannot sort by "size": choose from rank'):
        ws.cases.ids(run.id, "t2i", Filter(), "size")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", "rank"),
        ("rank>10", "-rank"),
        ("rank>10 cat:CNT", "margin"),
        ("margin<0", "-margin"),
        ("rank<=5 status:undecided", "rank"),
        ("hint:CNT", "id"),
        ("rank:3", "rank"),
        ("rank>1 rank@3<=1", "-rank"),
        ("rank>1 rank@3>4", "margin"),
    ],
)
def test_pages_walk_an_index_and_sort_nothing(world, text, order):
    ws, _, run = world
    query = ws.cases._query(run.id, "t2i", None)
    query.whole = False
    value, way = query.sort(order)
    query.after(value, way, (1, 1))
    query.apply(parse(text))
    plan = ws.read().execute(
        f"EXPLAIN QUERY PLAN SELECT r.query_id{query.source()} "
        f"ORDER BY {value} {way}, r.query_id {way} LIMIT 50",
        query.parameters,
    )
    steps = " / ".join(row[3] for row in plan)
    assert "TEMP B-TREE" not in steps, steps
    assert "query_id)>(?,?)" in steps or "query_id)<(?,?)" in steps or order == "id", steps
    assert "SCAN" not in steps, steps
    assert "LIST SUBQUERY" not in steps, "a page does not walk through another run"


def test_infinite_margins_page_too(ws, dataset):
    t2i, i2t = tables(ws, dataset)
    t2i.top_id[::2] = -1
    t2i.margin[::2] = math.nan
    run = add_run(ws, dataset, ranks=[t2i, i2t])
    for order in ("margin", "-margin"):
        ids, paged, after = ws.cases.ids(run.id, "t2i", sort=order), [], None
        while page := ws.cases.page(run.id, "t2i", sort=order, after=after, limit=4):
            paged += [case.query_id for case in page]
            after = cursor(page[-1], order)
        assert paged == ids.tolist()
