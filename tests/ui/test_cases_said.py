"""What captioners wrote stands beside the human captions in Cases, Triage and the details."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from store.records.captioning import GeneratedCaption
from store.records.suggestion import MissingPair
from store.workspace import Workspace
from tests.ui.cases_pilot import drawn, open_cases, press, text_of, to_triage
from tests.ui.conftest import fill, make_app, settled
from tests.ui.test_injection import HOSTILE
from workbench.presenters.case_sheet import case_sheet
from workbench.taxonomy import load_taxonomy
from workbench.views.case import CaseSheet
from workbench.widgets.case_words import CaptionWords

BASE = "blip:Salesforce/blip-image-captioning-base"
LARGE = "blip:Salesforce/blip-image-captioning-large"
SIZES = [(80, 24), (120, 36), (200, 50)]


def write(workspace: Workspace, spec: str, text: str, *, finish: bool = True) -> None:
    """Let a model have written a caption for every image of the data set."""
    model = workspace.models.put(
        spec=spec,
        plugin="blip",
        name=spec,
        weights=spec,
        fingerprint=spec,
        parameters=None,
        embedding_dim=0,
    )
    captioning = workspace.captionings.start(1, model.id, {}, {}, None)
    missing = workspace.captionings.missing(captioning.id)
    workspace.captionings.add(captioning.id, [(image, f"{text} {image}") for image in missing])
    if finish:
        workspace.captionings.finish(
            captioning.id, seconds=1, images_per_s=1, peak_memory_bytes=1, metrics=[]
        )


@pytest.mark.parametrize("size", SIZES)
async def test_a_case_shows_what_a_captioner_wrote(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    write(workspace, BASE, "a thing in image")
    async with open_cases(workspace, size) as pilot:
        await drawn(pilot)
        case = pilot.app.screen.loaded.case
        true = pilot.app.screen.loaded.case.positive_id
        if size[0] >= 100:
            assert f"blip says: a thing in image {true}" in text_of(pilot)
            assert f"blip says: a thing in image {case.top_id}" in text_of(pilot)
        elif "says: a thing" in text_of(pilot):
            assert f"blip says: a thing in image {true}" in text_of(pilot)
        await press(pilot, "d")
        await settled(pilot)
        details = text_of(pilot)
        assert "What captioners wrote for the true image" in details
        assert f"blip says: a thing in image {true}" in details
        await press(pilot, "q")
        await to_triage(pilot)
        assert f"blip says: a thing in image {pilot.app.screen.loaded.case.positive_id}" in text_of(
            pilot
        )
        for key in ("k", "j", "p", "V"):
            await press(pilot, key)
            await settled(pilot)


async def test_the_details_say_why_a_pair_may_be_missing(workspace: Workspace) -> None:
    for run in workspace.runs.all():
        misses = workspace.false_negatives.misses(run.id, "t2i").query_id.tolist()
        pairs = [MissingPair(query, 0.82, 0.61, 0.93, 6, 1, 2) for query in misses]
        workspace.false_negatives.replace(run.id, "t2i", pairs)
    async with open_cases(workspace, (80, 24)) as pilot:
        await drawn(pilot)
        await press(pilot, "d")
        await settled(pilot)
        assert "May be a missing pair" in text_of(pilot)
        assert ".82: captions .61, 1 of 2 other models retrieve it" in text_of(pilot)


@pytest.mark.parametrize("size", [(120, 36), (200, 50)])
async def test_of_an_image_query_both_sides_are_described(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    write(workspace, BASE, "a thing in image")
    async with open_cases(workspace, size) as pilot:
        await press(pilot, "V")
        await settled(pilot)
        await drawn(pilot)
        loaded = pilot.app.screen.loaded
        assert loaded.sheet.direction == "i2t"
        written = pilot.app.screen.query_one(CaptionWords).render().plain
        (hit, own) = (text.split("\n - ")[0] for text in written.split("its own captions"))
        assert f"blip says: {loaded.sheet.hits[0].said[0].text}" in " ".join(hit.split())
        assert f"blip says: a thing in image {loaded.case.query_id}" in " ".join(own.split())


async def test_without_captions_nothing_is_said(workspace: Workspace) -> None:
    write(workspace, BASE, "half done", finish=False)
    async with open_cases(workspace, (200, 50)) as pilot:
        await drawn(pilot)
        assert "blip says" not in text_of(pilot)
        await press(pilot, "d")
        await settled(pilot)
        assert "captioners" not in text_of(pilot)


async def test_two_captioners_of_one_plugin_are_told_apart(workspace: Workspace) -> None:
    write(workspace, BASE, "a base thing")
    write(workspace, LARGE, "a large thing")
    async with open_cases(workspace, (200, 50)) as pilot:
        await drawn(pilot)
        text = text_of(pilot)
        assert "blip-im..g-large says: a large thing" in text
        assert "blip-im..ng-base says: a base thing" in text


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_what_a_captioner_wrote_is_only_read(
    empty_workspace: Workspace, tmp_path: Path, size: tuple[int, int]
) -> None:
    fill(empty_workspace, tmp_path / "images")
    write(empty_workspace, f"blip:{HOSTILE}", HOSTILE)
    write(empty_workspace, f"other{HOSTILE}:x", HOSTILE)
    async with open_cases(empty_workspace, size) as pilot:
        for keys in ((), ("d",), ("q", "V"), ("V", "T"), ("q",)):
            await press(pilot, *keys)
            await settled(pilot)
            shown = text_of(pilot)
            assert "\x1b" not in shown
            assert "\u202e" not in shown
            if keys == ("d",):
                assert "[bold red]x[/]" in shown


async def test_a_caption_job_has_a_name_and_a_result(workspace: Workspace) -> None:
    job = workspace.jobs.add("caption", {"dataset_id": 1, "model": BASE})
    workspace.jobs.finish(job.id, "done", result={"captioning_id": 3, "reused": True})
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(160, 30)) as pilot:
        await settled(pilot)
        shown = text_of(pilot)
        assert "caption with Salesforce/blip-image-captioning-base on flickr8/test" in shown
        assert "captioning 3 (same as before)" in shown


def sheet(workspace: Workspace, *captions: GeneratedCaption) -> CaseSheet:
    (first, *_) = workspace.cases.ids(1, "t2i")
    detail = workspace.cases.detail(1, "t2i", int(first))
    detail = replace(detail, generated={detail.image.id: captions})
    return case_sheet(
        detail, load_taxonomy(workspace.path), candidates=9, model="blip:x", blind=False
    )


def test_the_newest_captioner_comes_first_and_names_stay_short(workspace: Workspace) -> None:
    one = GeneratedCaption(1, 1, "blip:/models/tiny", "a\tdog")
    two = GeneratedCaption(2, 1, "coca:x", "a  cat")
    assert [(s.who, s.text) for s in sheet(workspace, two, one).said] == [
        ("coca", "a cat"),
        ("blip", "a dog"),
    ]
    other = GeneratedCaption(3, 1, "blip:/models/large", "x")
    assert [s.who for s in sheet(workspace, one, other).said] == ["tiny", "large"]
    retrained = GeneratedCaption(4, 1, "blip:/models/tiny", "a better dog")
    assert [s.text for s in sheet(workspace, retrained, one).said] == ["a better dog"]


async def test_long_captions_do_not_hide_what_a_captioner_wrote(tmp_path: Path) -> None:
    long = "a boy in a dotted blue jacket who holds a bouquet while he runs along the shore at dusk"
    workspace = Workspace(tmp_path / "workspace")
    fill(workspace, tmp_path / "images", captions=lambda n: f"{n} {long if n % 2 else 'a boy'}")
    write(workspace, BASE, "a thing in image")
    async with open_cases(workspace, (80, 24)) as pilot:
        await to_triage(pilot)
        places = set()
        for step in range(4):
            loaded = pilot.app.screen.loaded
            hit = loaded.sheet.hits[step]
            for image in (loaded.case.positive_id, hit.image_id):
                assert f"blip says: a thing in image {image}" in text_of(pilot)
            places.add(pilot.app.screen.query_one("#picture-true").region)
            await press(pilot, "J")
            await pilot.pause()
        assert len(places) == 1
        assert places.pop().height >= 5
    workspace.close()
