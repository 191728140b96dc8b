"""A small real workspace, made through the store, with fixed times and a fixed host."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from textual import _wait

from store.filter import parse
from store.records.dataset import NewCaption, NewImage
from store.records.run import Metric as MetricRow
from store.records.run import RankTable
from store.records.suggestion import SuggestionRow
from store.workspace import Workspace
from tests.compare_world import store_suggestions
from workbench.app import WorkbenchApp
from workbench.compute.locks import try_lock
from workbench.session import Session
from workbench.views.deep_link import DeepLink
from workbench.views.home import TerminalFacts
from workbench.workers.places import job_lock
from workbench.workers.process import identity

NOW = datetime(2026, 1, 12, 12, 4, 31, tzinfo=UTC).timestamp()
HOST = "gpu07"
FACTS = TerminalFacts(colours="truecolor", images="half-block", database="on a local disk: ok")
N_IMAGES, N_CAPTIONS = 12, 60

SUBJECTS = ("Two dogs", "A man in a red shirt", "Three children", "A woman with an umbrella")
DEEDS = ("run across the wet grass", "wait for the bus", "look at the sea in silence")


def caption(number: int) -> str:
    return f"{SUBJECTS[number % 4]} {DEEDS[number % 3]}, number {number}."


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))  # nothing was opened before
    for name in ("NO_COLOR", "TMUX", "SSH_CONNECTION", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True, scope="session")
def _short_waits() -> Iterator[None]:
    """Look every 10 ms, not 20, whether a key has been handled: waits are most of a test's time.

    Shorter ones would miss a resize, which the library puts off by 8 ms.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_wait, "SLEEP_GRANULARITY", 1 / 100)
        patch.setattr(_wait, "SLEEP_IDLE", 1 / 2000)
        yield


def fill(workspace: Workspace, images: Path, captions: Callable[[int], str] = caption) -> None:
    """Put a data set, two models, two runs and suggestions into a workspace."""
    images.mkdir(exist_ok=True)
    new = []
    for n in range(N_IMAGES):
        path = images / f"{n:02d}.png"
        Image.new("RGB", (32, 24), (20 * n, 255 - 20 * n, 90)).save(path)
        texts = tuple(NewCaption(captions(5 * n + m)) for m in range(5))
        problem = "truncated file" if n == 11 else None
        new.append(NewImage(path.name, path, 32, 24, problem, texts))
    dataset = workspace.datasets.add(
        name="flickr8",
        split="test",
        reader="karpathy",
        source="dataset_flickr8.json",
        images_root=images,
        licence="CC0-1.0",
        fingerprint="f" * 16,
        images=new,
    )
    for number, spec in enumerate(("open_clip:ViT-B-32/laion2b", "blip:base-coco")):
        plugin, _, weights = spec.partition(":")
        model = workspace.models.put(
            spec=spec,
            plugin=plugin,
            name=weights.partition("/")[0],
            weights=weights,
            fingerprint=f"m{number}",
            parameters=151_277_313,
            embedding_dim=512,
        )
        workspace.runs.add(
            dataset_id=dataset.id,
            model_id=model.id,
            stage="itc",
            protocol={"prompt": "", "image_size": 224, "precision": "float32"},
            job_id=None,
            seconds=12.5,
            images_per_s=410.0,
            captions_per_s=2900.0,
            peak_memory_bytes=900 * 2**20,
            metrics=_metrics(0.1 * number),
            tables=[_table(workspace, dataset.id, d, seed=number) for d in ("t2i", "i2t")],
        )
    for run in workspace.runs.all():
        failed = workspace.cases.ids(run.id, "t2i", _filter("rank>1"), "id")
        rows = [
            SuggestionRow(int(q), ("counting", "attributes")[int(q) % 2], 0.71, {})
            for q in failed[::2]
        ]
        store_suggestions(workspace, (run.id, "t2i", "rules", "1"), rows)
    with workspace.write() as connection:
        connection.execute("UPDATE runs SET created_at = '2026-01-12T0' || id || ':00:00+00:00'")


def add_third_run(workspace: Workspace, seed: int) -> int:
    """Add another run of the first model on the data set; returns its id."""
    first = workspace.runs.all()[-1]
    made = workspace.runs.add(
        dataset_id=first.dataset_id,
        model_id=first.model_id,
        stage="itc",
        protocol=dict(first.protocol),
        job_id=None,
        seconds=1.0,
        images_per_s=1.0,
        captions_per_s=1.0,
        peak_memory_bytes=1,
        metrics=_metrics(0.05),
        tables=[_table(workspace, first.dataset_id, d, seed=seed) for d in ("t2i", "i2t")],
    )
    return made.id


