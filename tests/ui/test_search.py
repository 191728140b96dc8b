"""Search: a sentence typed with keys finds images of a real run, through a real encoder."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import case_list, press, said, shown, text_of, to_triage, until
from tests.ui.conftest import make_app
from workbench.app import WorkbenchApp
from workbench.modals.copied import CopiedOverlay
from workbench.modals.full_picture import FullPicture
from workbench.modals.image_details import ImageDetails
from workbench.modals.run_picker import RunPicker
from workbench.presenters.search import gallery_line
from workbench.screens.cases import CasesScreen
from workbench.screens.search import SearchScreen
from workbench.session.places import Places
from workbench.session.search import SessionSearch
from workbench.views.place import Place, SearchPlace
from workbench.views.search import EncoderState, Gallery
from workbench.widgets.line_list import LineList
from workbench.widgets.sentence_line import SentenceField, SentenceLine

SIZES = [(60, 16), (80, 24), (100, 30), (120, 36), (160, 45), (200, 50)]
SENTENCE = "three women with a balloon by the sea"


@pytest.fixture(scope="module")
def world(searched: Path) -> Iterator[Workspace]:
    with Workspace(searched, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def encoded(world: Workspace) -> Iterator[SessionSearch]:
    """One warm encoder for all tests: to load a model takes seconds."""
    search = SessionSearch(world)
    search.by_sentence(1, SENTENCE)
    yield search
    search.close()


def an_app(
    world: Workspace, encoded: SessionSearch, start: str = "search", **options: object
) -> WorkbenchApp:
    app = make_app(world, start, image_mode="half-block", readonly=True, **options)
    app.session.search = encoded
    return app


def search_screen(pilot: Pilot[None]) -> SearchScreen:
    screen = pilot.app.screen
    assert isinstance(screen, SearchScreen)
    return screen


async def ask(pilot: Pilot[None], text: str) -> None:
    """Type a text as a paste does, all at once, and press Enter."""
    if not pilot.app.screen.query_one(SentenceLine).typing:
        await press(pilot, "/")
    pilot.app.screen.query_one(SentenceField).value = text
    await press(pilot, "enter")


async def found(pilot: Pilot[None], way: str, query: str = "") -> list[int]:
    """Wait until a search is listed and its first image read; return the images."""

    def listed() -> bool:
        screen = pilot.app.screen
        if not isinstance(screen, SearchScreen) or screen.found is None:
            return False
        return screen.found.way == way and query in screen.found.query

    await until(pilot, listed, f"{way} {query} is found")
    screen = search_screen(pilot)
    if screen.found.images:
        await until(
            pilot,
            lambda: (
                screen.sheet is not None
                and screen.current is not None
                and screen.sheet.image_id == screen.current.image_id
            ),
            "the image is read",
        )
    return [image.image_id for image in screen.found.images]


async def ready_to_search(pilot: Pilot[None]) -> None:
    """Wait until it is known what is searched."""
    await until(pilot, lambda: isinstance(pilot.app.screen, SearchScreen), "Search is open")
    await until(pilot, lambda: search_screen(pilot).wanted is not None, "a run is searched")


@asynccontextmanager
async def open_search(
    world: Workspace, encoded: SessionSearch, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[None]]:
    """Run the app on Search until it is known what is searched."""
    app = an_app(world, encoded)
    async with app.run_test(size=size) as pilot:
        await ready_to_search(pilot)
        yield pilot


def shown_image(pilot: Pilot[None]) -> int:
    image = search_screen(pilot).current
    assert image is not None
    return image.image_id


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (60, "594 of 600 images"),
        (80, "594 of 600 images, 6 cannot be read"),
        (100, "594 of 600 images of sample/test, 6 cannot be read"),
    ],
)
def test_line_2_says_how_many_images_are_searched_of_how_many(cells: int, said: str) -> None:
    gallery = Gallery(3, "clip-tiny", "itc", "sample", "test", n_images=594, n_unread=6)
    line = gallery_line(gallery, EncoderState("ready"), cells).text
    assert line.startswith(f" run 3  clip-tiny  {said}  ")
    assert line.endswith("  encoder: ready")
    assert len(line) < cells


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_says_what_is_searched_and_lists_it(
    world: Workspace, encoded: SessionSearch, size: tuple[int, int]
) -> None:
    async with open_search(world, encoded, size) as pilot:
        await ask(pilot, SENTENCE)
        await found(pilot, "meaning", SENTENCE)
        lines = text_of(pilot).splitlines()
        assert "[Search]" in lines[0]
        assert lines[1].startswith(" run 1  clip-tiny  48 images of sample/")
        assert lines[1].endswith("encoder: ready")
        assert SENTENCE in lines[2]
        assert "48 of 48 images" in text_of(pilot)
        assert any(line.startswith(" >    1  ") for line in lines)
        assert lines[-1].endswith("? all")
        await pilot.resize_terminal(81, 25)
        await pilot.pause()
        assert search_screen(pilot).query_one("#found", LineList).key == str(shown_image(pilot))


async def test_the_list_is_what_the_session_finds(world: Workspace, encoded: SessionSearch) -> None:
    async with open_search(world, encoded) as pilot:
        await ask(pilot, SENTENCE)
        ids = await found(pilot, "meaning", SENTENCE)
        expected = encoded.by_sentence(1, SENTENCE)
        assert ids == [image.image_id for image in expected.images]
        best = expected.images[0]
        assert f"above {100 * best.above:.0f} % of 144 true pairs" in text_of(pilot)
        assert best.caption[:20] in text_of(pilot)


async def test_a_weak_find_and_unknown_words_are_told_before_the_list(
    world: Workspace, encoded: SessionSearch
) -> None:
    async with open_search(world, encoded) as pilot:
        await ask(pilot, "quantum lattice chromodynamics")
        await found(pilot, "meaning", "quantum")
        text = text_of(pilot)
        assert "Weak: the best scores" in text
        assert "No caption here has: quantum, lattice, chromodynamics." in text
        await ask(pilot, SENTENCE)
        await found(pilot, "meaning", SENTENCE)
        assert "No caption here has" not in text_of(pilot)


async def test_what_was_found_is_written_with_all_captions(
    world: Workspace, encoded: SessionSearch
) -> None:
    async with open_search(world, encoded) as pilot:
        await press(pilot, "w")
        assert said(pilot) == "Nothing was found yet that can be written."
        await ask(pilot, SENTENCE)
        ids = await found(pilot, "meaning", SENTENCE)
        await press(pilot, "w")
        await until(pilot, lambda: said(pilot).startswith("Wrote 48 rows to "), "it is written")
    (path,) = (world.path / "exports").glob("search-run1-meaning-*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = encoded.by_sentence(1, SENTENCE).images
    assert [int(row["image_id"]) for row in rows] == ids
    assert [float(row["score"]) for row in rows] == [image.score for image in expected]
    captions = [caption.text for caption in world.datasets.captions_of(ids[0])]
    assert rows[0]["captions"].split("\n") == captions
    assert len(captions) > 1
    assert {row["query"] for row in rows} == {SENTENCE}
    meta = json.loads(path.with_name(f"{path.name}.meta.json").read_text())
    assert meta["command"].endswith(f"search 1 --k 48 '{SENTENCE}'")


async def test_words_of_captions_and_back_to_meaning(
    world: Workspace, encoded: SessionSearch
) -> None:
    async with open_search(world, encoded) as pilot:
        await ask(pilot, "balloon")
        await found(pilot, "meaning", "balloon")
        await press(pilot, "=")
        ids = await found(pilot, "words", "balloon")
        assert ids == [image.image_id for image in encoded.by_words(1, "balloon").images]
        assert text_of(pilot).splitlines()[2].startswith(" captions with balloon")
        await press(pilot, "/", "ctrl+u", *"zebra", "enter")
        assert await found(pilot, "words", "zebra") == []
        assert "No image was found." in text_of(pilot)
        await press(pilot, "=")
        await found(pilot, "meaning", "zebra")


async def test_more_like_an_image_again_and_again(world: Workspace, encoded: SessionSearch) -> None:
    async with open_search(world, encoded) as pilot:
        await ask(pilot, SENTENCE)
        await found(pilot, "meaning", SENTENCE)
        await press(pilot, "j")
        image = shown_image(pilot)
        await press(pilot, ">")
        key = world.datasets.image(image).key
        ids = await found(pilot, "image", key)
        assert ids == [one.image_id for one in encoded.like(1, image).images]
        assert f"images like {key.removesuffix('.png')}" in text_of(pilot)
        assert "%" not in text_of(pilot).splitlines()[3]
        first = shown_image(pilot)
        await press(pilot, ">")
        await found(pilot, "image", world.datasets.image(first).key)


async def test_an_image_opens_the_case_of_a_query_that_retrieves_it(
    world: Workspace, encoded: SessionSearch
) -> None:
    caption = next(iter(world.datasets.captions(1)))
    (first, _), *_ = world.hits.of(1, "t2i", caption.id)
    async with open_search(world, encoded) as pilot:
        await ask(pilot, caption.text)
        ids = await found(pilot, "meaning", caption.text)
        assert ids[0] == first
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ImageDetails)
        sheet = encoded.sheet(1, first)
        await until(
            pilot, lambda: all(one[:30] in text_of(pilot) for one in sheet.captions), "captions"
        )
        await press(pilot, "end", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is open")
        await shown(pilot)
        assert case_list(pilot).current == sheet.retrievers[-1].query_id


async def test_full_picture_run_picker_and_preview(
    world: Workspace, encoded: SessionSearch
) -> None:
    async with open_search(world, encoded) as pilot:
        await ask(pilot, SENTENCE)
        await found(pilot, "meaning", SENTENCE)
        await press(pilot, "I")
        assert isinstance(pilot.app.screen, FullPicture)
        await press(pilot, "q", "C")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunPicker), "runs")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, SearchScreen), "back")
        await press(pilot, "p")
        side = search_screen(pilot).query_one("#search-side")
        await until(pilot, lambda: not side.display, "the image is hidden")
        await press(pilot, "i")
        assert said(pilot).startswith("Images: ")


async def test_from_a_case_its_caption_is_searched_and_q_goes_back(
    world: Workspace, encoded: SessionSearch
) -> None:
    app = an_app(world, encoded, "cases", filter="")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, CasesScreen), "Cases is open")
        query_id = await to_triage(pilot)
        caption = next(c for c in world.datasets.captions(1) if c.id == query_id)
        await press(pilot, "g", "/")
        ids = await found(pilot, "meaning", caption.text)
        assert ids[0] == world.hits.of(1, "t2i", query_id)[0][0]
        await press(pilot, "escape", "q")
        assert await shown(pilot) == query_id
        await press(pilot, "J", ">")
        second = world.datasets.image(world.hits.of(1, "t2i", query_id)[1][0])
        await found(pilot, "image", second.key)
        assert not search_screen(pilot).query_one(SentenceLine).typing


async def test_from_a_case_the_caption_is_selected_and_typing_replaces_it(
    world: Workspace, encoded: SessionSearch
) -> None:
    app = an_app(world, encoded, "cases", filter="")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, CasesScreen), "Cases is open")
        query_id = await shown(pilot)
        caption = next(c for c in world.datasets.captions(1) if c.id == query_id)
        await press(pilot, "g", "/")
        await found(pilot, "meaning", caption.text)
        field = search_screen(pilot).query_one(SentenceField)
        assert field.has_focus
        assert field.selected_text == caption.text
        await press(pilot, *"quit")  # a sentence, and no verb of the screen
        assert (field.value, app.current_mode) == ("quit", "search")
        await press(pilot, "down")
        assert not field.has_focus
        await press(pilot, "g", "/", *"balloon", "enter")
        await found(pilot, "meaning", "balloon")
        assert not field.has_focus


async def test_search_is_a_tab_that_gives_the_keys_to_the_list(
    world: Workspace, encoded: SessionSearch
) -> None:
    app = an_app(world, encoded, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Sear" in text_of(pilot).splitlines()[0]
        await press(pilot, "]")
        await ready_to_search(pilot)
        await press(pilot, "]")
        await until(pilot, lambda: app.current_mode == "home", "Home is the tab after it")


async def test_a_killed_encoder_is_started_again_and_says_so(
    world: Workspace, encoded: SessionSearch
) -> None:
    async with open_search(world, encoded) as pilot:
        await ask(pilot, SENTENCE)
        before = await found(pilot, "meaning", SENTENCE)
        os.kill(encoded._encoder.pid, signal.SIGKILL)
        await until(pilot, lambda: encoded.encoder(1).name == "ended", "it has ended")
        search_screen(pilot).found = None
        await press(pilot, "/", "enter")
        assert said(pilot) == "The encoder was killed (SIGKILL). It is started again."
        await until(pilot, lambda: "loading" in text_of(pilot).splitlines()[1], "it loads")
        await asyncio.to_thread(encoded.by_sentence, 1, SENTENCE)  # however long it loads
        assert await found(pilot, "meaning", SENTENCE) == before
        await until(pilot, lambda: "ready" in text_of(pilot).splitlines()[1], "it says so")


async def test_an_encoder_that_nobody_asks_ends_and_is_loaded_again(
    world: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.workers.encoding.IDLE_S", 1.0)
    monkeypatch.setattr("workbench.screens.search.WATCH_S", 0.05)
    search = SessionSearch(world)
    async with open_search(world, search) as pilot:
        await asyncio.to_thread(search.by_sentence, 1, SENTENCE)  # however long it loads
        await ask(pilot, SENTENCE)
        before = await found(pilot, "meaning", SENTENCE)
        await until(pilot, lambda: "encoder: off" in text_of(pilot).splitlines()[1], "it ended")
        search_screen(pilot).found = None
        await press(pilot, "/", "enter")
        assert "The encoder is loading" in said(pilot)
        await asyncio.to_thread(search.by_sentence, 1, SENTENCE)
        assert await found(pilot, "meaning", SENTENCE) == before
    search.close()


async def test_a_model_that_cannot_be_loaded_leaves_words_and_images(
    searched: Path, tmp_path: Path
) -> None:
    path = shutil.copytree(searched, tmp_path / "ws")
    with Workspace(path) as workspace:
        with workspace.write() as connection:
            connection.execute("UPDATE models SET spec = 'open_clip:local-dir:/nowhere'")
        app = make_app(workspace, "search", image_mode="half-block")
        async with app.run_test(size=(80, 24)) as pilot:
            await ready_to_search(pilot)
            await ask(pilot, "balloon")
            await until(pilot, lambda: "/nowhere" in said(pilot), "the reason is said")
            assert text_of(pilot).splitlines()[1].endswith("encoder: none")
            await press(pilot, "=")
            assert await found(pilot, "words", "balloon")
        app.session.search.close()


async def test_before_the_first_search_enter_searches_for_a_caption_of_the_list(
    world: Workspace, encoded: SessionSearch
) -> None:
    examples = encoded.examples(1).texts
    async with open_search(world, encoded) as pilot:
        await until(pilot, lambda: examples[7][:40] in text_of(pilot), "the examples are listed")
        assert "Captions that run 1 misses, worst first" in text_of(pilot)
        await press(pilot, "y", "c")
        assert said(pilot) == "There is nothing to copy here."
        await press(pilot, "j", "enter")
        await found(pilot, "meaning", examples[1])
        assert text_of(pilot).splitlines()[2].startswith(f" images of {examples[1][:50]}")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ImageDetails)


async def test_a_search_is_not_replaced_by_examples_that_come_late(
    world: Workspace, encoded: SessionSearch
) -> None:
    async with open_search(world, encoded) as pilot:
        await ask(pilot, SENTENCE)
        ids = await found(pilot, "meaning", SENTENCE)
        search_screen(pilot).show_examples(encoded.examples(1))
        assert search_screen(pilot).query_one("#found", LineList).key == str(ids[0])


async def test_without_a_run_there_is_a_sentence(empty_workspace: Workspace) -> None:
    app = make_app(empty_workspace, "search")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "No run yet" in text_of(pilot), "it says so")
        await press(pilot, "/", *"dog", "enter")
        assert said(pilot).startswith("No run yet")


def test_the_search_is_remembered(tmp_path: Path) -> None:
    place = Place("search", search=SearchPlace(3, "image", "", 17))
    Places(tmp_path, readonly=False).save(place)
    assert Places(tmp_path, readonly=False).load() == place


async def test_an_image_that_was_found_is_copied(world: Workspace, encoded: SessionSearch) -> None:
    async with open_search(world, encoded) as pilot:
        await ask(pilot, "a balloon")
        await found(pilot, "meaning", "a balloon")
        image = search_screen(pilot).current
        texts = {}
        for key in "icprv":
            await press(pilot, "y", key)
            await until(pilot, lambda: isinstance(pilot.app.screen, CopiedOverlay), "it is sent")
            texts[key] = pilot.app.clipboard
            await press(pilot, "escape")
        assert texts["i"] == image.key
        assert texts["c"] == image.caption
        assert texts["p"] == str(image.path)
        assert texts["r"].split("\t")[:2] == ["1", image.key]
        assert texts["v"].endswith("search 1 'a balloon'")
