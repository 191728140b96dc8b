"""Background work under stress: random kills, eight workers at one queue, two faces at work.

The short versions are in tests/survival. Every round of kills starts with a fresh workspace. Its
jobs are killed at random moments and retried until they are done; then its database and files are
compared with those of a run that nobody disturbed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import machine, replace_section, table
from store.workspace import Workspace
from tests.survival import kept, sharing
from tests.survival.killing import Kills, survive
from tests.survival.sample_world import BLIP, CAPTION, CLIP, EVALUATE, import_sample, small_shards
from workbench.workers import queue

Jobs = tuple[tuple[str, Mapping[str, Any]], ...]

STUDIES: Mapping[str, Jobs] = {
    "BLIP ranks, BLIP re-ranks, BLIP captions": (("evaluate", EVALUATE), ("caption", CAPTION)),
    "CLIP ranks, BLIP re-ranks": (("evaluate", {**EVALUATE, "model": CLIP, "rerank_model": BLIP}),),
}
SPAN_S = 3.0
"""Longest time from the beginning of a job, or of its work, to a kill."""


@dataclass
class Round:
    """One study on a fresh workspace, killed until it was done."""

    name: str
    kills: Kills
    attempts: int
    differences: list[str]
    left_behind: int


def main() -> None:
    """Kill, race, share, print, and with ``--write`` put the figures into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["kills", "race", "faces"])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--series", type=int, default=2, help="rounds of kills at a time")
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--write", type=Path, help="document whose sections are replaced")
    arguments = parser.parse_args()
    wrong = False
    for part in arguments.parts:
        with tempfile.TemporaryDirectory() as name, small_shards():
            text, bad = PARTS[part](Path(name), arguments)
        text = "\n".join([text, "", machine("torch", "transformers")])
        print(text, flush=True)
        if arguments.write:
            replace_section(arguments.write, part, text)
        wrong |= bad
    sys.exit(wrong)


def kills(folder: Path, arguments: argparse.Namespace) -> tuple[str, bool]:
    """Kill jobs at random, some rounds at a time; returns the text and whether any differed."""
    import_sample(folder / "imported", folder / "data")
    wanted = {study: quiet(folder, jobs) for study, jobs in STUDIES.items()}

    def series(number: int) -> list[Round]:
        most = arguments.kills // arguments.series
        return killed_rounds(folder, wanted, most, arguments.seed + number)

    with ThreadPoolExecutor(arguments.series) as pool:
        rounds = [one for done in pool.map(series, range(arguments.series)) for one in done]
    bad = any(one.differences or one.kills.redone for one in rounds)
    return f"{KILLS}\n{told(rounds)}", bad


def race(folder: Path, arguments: argparse.Namespace) -> tuple[str, bool]:
    """Let eight workers run small jobs, each in a process of its own."""
    source = folder / "one.csv"
    source.write_text("image,caption\na.png,a dog\n")
    with Workspace(folder / "workspace") as workspace:
        for number in range(arguments.jobs):
            params = {"source": str(source), "reader": "csv", "name": f"set {number}"}
            workspace.jobs.add("import", params, device="cpu")
        started = time.perf_counter()
        for device in ("cpu", *(f"cpu:{number}" for number in range(1, 8))):
            queue.start_worker(workspace, device)
        while workspace.jobs.unfinished():
            time.sleep(0.1)
        elapsed_s = time.perf_counter() - started
        jobs = workspace.jobs.all(arguments.jobs)
        starts = [queue.log_path(workspace, job.id).read_text().count("attempt ") for job in jobs]
        share_of = Counter(job.device for job in jobs)
        once = sum(
            (job.state, job.attempts, n) == ("done", 1, 1)
            for job, n in zip(jobs, starts, strict=True)
        )
        sets = len(workspace.datasets.all())
    return (
        f"{RACE}\n{once} of {len(jobs)} jobs were done in one attempt and made {sets} data sets, "
        f"in {elapsed_s:.0f} s; the workers did {', '.join(map(str, share_of.values()))} of them.",
        not once == sets == arguments.jobs,
    )


def faces(folder: Path, arguments: argparse.Namespace) -> tuple[str, bool]:
    """Label in two terminals while two workers run jobs."""
    with Workspace(folder / "workspace") as workspace:
        sharing.fill(workspace)
        shared = sharing.share(workspace, arguments.seconds, every_s=1.5)
        wrong = sharing.wrong(workspace, shared)
        wrong += [f"SQLite: {problem}" for problem in kept.problems(workspace.path)]
    labels = " and ".join(f"{len(one):,}" for one in shared.labels.values())
    done = f"{labels} labels and {len(shared.jobs)} jobs in {arguments.seconds:.0f} s"
    said = "; ".join(wrong) or (
        "every label is stored in its order, every job ran once, and no screen and no log speaks "
        "of a locked database"
    )
    return f"{FACES}\n{done}: {said}.", bool(wrong)


