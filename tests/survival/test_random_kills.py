"""Jobs that are killed end with what a quiet run ends with, and do nothing twice."""

import random

import numpy as np
import pytest

from tests.survival import kept
from tests.survival.conftest import run, stopped
from tests.survival.killing import WORKER, Kills, Watch, kill, processes, survive
from tests.survival.sample_world import CAPTION, EVALUATE
from workbench.workers import queue

SPAN_S = 3.0


@pytest.mark.slow
def test_killed_jobs_end_with_the_rows_and_files_of_a_quiet_run(sample, quiet):
    rng, kills = random.Random(4), Kills()
    for kind, params, most in (("evaluate", EVALUATE, 5), ("caption", CAPTION, 8)):
        job = queue.submit(sample, kind, params, device="cpu")
        job = survive(sample, job.id, rng, kills, most, SPAN_S)
        log = queue.log_path(sample, job.id).read_text()
        assert log.count("attempt ") <= job.attempts
    assert kills.total >= 2
    assert kills.redone == []
    assert kept.problems(sample.path) == []
    wanted = quiet("caption", CAPTION)
    assert kept.difference(wanted, kept.content(sample.path)) == [], kills


KILLS = (
    ("embedding images", 12, "vectors/*/shards/images-??????.npy", "images: {} of 48 vectors"),
    ("embedding captions", 20, "vectors/*/shards/texts-??????.npy", "texts: {} of 144 vectors"),
    ("ranking", 8, "vectors/*/ranks-*/*.npz", "{} of 12 shards of the ranking"),
    ("scoring pairs", 40, "pairs/*/*.npy", "{} of 1153 pair scores"),
)
"""Stages, the step of each that is killed, the files that it makes, and what the next attempt says
that it found: rows of vectors and pairs, shards of the ranking."""


def test_a_job_killed_in_every_stage_goes_on_where_it_was(sample, quiet):
    job = sample.jobs.add("evaluate", EVALUATE, device="cpu")
    watch, redone, found = Watch(sample.path), [], []
    for stage, step, made, said in KILLS:
        stopped(sample, job, stage, lambda: queue.retry(sample, job.id), step)
        redone += watch.look()
        files = sorted(sample.path.glob(made))
        assert files
        rows = [1 if path.suffix == ".npz" else len(np.load(path)) for path in files]
        found.append(f"{said.format(sum(rows))} were there")
        kill(processes(sample.path, WORKER, queue.CHILD))
        assert queue.status(sample, job.id).state == "lost"
    run(sample, queue.retry(sample, job.id))
    log = queue.log_path(sample, job.id).read_text()
    assert [line for line in found if line not in log] == [], log
    assert redone + watch.look() == []
    assert kept.difference(quiet(), kept.content(sample.path)) == []
