"""What a report holds, and that it says what the screens say."""

from __future__ import annotations

import numpy as np
import pytest

from store.errors import FilterError, NotFound
from store.records.run import Metric
from tests.compare_world import add_dataset, add_run, random_ranks
from tests.ui.cluster_world import add_clusters
from workbench.reports.contents import read_report
from workbench.reports.source import ReportRequest
from workbench.session.compare import SessionCompare
from workbench.session.slices import SessionSlices
from workbench.taxonomy import load_taxonomy
from workbench.views.report import Examples, Paragraph, Plots, Table


def read(workspace, runs, **more):
    return read_report(workspace, ReportRequest([run.id for run in runs], **more))


def blocks(report, kind, anchor=""):
    return [
        block
        for section in report.sections
        for block in section.blocks
        if isinstance(block, kind) and anchor in ("", section.anchor)
    ]


def cases(report):
    return [example for group in blocks(report, Examples) for example in group.examples]


def test_sections_hold_the_numbers_of_the_session(workspace, runs):
    report = read(workspace, runs, k=5)
    compare = SessionCompare(workspace, load_taxonomy())
    slices = SessionSlices(workspace, load_taxonomy())
    ways = ("t2i", "i2t")
    assert report.data["comparisons"]["pairs"] == [compare.compare(1, 2, way, 5) for way in ways]
    assert report.data["slices"]["runs"] == [slices.of(n, way, 5) for n in (1, 2) for way in ways]
    stored = {(m.direction, m.name): m.value for m in workspace.runs.metrics(1)}
    found = report.data["scores"]["runs"][0]["metrics"]
    assert {
        (way, name): one["value"] for way in found for name, one in found[way].items()
    } == stored


def test_images_are_unusable_where_a_run_left_them_out(workspace, imported):
    workspace.datasets.set_problem(1, "duplicate caption (caption 1)")
    run = add_run(workspace, imported, random_ranks(imported, 1))
    others = [
        add_run(workspace, imported, random_ranks(imported, 1), protocol={"unusable_images": n})
        for n in (2, 1)
    ]
    told = []
    for some in ([run], [run, *others]):
        tables = blocks(read(workspace, some), Table, "protocol")
        (data,) = [table for table in tables if table.title == "Data"]
        told.append(data.rows[0][data.columns.index(">unusable images")])
    assert told == ["0", "2"]


def test_a_direction_alone_leaves_out_the_other(workspace, runs):
    report = read(workspace, runs, directions=("i2t",))
    assert {one.direction for one in report.data["comparisons"]["pairs"]} == {"i2t"}
    assert {example.sheet.direction for example in cases(report)} == {"i2t"}


def test_examples_begin_with_what_people_decided(workspace, runs, label):
    case = label(-1, "counting", note="three, not two")
    found = cases(read(workspace, runs, directions=("t2i",), examples=2))
    assert [example.by for example in found] == ["mh", ""]
    assert found[0].sheet.query_id == case.query_id
    assert found[0].labels == ("counting",)
    assert found[0].sheet.note == "three, not two"
    assert all(picture.data for example in found for picture in example.pictures)


def test_evidence_is_marked_on_both_sides(workspace, runs):
    t2i, i2t = (cases(read(workspace, runs, directions=(way,)))[0] for way in ("t2i", "i2t"))
    assert t2i.own.marks == ((0, 3),)
    assert t2i.sheet.hits[0].text.marks == ((4, 8),)
    assert i2t.own.text.endswith("view 1")
    assert i2t.own.marks == ((0, 3),)


def test_examples_match_the_filter(workspace, runs):
    found = cases(read(workspace, runs, where="rank>20"))
    assert found
    for example in found:
        ids, ranks = workspace.runs.ranks(1, example.sheet.direction)
        assert ranks[ids == example.sheet.query_id] > 20
    with pytest.raises(FilterError, match="rnak"):
        read(workspace, runs, where="rnak>2")
    assert cases(read(workspace, runs, examples=0)) == []


def test_an_example_ranks_in_the_runs_of_the_report_alone(workspace, runs, imported):
    add_run(workspace, imported, random_ranks(imported, 3), "vectors:/v/three")
    (example, *_) = cases(read(workspace, runs[::-1], where=""))
    assert [rank.model for rank in example.sheet.ranks] == ["two run 2", "one run 1"]


def test_blind_hides_suggestions_and_other_people(workspace, runs, label):
    label(0, "counting", by="mh")
    label(1, "data_fault", by="anna", note="red")
    report = read(workspace, runs, annotator="mh", blind=True, directions=("t2i",), examples=50)
    found = cases(report)
    assert {example.by for example in found} == {"", "mh"}
    assert not any(example.sheet.suggestion or example.sheet.note for example in found)
    assert "anna" not in str(report)
    assert "missing-pairs" not in report.data
    assert "suggested" not in "".join(str(table.rows) for table in blocks(report, Table))


def test_by_counts_one_persons_decisions(workspace, runs, label):
    label(0, "counting", by="mh")
    label(0, "attributes", by="anna")
    report = read(workspace, runs, by="mh", directions=("t2i",))
    assert cases(report)[0].labels == ("counting",)
    counts = report.data["labels"]["counts"][0]["counts"]
    assert dict(counts.by_category) == {"counting": 1}


def test_agreement_and_corrected_numbers_are_there_once_people_have_labelled(
    workspace, runs, label
):
    assert "missing-pairs" not in read(workspace, runs).data
    label(0, "data_fault", by="mh")
    label(0, "counting", by="anna")
    found = read(workspace, runs)
    pairs = {(one["truth"], one["given"]) for one in found.data["labels"]["agreement"]}
    assert pairs == {("mh", "machine"), ("anna", "machine"), ("anna", "mh")}


