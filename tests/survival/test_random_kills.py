"""Jobs that are killed at random moments end with what a quiet run ends with."""

import random

from tests.survival import kept
from tests.survival.killing import Kills, survive
from tests.survival.sample_world import CAPTION, EVALUATE
from workbench.workers import queue

SPAN_S = 3.0


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