def killed_rounds(
    folder: Path, wanted: Mapping[str, dict[str, Any]], kills: int, seed: int
) -> list[Round]:
    """Kill round after round until there were enough; `wanted` is what the quiet runs kept."""
    rng, rounds = random.Random(seed), list[Round]()
    while (left := kills - sum(one.kills.total for one in rounds)) > 0:
        name = list(STUDIES)[(seed + len(rounds)) % len(STUDIES)]
        rounds.append(killed(folder, name, wanted[name], rng, left))
        print(f"{kills - left + rounds[-1].kills.total} of {kills} kills, {rounds[-1]}", flush=True)
    return rounds


def quiet(folder: Path, jobs: Jobs) -> dict[str, Any]:
    """Return what a workspace keeps of jobs that nobody disturbs."""
    with fresh(folder) as workspace:
        for kind, params in jobs:
            job = queue.submit(workspace, kind, params, device="cpu")
            assert queue.wait(workspace, job.id, lambda _: None).state == "done"
    return kept.content(workspace.path)


def killed(
    folder: Path, name: str, wanted: Mapping[str, Any], rng: random.Random, most: int
) -> Round:
    """Kill the jobs of a study until they are done, and compare."""
    kills, attempts = Kills(), 0
    with fresh(folder) as workspace:
        for kind, params in STUDIES[name]:
            job = queue.submit(workspace, kind, params, device="cpu")
            attempts += survive(workspace, job.id, rng, kills, most, SPAN_S).attempts
    apart = kept.difference(dict(wanted), kept.content(workspace.path))
    apart += [f"SQLite: {problem}" for problem in kept.problems(workspace.path)]
    left = len(kept.left_behind(workspace.path))
    return Round(name, kills, attempts, apart, left)


def fresh(folder: Path) -> Workspace:
    """Open a new copy of the imported workspace."""
    copy = folder / f"workspace-{time.monotonic_ns()}"
    shutil.copytree(folder / "imported", copy)
    return Workspace(copy, create=False)


def told(rounds: list[Round]) -> str:
    """Put the rounds into words and a table."""
    stages, states, victims = Counter[str](), Counter[str](), Counter[str]()
    for one in rounds:
        stages += one.kills.stages
        states += one.kills.states
        victims += one.kills.victims
    who = {"job": "the job's process", "both": "job and worker at once", "worker": "the worker"}
    wrong = sum(bool(one.differences) for one in rounds)
    redone = sum(len(one.kills.redone) for one in rounds)
    names = dict.fromkeys(one.name for one in rounds)
    rows = [
        [
            name,
            str(len(own := [one for one in rounds if one.name == name])),
            str(sum(one.kills.total for one in own)),
            str(sum(one.attempts for one in own)),
            str(sum(bool(one.differences) for one in own)),
        ]
        for name in names
    ]
    return "\n".join(
        [
            f"{victims.total()} kills in {len(rounds)} rounds:",
            f"{wrong} rounds ended with other contents than the quiet run, {redone} finished",
            f"shards were written twice, {sum(one.left_behind for one in rounds)} unfinished files "
            "(`.tmp`, never read) were left behind.",
            "",
            table(("jobs", "rounds", "kills", "attempts", "rounds that differ"), rows),
            "",
            "Killed: " + ", ".join(f"{who[one]} {n}" for one, n in victims.most_common()) + ".",
            "",
            "While: " + ", ".join(f"{one} {n}" for one, n in stages.most_common()) + ".",
            "",
            "The job was then: " + ", ".join(f"{one} {n}" for one, n in states.most_common()) + ".",
            *(f"\n- {line}" for one in rounds for line in (*one.differences, *one.kills.redone)),
        ]
    )


KILLS = """## Random kills

`python -m benchmarks.survival`: evaluate (embed, rank, re-rank, suggest) and caption on 48 images
of the sample with its real models, through the real queue and workers, in shards of a few images so
that there is much to interrupt. SIGKILL at a random moment, retried until the job is done. What is
compared are all rows of all tables but times, rates, process ids, attempts and progress, and every
file of vectors and pair scores byte for byte.
"""

RACE = """## Eight workers, one queue

Small imports that wait for `cpu`, and eight workers that may all take them. A job has a process of
its own, which costs most of the time.
"""

FACES = """## Two faces and two workers

Two people press label keys in two real terminals as fast as labels are shown to be stored, while
two workers run small imports; all of it in one workspace.
"""

PARTS = {"kills": kills, "race": race, "faces": faces}

if __name__ == "__main__":
    main()