def add_jobs(workspace: Workspace) -> None:
    """Put jobs in every state into a workspace; none of them ever runs."""
    running = workspace.jobs.add("evaluate", {"dataset_id": 1, "model": "blip:base-coco"})
    failed = workspace.jobs.add("evaluate", {"dataset_id": 1, "model": "open_clip:ViT-L-14/x"})
    done = workspace.jobs.add("import", {"source": "/data/dataset_flickr8.json", "name": None})
    lost = workspace.jobs.add("evaluate", {"dataset_id": 1, "model": "vectors:/data/vectors"})
    queued = workspace.jobs.add("evaluate", {"dataset_id": 1, "model": "blip:large"})
    workspace.jobs.progress(running.id, 620, 1000, "embedding images")
    workspace.jobs.progress(lost.id, 440, 1000, "embedding captions")
    workspace.jobs.finish(failed.id, "failed", error="The weights are not on this machine.")
    workspace.jobs.finish(done.id, "done", result={"datasets": [1], "problems": 1})
    with workspace.write() as connection:
        connection.execute("UPDATE jobs SET created_at = '2026-01-12T12:00:00+00:00'")
        connection.execute(
            "UPDATE jobs SET started_at = '2026-01-12T12:03:20+00:00', state = 'running', "
            "device = 'cuda:1' WHERE id IN (?, ?)",
            (running.id, lost.id),
        )
        connection.execute(
            "UPDATE jobs SET started_at = '2026-01-12T12:01:00+00:00', "
            "ended_at = '2026-01-12T12:02:52+00:00' WHERE id IN (?, ?)",
            (failed.id, done.id),
        )
    let_live(workspace, running.id)
    assert queued.state == "queued"
    log = workspace.jobs_dir / f"{running.id}.log"
    log.write_text(
        "12:03:22 cuda:1, batch 256\n12:03:40 warning: out of GPU memory at 256; now 128\n"
        "12:04:29 620 of 1,000\n",
        "utf-8",
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "workspace") as made:
        fill(made, tmp_path / "images")
        yield made


@pytest.fixture
def empty_workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "workspace") as made:
        yield made


def make_app(workspace: Workspace, start: str = "home", **options: object) -> WorkbenchApp:
    """An app that looks at nothing by itself, with a fixed clock, host and terminal."""
    who = _taken(options, "annotator", "readonly", "blind")
    link = DeepLink(start, **_taken(options, *(field.name for field in fields(DeepLink))))
    session = Session(workspace, clock=lambda: NOW, **who)
    return WorkbenchApp(session, link, host=HOST, terminal=FACTS, look_every_s=0, **options)


def _taken(options: dict[str, object], *names: str) -> dict[str, object]:
    return {name: options.pop(name) for name in names if name in options}


async def settled(pilot: object) -> None:
    """Wait until all reads and writes are shown, without a clock."""
    for _ in range(5):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def let_live(workspace: Workspace, job_id: int) -> None:
    """Give a job this process as its process, and hold its lock: it counts as running."""
    who = identity(os.getpid())
    with workspace.write() as connection:
        connection.execute(
            "UPDATE jobs SET state = 'running', pid = ?, pid_started = ?, boot_id = ?, host = ? "
            "WHERE id = ?",
            (who.pid, who.started, who.boot_id, who.host, job_id),
        )
    lock = try_lock(job_lock(workspace, job_id))
    assert lock is not None
    weakref.finalize(workspace, os.close, lock)


def _filter(text: str) -> object:
    return parse(text)


def _metrics(more: float) -> list[MetricRow]:
    rows = []
    for direction, first in (("t2i", 0.588), ("i2t", 0.771)):
        for name, value in (("R@1", first), ("R@5", first + 0.15), ("R@10", first + 0.18)):
            low, high = value + more - 0.014, value + more + 0.014
            rows.append(MetricRow(direction, name, min(1.0, value + more), low, high))
        rows.append(MetricRow(direction, "median_rank", 1.0, None, None))
    return rows


def _table(workspace: Workspace, dataset_id: int, direction: str, seed: int) -> RankTable:
    order = workspace.datasets.order(dataset_id)
    rng = np.random.default_rng(seed + 7)
    if direction == "t2i":
        queries, gallery = order.caption_ids, order.image_ids
        positives = order.image_ids[order.caption_image]
    else:
        queries, gallery = order.image_ids, order.caption_ids
        positives = order.caption_ids[5 * np.arange(len(order.image_ids))]
    n, k = len(queries), 5
    rank = np.where(rng.random(n) < 0.4, rng.integers(2, 30, n), 1)
    wrong = np.array([gallery[gallery != p][rng.integers(0, len(gallery) - 5)] for p in positives])
    positive_score = np.round(0.30 - 0.002 * rank, 4)
    top_score = np.where(rank > 1, positive_score + 0.01 * rng.random(n), positive_score - 0.02)
    hits = np.full((n, k), -1)
    for row in range(n):
        rest = gallery[(gallery != positives[row]) & (gallery != wrong[row])][: k - 2]
        first = (wrong[row], positives[row]) if rank[row] > 1 else (positives[row], wrong[row])
        hits[row] = [*first, *rest]
    return RankTable(
        direction=direction,
        query_id=queries,
        rank=rank,
        positive_id=positives,
        positive_score=positive_score,
        top_id=wrong,
        top_score=np.round(top_score, 4),
        margin=np.round(positive_score - top_score, 4),
        r_precision=(rank == 1).astype(float),
        hit_ids=hits,
        hit_scores=np.tile(0.34 - 0.01 * np.arange(k), (n, 1)),
    )


@pytest.fixture(scope="session")
def gallery_world(searched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the gallery's workspace; copy it before you write to it."""
    from tests.ui import gallery_world

    folder = tmp_path_factory.mktemp("gallery")
    with chdir(folder):
        gallery_world.make(searched, folder)
    return folder


@pytest.fixture
def gallery(quiet: None, gallery_world: Path, tmp_path: Path) -> Iterator[WorkbenchApp]:
    """The app on a copy of the gallery's workspace, which is in the current folder."""
    from tests.ui.gallery_world import gallery_app

    with gallery_app(gallery_world, tmp_path) as app:
        yield app
