"""Two people label in two terminals while two workers run jobs, all in one workspace."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from store.workspace import Workspace
from tests.survival.faces import Face
from tests.ui.conftest import fill as fill_small
from workbench.session.places import Places
from workbench.views.case_view import CaseView
from workbench.views.place import Place
from workbench.workers import queue

PEOPLE = ("mh", "eva")
DEVICES = ("cpu", "cpu:1")
KEYS = ((b"1", "[1]+CNT", "counting"), (b"2", "[2]+ATR", "attributes"))
"""A key, what the face paints once its label is stored, and the label."""


@dataclass
class Shared:
    """What was acknowledged to each person, the jobs that were queued, and all that was painted."""

    labels: dict[str, list[str]]
    jobs: list[int]
    painted: dict[str, bytes]


def fill(workspace: Workspace) -> None:
    """Put a run into a workspace, and let a face begin at its cases."""
    fill_small(workspace, workspace.path.parent / "images")
    place = Place("cases", CaseView(1, "t2i", "rank>1", "id"))
    Places(workspace.path, readonly=False).save(place)


def share(workspace: Workspace, seconds: float, every_s: float) -> Shared:
    """Label and run jobs for some seconds; a small job comes every `every_s` for either worker."""
    faces = {person: Face(workspace.path, person) for person in PEOPLE}
    try:
        for face in faces.values():
            face.until("decided 0 of ", "note -")
        # Each has a case of their own: a label is shown to both, and the latest one counts.
        faces[PEOPLE[1]].type(b"j")
        faces[PEOPLE[1]].until(" 2 of ")
        ends = time.monotonic() + seconds
        with ThreadPoolExecutor(len(PEOPLE)) as pool:
            typing = {p: pool.submit(_label, face, ends) for p, face in faces.items()}
            jobs = _queue_jobs(workspace, ends, every_s)
            labels = {person: done.result() for person, done in typing.items()}
        for job_id in jobs:
            queue.wait(workspace, job_id, lambda _: None)
        return Shared(labels, jobs, {person: face.seen for person, face in faces.items()})
    finally:
        for face in faces.values():
            face.close()


def wrong(workspace: Workspace, shared: Shared) -> list[str]:
    """Say what was lost, done twice, or met a locked database."""
    said = []
    for person, wanted in shared.labels.items():
        found = labels_of(workspace, person)
        # The last key may have been stored without its acknowledgement having been read.
        if found[: len(wanted)] != wanted or len(found) > len(wanted) + 1:
            said.append(f"{person}: {len(wanted)} acknowledged labels, {len(found)} stored")
    for job_id in shared.jobs:
        job, log = queue.status(workspace, job_id), queue.log_path(workspace, job_id)
        if (job.state, job.attempts) != ("done", 1) or log.read_text().count("attempt ") != 1:
            said.append(f"job {job_id} is {job.state} after {job.attempts} attempts: {job.error}")
    texts = {str(path): path.read_bytes() for path in workspace.jobs_dir.glob("*.log")}
    for name, text in {**texts, **shared.painted}.items():
        if b"locked" in text.lower():
            said.append(f"{name} speaks of a locked database")
    return said


def _label(face: Face, ends: float) -> list[str]:
    done: list[str] = []
    while time.monotonic() < ends:
        key, sign, category = KEYS[len(done) % len(KEYS)]
        face.type(key)
        face.until(sign)
        done.append(category)
    return done


def _queue_jobs(workspace: Workspace, ends: float, every_s: float) -> list[int]:
    jobs: list[int] = []
    source = workspace.path.parent / "one.csv"
    source.write_text("image,caption\na.png,a dog\n")
    while time.monotonic() < ends:
        jobs += [_queue_job(workspace, source, device, len(jobs)) for device in DEVICES]
        time.sleep(every_s)
    return jobs


def _queue_job(workspace: Workspace, source: Path, device: str, number: int) -> int:
    name = f"set {number} {device}"
    params = {"source": str(source), "reader": "csv", "name": name, "licence": ""}
    return queue.submit(workspace, "import", params, device=device).id


def labels_of(workspace: Workspace, person: str) -> list[str]:
    """Return the labels that are stored of a person, in their order."""
    history = workspace.decisions.history(limit=10**6)
    own = sorted((one.id, one.categories) for one in history if one.annotator == person)
    return [category for _, (category,) in own]
