"""The workspace that the gallery walks through: real results, fixed times, relative paths."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from store import clusterings, decisions
from store.filter import parse
from store.records.decision import NewDecision
from store.workspace import DATABASE, Workspace
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import NOW, let_live, make_app
from tests.ui.jobs_pilot import add_all_states
from workbench.app import WorkbenchApp
from workbench.compute.context import JobContext
from workbench.jobs import evaluate, label
from workbench.session import Session, doctor
from workbench.session.places import Places
from workbench.session.recent import remember
from workbench.session.search import SessionSearch
from workbench.views.case_view import CaseView
from workbench.views.doctor import Check
from workbench.views.place import Place
from workbench.views.search import EncoderState
from workbench.workers.encoding import Encoding

SENTENCE = "three women at the zoo"
AT = "2026-01-12T11:00:00+00:00"


def make(searched: Path, folder: Path) -> Path:
    """Put a workspace and its images into a folder, named without where the folder is.

    Run 1 is a tiny CLIP on 48 images of the sample, run 2 has drawn vectors. There are suggestions,
    decisions of two people, clusters, and jobs in every state. The folder must be the current one.
    """
    shutil.copytree(searched.parent / "images", folder / "images")
    path = Path("workspace")
    shutil.copytree(searched, path)
    with Workspace(path) as workspace:
        _second_run(workspace)
        for run_id in (1, 2):
            label.run(JobContext(workspace, {"run_id": run_id}, lambda *_: None))
        add_clusters(workspace, run_id=1)
        _count_all_queries(workspace)
        _decide(workspace)
        add_all_states(workspace)
        _name_no_machine(workspace)
    return path


def _second_run(workspace: Workspace) -> None:
    order = workspace.datasets.order(1)
    rng = np.random.default_rng(3)
    images = rng.normal(size=(len(order.image_ids), 16))
    noise = rng.normal(size=(len(order.caption_ids), 16))
    Path("vectors").mkdir()
    np.save("vectors/images.npy", images.astype(np.float32))
    np.save("vectors/texts.npy", (images[order.caption_image] + noise).astype(np.float32))
    params = {"dataset_id": 1, "model": "vectors:vectors"}
    evaluate.run(JobContext(workspace, params, lambda *_: None))


def _count_all_queries(workspace: Workspace) -> None:
    """Give clusters the shares that real ones have: no more failures than queries."""
    with workspace.write() as connection:
        ((text,),) = connection.execute("SELECT result FROM clusterings").fetchall()
        result = json.loads(text)
        for facts in result["clusters"]:
            facts["queries"] = 2 * facts["size"] + 3
            rate = facts["size"] / facts["queries"]
            facts["miss_rate"] |= {"value": rate, "low": rate - 0.1, "high": rate + 0.1}
        connection.execute("UPDATE clusterings SET result = ?", (json.dumps(result),))


def _decide(workspace: Workspace) -> None:
    """Label some failures: three of them differently by two people."""
    ids = workspace.cases.ids(1, "t2i", parse("rank>1"), "id")
    cases = workspace.cases.rows(1, "t2i", ids[:12])
    names = ("counting", "attributes", "coreference", "data_fault")
    for number, case in enumerate(cases):
        for who, shift in (("eva", 0), ("mh", number < 3))[: 2 if number < 6 else 1]:
            name = names[(number + shift) % len(names)]
            note = "the dog is brown" if number == 4 else ""
            case_of = (1, "t2i", case.query_id, case.top_id)
            workspace.decisions.add(NewDecision(*case_of, who, (name,), "labelled", note, at=AT))


def _name_no_machine(workspace: Workspace) -> None:
    """Take out what differs between machines and days: folders, times, speeds."""
    speed = {"images_per_s": 410.0, "captions_per_s": 2900.0, "seconds": 12.5}
    with workspace.write() as connection:
        connection.execute(
            "UPDATE datasets SET source = 'captions.json', images_root = 'images', imported_at = ?",
            (AT,),
        )
        connection.execute(
            "UPDATE runs SET created_at = ?, seconds = 12.5, images_per_s = 410.0, "
            "captions_per_s = 2900.0, peak_memory_bytes = 943718400",
            (AT,),
        )
        for run_id, text in connection.execute("SELECT id, efficiency FROM runs").fetchall():
            known = json.loads(text) | speed | {"device_name": "a processor"}
            known |= {"seconds": {"model": 12.0}, "peak_host_bytes": 943718400, "waited_share": 0.1}
            connection.execute(
                "UPDATE runs SET efficiency = ? WHERE id = ?", (json.dumps(known), run_id)
            )
        for name, spec in (("clip-tiny", "open_clip:clip-tiny"), ("vectors", "vectors:vectors")):
            connection.execute(
                "UPDATE models SET spec = ?, weights = ? WHERE name = ?", (spec, name, name)
            )


def _open_another(folder: Path) -> None:
    """Let another workspace have been open two days ago."""
    other = folder / "runs/f30k-clip"
    other.mkdir(parents=True)
    shutil.copy(folder / "workspace" / DATABASE, other)
    place = Place("cases", CaseView(1, "t2i", "rank>1"))
    Places(other, readonly=False, annotator="me").save(place)
    remember(other, NOW - 2 * 86400)


@dataclass
class WarmEncoder:
    """An encoder that is warm at once; it answers with the vector of one caption."""

    run_id: int
    vector: np.ndarray
    state: EncoderState = field(default_factory=partial(EncoderState, "ready"))

    def start(self) -> None:
        """Nothing has to be loaded."""

    def encode(self, sentence: str) -> Encoding:
        """Return the vector."""
        return Encoding(self.vector, truncated=False)

    def close(self) -> None:
        """Nothing ends."""


class WarmSearch(SessionSearch):
    """Search without a process beside it, so that no state of it comes late."""

    def _encoder_of(self, searched: object) -> WarmEncoder:
        if self._encoder is None:
            from workbench.compute.run_vectors import vectors_of

            texts = vectors_of(self._workspace, searched.first).captions
            self._encoder = WarmEncoder(searched.first.id, np.array(texts[7]))
        return self._encoder


CHECKS = (
    Check("terminal", "ok", "WezTerm, TERM=xterm-256color in tmux, ssh; 80x24"),
    Check("colours", "warn", "16 (TERM=screen, no COLORTERM)", "Try --color truecolor."),
    Check(
        "clipboard",
        "bad",
        "tmux: set-clipboard external, allow-passthrough 0",
        "In ~/.tmux.conf: set -s set-clipboard on",
    ),
    Check("pictures", "ok", "half-block, by its answer or its name"),
    Check("disk", "ok", "39.0 GiB free of 252"),
)
"""What the doctor says of a machine that is always the same."""


class FarPath(type(Path())):  # type: ignore[misc]
    """A path whose absolute form is the same on every machine."""

    def resolve(self, strict: bool = False) -> Path:
        """Return it as if the current folder were /data."""
        return Path("/data") / self


@contextmanager
def gallery_app(made: Path, folder: Path, **options: object) -> Iterator[WorkbenchApp]:
    """Copy what `make` made, go there, and return an app on it, at a fixed time and terminal.

    `options` are more of the app's own.

    Whoever asks has the fixtures `quiet` and `_utc`. What is stored has the app's time too.
    """
    shutil.copytree(made, folder, symlinks=True, dirs_exist_ok=True)
    with (
        chdir(folder),
        pytest.MonkeyPatch.context() as patch,
        Workspace(Path("workspace")) as workspace,
    ):
        patch.setattr(decisions, "utc_now", lambda: "2026-01-12T12:04:31Z")
        patch.setattr(clusterings, "utc_now", lambda: "2026-01-12T12:04:31Z")
        patch.setattr(Session, "path", FarPath("workspace"))
        patch.setattr(doctor, "examine", lambda *_: CHECKS)
        patch.setenv("HOME", str(folder))
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        _open_another(folder)
        options |= {"run_id": 1, "filter": "rank>1", "compare": (1, 2), "image_mode": "none"}
        app = make_app(workspace, **options)
        app.session.search = WarmSearch(workspace)
        let_live(workspace, 1)
        yield app
