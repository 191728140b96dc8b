"""A small world: twelve drawn images with captions, and vectors that fit them."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from store.workspace import Workspace
from tests import search_world
from workbench.compute.context import JobContext
from workbench.jobs.import_dataset import import_dataset

# The suite runs a process for each core: more threads would only wait for each other. Workers that
# tests start inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

N_IMAGES, PER_IMAGE = 12, 3


LONG = ("workers", "survival", "commands", "compute", "ui/test_gallery", "ui/test_search")
"""Files of tests that take long, many of them waiting for a process."""


def pytest_collection_modifyitems(items):
    """Begin with them: with several files at once, what begins last should be short."""
    here = Path(__file__).parent
    items.sort(key=lambda item: not str(item.path.relative_to(here)).startswith(LONG))


@pytest.fixture(scope="session", autouse=True)
def _state(tmp_path_factory):
    """What a test opens is not remembered among what the user of this machine has opened."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture
def workspace(tmp_path):
    with Workspace(tmp_path / "ws") as opened:
        yield opened


@pytest.fixture
def images(tmp_path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for row in range(N_IMAGES):
        colour = (20 * row, 255 - 20 * row, 7 * row)
        Image.new("RGB", (40, 30), colour).save(folder / f"{row:02d}.png")
    return folder


@pytest.fixture
def captions(tmp_path) -> Path:
    path = tmp_path / "captions.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("image", "caption"))
        numbers = ("two", "three", "four")
        for row in range(N_IMAGES):
            for position in range(PER_IMAGE):
                text = f"{numbers[row % 3]} dogs beside house {row}, view {position}"
                writer.writerow((f"{row:02d}.png", text))
    return path


@pytest.fixture
def imported(workspace, images, captions):
    def quiet(*_: object) -> None:
        return None

    datasets, _ = import_dataset(
        JobContext(workspace, {}, quiet),
        source=captions,
        reader_name="csv",
        images=images,
        name="world",
    )
    return datasets[0]


@pytest.fixture
def vectors(tmp_path) -> Path:
    """Vectors under which about half of the captions find their image."""
    folder = tmp_path / "vectors"
    folder.mkdir()
    rng = np.random.default_rng(5)
    images = rng.normal(size=(N_IMAGES, 8))
    noise = rng.normal(size=(N_IMAGES * PER_IMAGE, 8))
    np.save(folder / "images.npy", images.astype(np.float32))
    np.save(folder / "texts.npy", (np.repeat(images, PER_IMAGE, 0) + noise).astype(np.float32))
    return folder


@pytest.fixture
def context(workspace):
    """Make a context that records what it was told."""

    def make(**params):
        device = params.pop("device", "cpu")
        report = lambda *told: reports.append(told)  # noqa: E731
        return JobContext(workspace, params, report, device=device)

    reports: list[tuple[str, int, int]] = []
    make.reports = reports
    return make


@pytest.fixture(scope="session")
def searched(tmp_path_factory) -> Path:
    """A workspace whose run 1 is of a real model; copy it before you write to it."""
    return search_world.make(tmp_path_factory.mktemp("searched"))
