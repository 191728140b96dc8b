"""The first run: data that lies there is proposed and counted, and the cursor goes on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.compare_world import add_dataset, add_run, random_ranks
from tests.ui.cases_pilot import press, text_of, until
from tests.ui.conftest import make_app
from workbench.modals.evaluation_form import EvaluationForm
from workbench.modals.import_form import ImportForm
from workbench.presenters.home import next_step
from workbench.views.home import DatasetRow, HomeView, RunRow
from workbench.widgets.line_list import LineList
from workbench.widgets.text_field import TextField

RUN = RunRow(1, "m", "d/test", "50.0", "50.0", "now")
DATA = DatasetRow(1, "d/test", 2, 10, 0, "csv", True)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "empty") as workspace:
        yield workspace


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A table of captions and a folder that lacks one of its three images."""
    folder = tmp_path / "my data"
    (folder / "images").mkdir(parents=True)
    for n in range(2):
        Image.new("RGB", (8, 8)).save(folder / "images" / f"{n}.png")
    with (folder / "captions.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("image", "caption"), *((f"{n}.png", "A dog.") for n in range(3))]
        )
    return folder


def cursor(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#home", LineList).key


async def test_data_that_lies_there_is_found_counted_and_imported_with_two_enters(
    empty: Workspace, data: Path
) -> None:
    async with make_app(empty, data=(data,)).run_test(size=(80, 24)) as pilot:
        await until(
            pilot, lambda: "found captions.csv, images/ in" in text_of(pilot), "it is found"
        )
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ImportForm), "the form is open")
        await until(pilot, lambda: "1 image is not there: 2.png" in text_of(pilot), "it is counted")
        assert "3 images, 3 captions" in text_of(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: empty.jobs.all(1), "the import is queued")
        params = empty.jobs.all(1)[0].params
        assert (params["reader"], params["source"]) == ("csv", str(data / "captions.csv"))
        assert params["images"] == str(data / "images")


async def test_the_test_split_is_proposed_once(empty: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "split"
    folder.mkdir()
    (folder / "dataset_world.json").write_text(karpathy({"test": 2, "val": 1}), "utf-8")
    async with make_app(empty, data=(folder,)).run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "found dataset_world.json" in text_of(pilot), "it is found")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ImportForm), "the form is open")
        split = pilot.app.screen.query_one("#split", TextField)
        await until(pilot, lambda: split.value == "test", "it is proposed")
        await until(pilot, lambda: "2 images, 2 captions" in text_of(pilot), "it is counted")
        split.value = ""
        await until(pilot, lambda: "3 images, 3 captions" in text_of(pilot), "all are counted")
        assert split.value == ""


def karpathy(splits: dict[str, int]) -> str:
    """Write captions as Karpathy's files hold them."""
    images = [
        {
            "filename": f"{split}{n}.jpg",
            "split": split,
            "sentences": [{"raw": "A dog.", "tokens": ["a", "dog"], "sentid": n}],
            "sentids": [n],
            "imgid": n,
        }
        for split, count in splits.items()
        for n in range(count)
    ]
    return json.dumps({"dataset": "world", "images": images})


async def test_an_evaluation_is_of_the_newest_test_split(empty: Workspace) -> None:
    for name, split in (("a", "test"), ("b", "test"), ("c", "val")):
        add_dataset(empty, 3, name=name, split=split)
    async with make_app(empty, "jobs").run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Jobs" in text_of(pilot), "it is shown")
        await press(pilot, "plus")
        await until(pilot, lambda: isinstance(pilot.app.screen, EvaluationForm), "the form is open")
        assert "b/test" in text_of(pilot)


async def test_the_cursor_goes_on_with_the_next_step(empty: Workspace) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "0 of 2" in text_of(pilot), "nothing is there")
        assert cursor(pilot) == "import"
        dataset = add_dataset(empty, 3)
        await press(pilot, "R")
        await until(pilot, lambda: "1 of 2" in text_of(pilot), "the first step is done")
        assert cursor(pilot) == "evaluate"
        add_run(empty, dataset, random_ranks(dataset, 1))
        await press(pilot, "R")
        await until(pilot, lambda: "Enter opens the failures" in text_of(pilot), "a run is there")
        assert cursor(pilot) == "run 1"


@pytest.mark.parametrize(
    ("key", "expected"),
    [("evaluate", "run 1"), ("job 2", "run 1"), ("dataset 1", "run 1"), ("guide", "")],
)
def test_a_cursor_on_something_else_stays(key: str, expected: str) -> None:
    before, after = HomeView(datasets=(DATA,)), HomeView(datasets=(DATA,), runs=(RUN,))
    assert next_step(before, after, key) == expected
    assert next_step(after, after, key) == ""


async def test_models_on_this_machine_stand_first_and_others_say_how_they_come(
    workspace: Workspace,
) -> None:
    async with make_app(workspace).run_test(size=(80, 24)) as pilot:
        await press(pilot, "+")
        await until(pilot, lambda: isinstance(pilot.app.screen, EvaluationForm), "the form is open")
        await until(pilot, lambda: "workbench fetch" in text_of(pilot), "how it comes is said")
        assert "not here" in text_of(pilot)


async def test_home_goes_on_with_the_cases_that_were_looked_at_last(workspace: Workspace) -> None:
    app = make_app(workspace, "cases")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.screen.query("CaseList"), "Cases is open")
        await until(pilot, lambda: "1 of" in text_of(pilot), "a case is shown")
        await press(pilot, "1")
        await until(pilot, lambda: workspace.decisions.history(), "it is labelled")
        await press(pilot, "ctrl+q")
    again = make_app(workspace, "home")
    async with again.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Go on" in text_of(pilot), "the list is named")
        assert "1 of 50 decided" in text_of(pilot) or "decided" in text_of(pilot)
        assert cursor(pilot) == "resume"
        await press(pilot, "enter")
        await until(pilot, lambda: again.current_mode == "cases", "Cases is open")
