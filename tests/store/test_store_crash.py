"""kill -9 between two writes, and several processes writing at once."""

import os
import random
import select
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from store_world import add_dataset, add_run, new_decision

from store.workspace import Workspace

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])}

PRELUDE = """
import sys
import numpy as np
import store_world as world
from store.workspace import Workspace
ws = Workspace(sys.argv[1])
dataset = ws.datasets.get(1)
"""
ADD_RUNS = (
    PRELUDE
    + """
given = world.tables(ws, dataset)
print("ready", flush=True)
while True:
    print(world.add_run(ws, dataset, ranks=given).id, flush=True)
"""
)
DECIDE = (
    PRELUDE
    + """
case = ws.cases.rows(1, "t2i", [1])[0]
print("ready", flush=True)
while True:
    new = world.new_decision(dataset.id, case, "counting", by=sys.argv[2])
    print(ws.decisions.add(new).id, flush=True)
"""
)
IMPORT = (
    PRELUDE
    + """
print("ready", flush=True)
n = 0
while True:
    n += 1
    print(world.add_dataset(ws, 3000, name=f"n{n}").id, flush=True)
"""
)
WRITE_PAIRS = """
import sys
import numpy as np
from store.workspace import Workspace
folder = Workspace(sys.argv[1]).pair_scores.folder("data", "scorer")
print("ready", flush=True)
n = 0
while True:
    codes = np.arange(n * 50_000, (n + 1) * 50_000)
    folder.write_block(f"block-{n:06d}", codes, codes / 7)
    print(n, flush=True)
    n += 1
"""
CAPTION = (
    PRELUDE
    + """
model = world.add_model(ws)
captioning = ws.captionings.start(1, model.id, {}, {}, None)
missing = ws.captionings.missing(captioning.id)
print("ready", flush=True)
for start in range(0, len(missing), 16):
    block = missing[start : start + 16]
    ws.captionings.add(captioning.id, [(n, f"image {n}") for n in block])
    print(block[-1], flush=True)
"""
)

WORK = (
    PRELUDE
    + """
import os
who = dict(pid=os.getpid(), pid_started=1.0, boot_id="b", host="h")
print("ready", flush=True)
while True:
    job = ws.jobs.claim(["auto"], device="cpu", take=lambda job_id: True, **who)
    if job is None:
        continue
    for done in range(3):
        ws.jobs.progress(job.id, done + 1, 3, "at work", 1.5)
    ws.jobs.finish(job.id, "done", result={"pid": who["pid"]})
    print(job.id, flush=True)
"""
)
SUGGEST = (
    PRELUDE
    + """
from store.records.suggestion import SuggestionRow
labeling = (1, "t2i", "a", "1")
first = ws.suggestions.begin(*labeling)
print("ready", flush=True)
for start in range(first, 60_001, 100):
    rows = [SuggestionRow(n, f"c{n % 7}", 0.5, {}) for n in range(start, start + 100)]
    ws.suggestions.add(*labeling, rows, start + 99)
    print(start + 99, flush=True)
"""
)


def start(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
    )


def kill_after(process, seconds):
    """Return the ids that the child had acknowledged when it was killed."""
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    process.kill()
    lines = process.stdout.read().split("\n")[:-1]
    process.wait()
    return [int(line) for line in lines]


def check_integrity(ws):
    assert ws.read().execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert ws.read().execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("attempt", range(4))
def test_a_run_is_whole_or_not_there(tmp_path, attempt):
    with Workspace(tmp_path) as ws:
        dataset = add_dataset(ws, 2000)
        add_run(ws, dataset)
    seconds = random.Random(attempt).uniform(0.4, 1.2)
    acknowledged = kill_after(start(ADD_RUNS, tmp_path), seconds)
    with Workspace(tmp_path) as ws:
        there = {run.id for run in ws.runs.all()}
        assert there >= {1, *acknowledged}
        assert len(there) <= len(acknowledged) + 2, "one more may have been committed"
        for run_id in there:
            for table, wanted in (("ranks", 12_000), ("hits", 36_000), ("metrics", 2)):
                count = ws.read().execute(
                    f"SELECT count(*) FROM {table} WHERE run_id = ?", (run_id,)
                )
                assert count.fetchone() == (wanted,), (run_id, table)
        orphans = ws.read().execute("SELECT DISTINCT run_id FROM ranks").fetchall()
        assert {run_id for (run_id,) in orphans} == there
        check_integrity(ws)


def test_acknowledged_decisions_are_there(tmp_path):
    with Workspace(tmp_path) as ws:
        add_run(ws, add_dataset(ws))
    acknowledged = []
    for attempt in range(3):
        acknowledged += kill_after(start(DECIDE, tmp_path, "mh"), 0.2 + attempt / 10)
    assert acknowledged
    with Workspace(tmp_path) as ws:
        there = {decision.id for decision in ws.decisions.history(limit=10**6)}
        assert there >= set(acknowledged)
        assert len(there) <= len(acknowledged) + 3
        check_integrity(ws)


def test_an_import_is_whole_or_not_there(tmp_path):
    with Workspace(tmp_path) as ws:
        add_dataset(ws)
    acknowledged = kill_after(start(IMPORT, tmp_path), 0.7)
    with Workspace(tmp_path) as ws:
        for dataset in ws.datasets.all()[1:]:
            assert len(ws.datasets.order(dataset.id).caption_ids) == 15_000
        assert {d.id for d in ws.datasets.all()} >= set(acknowledged)
        found = ws.read().execute(
            "SELECT count(*) FROM captions_fts WHERE captions_fts MATCH 'bike'"
        )
        assert found.fetchone()[0] == 6 + 3000 * (len(ws.datasets.all()) - 1)
        check_integrity(ws)


