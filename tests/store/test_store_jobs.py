"""The queue as rows."""

import pytest

from store.errors import NotFound

ME = {"pid": 10, "pid_started": 5.0, "boot_id": "b"}


def test_a_job_comes_back_as_it_was_given(ws):
    job = ws.jobs.add("evaluate", {"model": "a", "n": [1]}, device="auto", priority=2)
    assert (job.kind, job.params, job.state, job.device) == (
        "evaluate",
        {"model": "a", "n": [1]},
        "queued",
        "auto",
    )
    assert (job.done, job.total, job.stage, job.result, job.error) == (0, 0, "", {}, None)
    assert ws.jobs.get(job.id) == job
    with pytest.raises(NotFound, match="no job 9: there are 1"):
        ws.jobs.get(9)
    with pytest.raises(NotFound):
        ws.jobs.finish(9, "done")


def test_from_claim_to_done(ws):
    added = ws.jobs.add("evaluate", {})
    claimed = ws.jobs.claim("cpu", **ME)
    assert claimed == ws.jobs.get(added.id)
    assert (claimed.state, claimed.device, claimed.pid, claimed.pid_started, claimed.boot_id) == (
        "running",
        "cpu",
        10,
        5.0,
        "b",
    )
    assert isinstance(claimed.pid_started, float)
    assert ws.jobs.claim("cpu", **ME) is None
    assert ws.jobs.queued_count() == 0
    ws.jobs.assign(added.id, 11, 6.0, "b")
    ws.jobs.progress(added.id, 3, 9, "images")
    now = ws.jobs.get(added.id)
    assert (now.pid, now.done, now.total, now.stage) == (11, 3, 9, "images")
    ws.jobs.finish(added.id, "done", result={"run_id": 4})
    now = ws.jobs.get(added.id)
    assert (now.state, now.result, now.error) == ("done", {"run_id": 4}, None)
    assert now.ended_at is not None


def test_order_of_claims(ws):
    ids = [
        ws.jobs.add(kind, {}, priority=p).id for kind, p in zip("abcd", (0, 1, 0, 1), strict=True)
    ]
    claimed = [ws.jobs.claim("cpu", **ME).id for _ in ids]
    assert claimed == [ids[1], ids[3], ids[0], ids[2]]
    assert [job.id for job in ws.jobs.all(2)] == [ids[3], ids[2]]


@pytest.mark.parametrize(
    ("wish", "device", "fits"),
    [
        (None, "cpu", True),
        ("auto", "cuda:1", True),
        ("cpu", "cpu", True),
        ("cuda", "cuda:1", True),
        ("cuda:1", "cuda:1", True),
        ("cuda:1", "cuda:10", False),
        ("cuda:0", "cuda:1", False),
        ("cuda", "cpu", False),
        ("cpu", "cuda:0", False),
    ],
)
def test_wished_devices(ws, wish, device, fits):
    ws.jobs.add("x", {}, device=wish)
    assert (ws.jobs.claim(device, **ME) is not None) == fits


@pytest.mark.parametrize("end", ["failed", "cancelled", "lost"])
def test_a_child_waits_for_its_parent(ws, end):
    parent = ws.jobs.add("import", {})
    child = ws.jobs.add("evaluate", {}, parent_id=parent.id)
    assert ws.jobs.claim("cpu", **ME).id == parent.id
    assert ws.jobs.claim("cpu", **ME) is None
    ws.jobs.finish(parent.id, end, error="no")
    assert ws.jobs.claim("cpu", **ME) is None
    ws.jobs.finish(parent.id, "done")
    assert ws.jobs.claim("cpu", **ME).id == child.id


def test_cancelling(ws):
    job = ws.jobs.add("x", {})
    ws.jobs.request_cancel(job.id)
    assert ws.jobs.get(job.id).state == "cancelled"
    assert ws.jobs.claim("cpu", **ME) is None
    running = ws.jobs.add("x", {})
    ws.jobs.claim("cpu", **ME)
    ws.jobs.request_cancel(running.id)
    now = ws.jobs.get(running.id)
    assert (now.state, now.cancel_requested, now.ended_at) == ("running", True, None)


def test_requeue_keeps_progress_and_forgets_the_process(ws):
    job = ws.jobs.add("x", {}, device="cuda")
    ws.jobs.claim("cuda:1", **ME)
    ws.jobs.progress(job.id, 5, 9, "images")
    ws.jobs.request_cancel(job.id)
    ws.jobs.finish(job.id, "failed", error="out of memory")
    ws.jobs.requeue(job.id)
    now = ws.jobs.get(job.id)
    assert (now.state, now.device, now.pid, now.boot_id, now.error) == (
        "queued",
        "cuda",
        None,
        None,
        None,
    )
    assert (now.done, now.total, now.cancel_requested, now.ended_at) == (5, 9, False, None)
    assert ws.jobs.queued_count() == 1
    assert ws.jobs.claim("cuda:0", **ME).id == job.id