def test_runs_on_other_data_are_said_not_to_compare(workspace, runs):
    other = add_dataset(workspace, 12, name="other")
    run = add_run(workspace, other, random_ranks(other, 4))
    report = read(workspace, [runs[0], run])
    told = [block.text for block in blocks(report, Paragraph, "comparisons")]
    assert any("evaluate both models on one data set" in text for text in told)


def test_a_run_that_is_not_there_is_named(workspace, runs):
    with pytest.raises(NotFound, match="no run 9"):
        read_report(workspace, ReportRequest([1, 9]))


def test_pictures_that_cannot_be_opened_say_why(workspace, runs, images):
    for path in images.iterdir():
        path.write_bytes(b"no picture")
    found = [picture for example in cases(read(workspace, runs)) for picture in example.pictures]
    assert {(picture.data, picture.reason) for picture in found} == {(None, "not an image")}
    for path in images.iterdir():
        path.unlink()
    found = [picture for example in cases(read(workspace, runs)) for picture in example.pictures]
    assert {picture.reason for picture in found} == {"missing file"}


def test_a_report_opens_with_what_matters(workspace, runs):
    report = read(workspace, runs)
    first, *_ = [block.text for block in blocks(report, Paragraph, "summary")]
    ranks = workspace.runs.ranks(1, "t2i")[1]
    assert f"{100 * (ranks == 1).mean():.1f} %" in first
    assert f"Among the {(ranks > 1).sum()} misses" in first
    (pair, _) = [block.text for block in blocks(report, Paragraph, "summary")][2:]
    both = workspace.runs.ranks(2, "t2i")[1]
    assert f"finds {((ranks > 1) & (both == 1)).sum()} queries that one run 1 misses" in pair


def test_several_runs_are_told_as_rows_and_a_pair_in_sentences(workspace, runs, imported):
    third = add_run(workspace, imported, random_ranks(imported, 3), "vectors:/v/three")
    tables = blocks(read(workspace, [*runs, third]), Table, "summary")
    assert [[row[0] for row in table.rows] for table in tables] == 2 * [
        ["two run 2", "three run 3"]
    ]
    both = [workspace.runs.ranks(n, "t2i")[1] == 1 for n in (1, 3)]
    newly_found = f"{(~both[0] & both[1]).sum()}"
    assert tables[0].rows[1][3] == newly_found
    assert blocks(read(workspace, runs), Table, "summary") == []


def test_costs_are_drawn_once_two_runs_have_one(workspace, runs):
    assert blocks(read(workspace, runs), Plots, "costs") == []
    with workspace.write() as connection:
        connection.execute("UPDATE models SET parameters = id * 1000000")
    (drawn,) = blocks(read(workspace, runs), Plots, "costs")
    assert "one" in drawn.plots[0].description
    (told,) = read(workspace, runs).data["costs"]["datasets"]
    assert {row.run_id: row.parameters for row in told["runs"]} == {1: 1_000_000, 2: 2_000_000}
    assert blocks(read(workspace, runs[:1]), Plots, "costs") == []


def test_clusters_are_drawn_and_numbered_as_in_their_table(workspace, runs):
    assert blocks(read(workspace, runs), Plots, "clusters") == []
    add_clusters(workspace, runs[0].id)
    report = read(workspace, runs)
    (drawn,), (table,) = (blocks(report, kind, "clusters") for kind in (Plots, Table))
    numbers = {shape.text for shape in drawn.plots[0].shapes if shape.tag == "text"}
    assert numbers == {row[0] for row in table.rows}


def test_a_run_without_failures_says_so_instead_of_empty_tables(workspace, imported):
    ranks = {"t2i": np.ones(36, int), "i2t": np.ones(12, int)}
    metrics = [Metric(way, "R@1", 1.0, 1.0, 1.0) for way in ranks]
    perfect = add_run(workspace, imported, ranks, "vectors:/v/perfect", metrics=metrics)
    report = read(workspace, [perfect])
    said = {
        anchor: " ".join(block.text for block in blocks(report, Paragraph, anchor))
        for anchor in ("summary", "scores", "examples", "slices", "labels")
    }
    assert said["summary"].count("It misses none.") == 2
    assert "every resample is alike" in said["scores"]
    run = "perfect run 1"
    assert (
        said["examples"]
        == f"No case of {run} matches \u201crank>1\u201d, so there is none to show."
    )
    assert said["slices"].count("Nothing is missed, so nothing splits hits from misses.") == 2
    assert said["labels"] == f"{run} misses no query (rank > 1): there is nothing to label."
    assert not blocks(report, Table, "labels")
    assert len(report.data["labels"]["counts"]) == 2
    assert cases(report) == []


def test_a_run_with_failures_does_not_say_so(workspace, runs):
    report = read(workspace, runs)
    said = " ".join(block.text for block in blocks(report, Paragraph))
    assert "misses none" not in said
    assert "resample is alike" not in said
    assert "nothing to label" not in said
    assert "none to show" not in said


def test_slices_that_cannot_be_tested_are_not_called_fine(workspace, imported):
    ranks = {"t2i": np.full(36, 9), "i2t": np.full(12, 9)}
    with workspace.write() as connection:
        connection.execute("UPDATE captions SET text = 'two dogs'")
    report = read(workspace, [add_run(workspace, imported, ranks)])
    said = [block.text for block in blocks(report, Paragraph, "slices")]
    assert said.count("What splits hits from misses: no slice here can be tested.") == 2