def test_blocks_of_pairs_are_whole_or_not_there(tmp_path):
    Workspace(tmp_path).close()
    seen = 0
    for attempt in range(4):
        acknowledged = kill_after(start(WRITE_PAIRS, tmp_path), 0.1 + attempt / 20)
        folder = Workspace(tmp_path).pair_scores.folder("data", "scorer")
        there = folder.blocks()
        wanted = {f"block-{n:06d}" for n in acknowledged}
        assert set(there) >= wanted != set()
        codes, scores = folder.load()
        assert codes.tolist() == list(range(len(there) * 50_000))
        assert np.array_equal(scores, (codes / 7).astype(np.float32))
        assert len(there) >= seen
        seen = len(there)


def test_captions_go_on_where_they_were_cut_off(tmp_path):
    with Workspace(tmp_path) as ws:
        add_dataset(ws, total := 12_000)
    done = 0
    for attempt in range(3):
        acknowledged = kill_after(start(CAPTION, tmp_path), 0.1 + attempt / 20)
        with Workspace(tmp_path) as ws:
            captions = ws.captionings.captions(1)
            assert len(captions) == ws.captionings.get(1).done
            assert len(captions) > done or done == total, "a fast machine may be through"
            done = len(captions)
            assert [c.image_id for c in captions] == list(range(1, done + 1)), "none is redone"
            assert done >= max(acknowledged, default=0)
            assert done % 16 == 0, "a block is there whole"
            assert ws.captionings.missing(1) == list(range(done + 1, total + 1))
            check_integrity(ws)


def test_suggestions_go_on_where_they_were_cut_off(tmp_path):
    with Workspace(tmp_path) as ws:
        add_run(ws, add_dataset(ws, 12_000))
    done = 0
    for attempt in range(3):
        acknowledged = kill_after(start(SUGGEST, tmp_path), 0.1 + attempt / 20)
        with Workspace(tmp_path) as ws:
            first = ws.suggestions.begin(1, "t2i", "a", "1")
            assert first >= max(acknowledged, default=-1) + 1
            assert first > done or first == 60_100, "a fast machine may be through"
            assert first % 100 == 0, "a block is there whole"
            done = first
            read = ws.read()
            found = read.execute("SELECT query_id, category FROM suggestions ORDER BY query_id")
            wanted = [(n, f"c{n % 7}") for n in range(first)]
            assert found.fetchall() == wanted
            shown = read.execute(
                "SELECT query_id, suggestion FROM ranks WHERE direction = 't2i' "
                "AND suggestion IS NOT NULL ORDER BY query_id"
            )
            assert shown.fetchall() == wanted[1:60_001], "every case shows what is stored"
            assert ws.suggestions.version(1, "t2i", "a") is None
            check_integrity(ws)


def has_said(writer):
    """Say whether there is something to read of what a process has acknowledged."""
    return bool(select.select([writer.stdout], [], [], 0)[0])


def enough(heard):
    """Say whether both deciders, the one that stores runs and one of the workers have written."""
    return heard >= {0, 1, 2} and bool(heard & {3, 4})


def test_processes_writing_at_once_lose_nothing(tmp_path):
    """Two people decide, two workers take jobs, runs are stored: what was acknowledged is there."""
    with Workspace(tmp_path) as ws:
        add_run(ws, add_dataset(ws, 2000))
        writers = [
            start(DECIDE, tmp_path, "mh"),
            start(DECIDE, tmp_path, "eva"),
            start(ADD_RUNS, tmp_path),
            start(WORK, tmp_path),
            start(WORK, tmp_path),
        ]
        for writer in writers:
            assert writer.stdout.readline() == "ready\n"
        case = ws.cases.rows(1, "t2i", [1])[0]
        mine, queued = [], []
        begun, heard = time.monotonic(), set()
        # A lock is not fair: on a busy machine one of them may wait for long.
        while (took := time.monotonic() - begun) < 3 or (took < 60 and not enough(heard)):
            heard |= {number for number, writer in enumerate(writers) if has_said(writer)}
            mine.append(ws.decisions.add(new_decision(1, case, "other", by="me")).id)
            queued.append(ws.jobs.add("x", {"n": len(mine)}).id)
            assert len(ws.cases.page(1, "t2i", limit=20)) == 20
        assert [writer.poll() for writer in writers] == [None] * 5, "none met a locked database"
        acknowledged = []
        for writer in writers:
            writer.kill()
            acknowledged.append([int(n) for n in writer.stdout.read().split("\n")[:-1]])
            writer.wait()
        there = {d.id for d in ws.decisions.history(limit=10**6)}
        assert there >= {*mine, *acknowledged[0], *acknowledged[1]}
        assert {run.id for run in ws.runs.all()} >= set(acknowledged[2])
        assert all(acknowledged[:3])
        assert any(acknowledged[3:]), "one of the workers may have waited all the time"
        jobs = {job.id: job for job in ws.jobs.all(10**6)}
        assert sorted(jobs) == queued
        assert {job.attempts for job in jobs.values()} <= {0, 1}, "none was taken twice"
        for writer, finished in zip(writers[3:], acknowledged[3:], strict=True):
            for job in map(jobs.__getitem__, finished):
                assert (job.state, job.done, job.result) == ("done", 3, {"pid": writer.pid})
        check_integrity(ws)
