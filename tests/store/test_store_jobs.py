"""The queue as rows."""

import pytest

from store.errors import NotFound, StoreError

ME = {"pid": 10, "pid_started": 5.0, "boot_id": "b", "host": "h"}
ANY = ("auto", "cpu")


def claim(ws, *, wishes=ANY, device="cpu", take=lambda job_id: True):
    job = ws.jobs.claim(wishes, device=device, take=take, **ME)
    return None if job is None else job.id


def add(ws, count=1, **more):
    return [ws.jobs.add("x", {}, **more).id for _ in range(count)]


def queue(ws):
    return [job.id for job in ws.jobs.unfinished()]


def test_a_job_comes_back_as_it_was_given(ws):
    parent = ws.jobs.add("import", {})
    job = ws.jobs.add(
        "evaluate",
        {"model": "a", "n": [1]},
        parents=[parent.id, parent.id],
        device="cuda",
        priority=2,
        held=True,
        origin={"commit": "c0ffee"},
        diff="-a\n+b\n\udcff",
        study="paper.toml",
    )
    assert (job.kind, job.params, job.state) == ("evaluate", {"model": "a", "n": [1]}, "queued")
    assert (job.wished_device, job.device, job.priority, job.held) == ("cuda", None, 2, True)
    assert (job.parents, job.study, job.origin) == ((1,), "paper.toml", {"commit": "c0ffee"})
    assert (job.done, job.total, job.stage, job.per_s, job.attempts) == (0, 0, "", None, 0)
    assert (job.result, job.error, job.host, job.waits_for) == ({}, None, None, None)
    assert ws.jobs.get(job.id) == job
    assert ws.jobs.diff(job.id) == "-a\n+b\n?"
    assert (parent.place, job.place) == (1, 2)
    assert (parent.parents, parent.held, ws.jobs.diff(parent.id)) == ((), False, "")


def test_a_path_that_is_not_utf_8_comes_back_as_it_was_given(ws):
    path = "/data/caption\udcff.csv"
    job = ws.jobs.add("import", {"source": path}, origin={"folder": path})
    assert (job.params, job.origin) == ({"source": path}, {"folder": path})
    assert ws.jobs.find("import", {"source": path}).id == job.id


def test_an_unknown_job_is_named_with_those_there_are(ws):
    add(ws)
    for use in (
        *(ws.jobs.get, ws.jobs.diff, ws.jobs.hold, ws.jobs.delete, ws.jobs.requeue),
        lambda job_id: ws.jobs.finish(job_id, "done"),
        lambda job_id: ws.jobs.move(job_id, 1),
        lambda job_id: ws.jobs.add("x", {}, parents=[1, job_id]),
    ):
        with pytest.raises(NotFound, match="no job 9: there are 1"):
            use(9)
    assert queue(ws) == [1]


def test_from_claim_to_done(ws):
    added = ws.jobs.add("evaluate", {})
    claimed = ws.jobs.claim(ANY, device="cpu:1", take=lambda job_id: job_id == added.id, **ME)
    assert claimed == ws.jobs.get(added.id)
    assert (claimed.state, claimed.device, claimed.attempts) == ("running", "cpu:1", 1)
    assert (claimed.pid, claimed.pid_started, claimed.boot_id, claimed.host) == (10, 5.0, "b", "h")
    assert claimed.started_at is not None
    assert claim(ws) is None
    assert ws.jobs.queued_count() == 0
    ws.jobs.assign(added.id, 11, 6.0, "b", "other")
    ws.jobs.progress(added.id, 3, 9, "images", 2.5)
    now = ws.jobs.get(added.id)
    assert (now.pid, now.host, now.done, now.total, now.stage) == (11, "other", 3, 9, "images")
    assert now.per_s == 2.5
    ws.jobs.progress(added.id, 1, 9, "captions")
    assert ws.jobs.get(added.id).per_s is None, "a new stage has a rate of its own"
    ws.jobs.finish(added.id, "done", result={"run_id": 4})
    now = ws.jobs.get(added.id)
    assert (now.state, now.result, now.error) == ("done", {"run_id": 4}, None)
    assert now.ended_at is not None


def test_the_queue_goes_by_priority_and_then_by_place(ws):
    for kind, priority in zip("abcd", (0, 1, 0, 1), strict=True):
        ws.jobs.add(kind, {}, priority=priority)
    assert queue(ws) == [2, 4, 1, 3]
    assert [job.id for job in ws.jobs.all(2)] == [4, 3]
    assert claim(ws) == 2
    assert queue(ws) == [2, 4, 1, 3], "what runs is still unfinished"
    assert [claim(ws) for _ in range(3)] == [4, 1, 3]
    ws.jobs.finish(4, "done")
    assert queue(ws) == [2, 1, 3]


@pytest.mark.parametrize(
    ("wish", "wishes", "fits"),
    [
        (None, ["auto", "cpu"], True),
        ("auto", ["auto", "cpu"], True),
        ("auto", ["cpu:1"], False),
        ("cpu", ["auto", "cpu"], True),
        ("cuda:1", ["auto", "cuda", "cuda:1"], True),
        ("cuda:1", ["auto", "cuda", "cuda:10"], False),
        ("cuda", ["auto", "cpu"], False),
        ("cuda", [], False),
    ],
)
def test_only_wishes_that_a_worker_grants(ws, wish, wishes, fits):
    ws.jobs.add("x", {}, device=wish)
    assert (claim(ws, wishes=wishes) is not None) == fits


def test_a_refused_job_is_left_to_others(ws):
    add(ws, 3)
    asked = []

    def take(job_id):
        asked.append(job_id)
        return job_id == 2

    assert claim(ws, take=take) == 2
    assert asked == [1, 2]
    assert claim(ws, take=lambda job_id: False) is None
    assert [job.attempts for job in ws.jobs.all()] == [0, 1, 0]


def test_a_claim_that_fails_takes_nothing(ws):
    add(ws)

    def broken(job_id):
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - its own
        claim(ws, take=broken)
    assert (ws.jobs.get(1).state, ws.jobs.get(1).attempts) == ("queued", 0)


def test_nobody_else_claims_while_a_lock_is_taken(ws, tmp_path, monkeypatch):
    from store.errors import WorkspaceUnusable
    from store.workspace import Workspace

    monkeypatch.setattr("store.connections.BUSY_TIMEOUT_S", 0.05)
    add(ws)
    with Workspace(tmp_path / "workspace") as other:

        def take(job_id):
            with pytest.raises(WorkspaceUnusable, match="locked"):
                claim(other)
            return True

        assert claim(ws, take=take) == 1
        assert claim(other) is None


@pytest.mark.parametrize("end", ["failed", "cancelled", "lost"])
def test_a_child_waits_for_all_its_parents(ws, end):
    one, two = add(ws, 2)
    (child,) = add(ws, parents=[two, one], priority=1)
    assert ws.jobs.get(child).parents == (one, two)
    assert [job.id for job in ws.jobs.children(one)] == [child]
    assert ws.jobs.children(child) == []
    assert [claim(ws), claim(ws), claim(ws)] == [one, two, None]
    ws.jobs.finish(two, "done")
    ws.jobs.finish(one, end, error="no")
    assert claim(ws) is None
    ws.jobs.finish(one, "done")
    assert claim(ws) == child


def test_a_held_job_waits_for_its_release(ws):
    one, two = add(ws, 2)
    (three,) = add(ws, held=True)
    ws.jobs.hold(one)
    assert ws.jobs.get(one).held
    assert queue(ws) == [one, two, three]
    assert [claim(ws), claim(ws)] == [two, None]
    ws.jobs.release(three)
    assert claim(ws) == three
    ws.jobs.release(one)
    assert not ws.jobs.get(one).held
    assert claim(ws) == one
    with pytest.raises(StoreError, match="job 1 is running: only a queued job can be held"):
        ws.jobs.hold(one)
    with pytest.raises(StoreError, match="job 1 is running: only a queued job can be released"):
        ws.jobs.release(one)


def test_moving_changes_places_with_the_neighbour(ws):
    add(ws, 3)
    (first,) = add(ws, priority=5)
    assert queue(ws) == [4, 1, 2, 3]
    assert ws.jobs.move(3, -1)
    assert queue(ws) == [4, 1, 3, 2]
    assert ws.jobs.move(1, 1)
    assert queue(ws) == [4, 3, 1, 2]
    assert ws.jobs.move(3, -1)
    assert queue(ws) == [3, 4, 1, 2], "past a higher priority"
    assert ws.jobs.get(3).priority == 5
    assert not ws.jobs.move(3, -1)
    assert not ws.jobs.move(2, 1)
    assert queue(ws) == [3, 4, 1, 2]
    assert [claim(ws) for _ in range(4)] == [3, 4, 1, 2]
    with pytest.raises(StoreError, match="job 4 is running: only a queued job can be moved"):
        ws.jobs.move(first, 1)
    (last,) = add(ws)
    assert queue(ws)[-1] == last


def test_moving_passes_over_what_runs(ws):
    add(ws, 3)
    assert claim(ws, take=lambda job_id: job_id == 2) == 2
    assert ws.jobs.move(3, -1)
    assert queue(ws) == [3, 2, 1]
    assert not ws.jobs.move(3, -1)


def test_only_ended_jobs_that_nobody_needs_are_deleted(ws):
    (parent,) = add(ws)
    (child,) = add(ws, parents=[parent])
    with pytest.raises(StoreError, match="job 1 is queued: cancel it before you delete it"):
        ws.jobs.delete(parent)
    claim(ws)
    with pytest.raises(StoreError, match="job 1 is running"):
        ws.jobs.delete(parent)
    ws.jobs.finish(parent, "done")
    with pytest.raises(StoreError, match="job 1 stays: job 2, which is queued, needs it"):
        ws.jobs.delete(parent)
    ws.jobs.request_cancel(child)
    ws.jobs.delete(parent)
    assert [job.id for job in ws.jobs.all()] == [child]
    assert ws.jobs.get(child).parents == ()
    ws.jobs.delete(child)
    assert add(ws) == [3], "a number is never used twice: the log has it in its name"


def test_cancelling_asks_and_then_insists(ws):
    (job,) = add(ws)
    ws.jobs.request_cancel(job)
    assert ws.jobs.get(job).state == "cancelled"
    assert ws.jobs.get(job).ended_at is not None
    assert claim(ws) is None
    (running,) = add(ws)
    claim(ws)
    for force, level in ((False, 1), (True, 2), (False, 2)):
        ws.jobs.request_cancel(running, force)
        now = ws.jobs.get(running)
        assert (now.state, now.cancel_requested, now.ended_at) == ("running", level, None)


def test_requeue_keeps_progress_and_attempts_and_forgets_the_process(ws):
    (job,) = add(ws, device="cuda")
    grants = {"wishes": ["auto", "cuda"], "device": "cuda:1"}
    assert claim(ws, **grants) == job
    ws.jobs.progress(job, 5, 9, "images", 3.0)
    ws.jobs.request_cancel(job)
    ws.jobs.finish(job, "failed", error="out of memory")
    ws.jobs.requeue(job)
    now = ws.jobs.get(job)
    assert (now.state, now.wished_device, now.device) == ("queued", "cuda", None)
    assert (now.pid, now.pid_started, now.boot_id, now.host) == (None,) * 4
    assert (now.error, now.started_at, now.ended_at, now.per_s) == (None,) * 4
    assert (now.done, now.total, now.attempts, now.cancel_requested) == (5, 9, 1, 0)
    assert ws.jobs.queued_count() == 1
    assert claim(ws, **grants) == job
    assert ws.jobs.get(job).attempts == 2


def test_a_job_that_was_held_when_cancelled_is_not_held_again(ws):
    (job,) = add(ws, held=True)
    ws.jobs.request_cancel(job)
    ws.jobs.requeue(job)
    assert claim(ws) == job


def test_equal_parameters_are_found_in_any_order(ws):
    params = {"model": "a", "k": 10, "dataset": {"result_of": 1, "name": "dataset_id"}}
    first = ws.jobs.add("evaluate", params)
    again = ws.jobs.add("evaluate", dict(reversed(params.items())), study="paper.toml")
    ws.jobs.add("evaluate", {**params, "k": 11}, study="paper.toml")
    ws.jobs.add("label", params)
    assert ws.jobs.find("evaluate", params) == again
    assert ws.jobs.find("evaluate", params, "paper.toml") == again
    assert ws.jobs.find("evaluate", params, "other.toml") is None
    assert ws.jobs.find("evaluate", {}) is None
    ws.jobs.request_cancel(again.id)
    ws.jobs.delete(again.id)
    assert ws.jobs.find("evaluate", params) == first


def test_a_listing_does_not_read_the_diffs(ws):
    """SQLite reads the pages of a row up to the last column asked for: `diff` is the last."""
    columns = [row[1] for row in ws.read().execute("PRAGMA table_info(jobs)")]
    assert columns[-1] == "diff"
    read = []
    add(ws, diff="x" * 1000)
    ws.read().set_authorizer(lambda action, table, column, *_: read.append((table, column)) or 0)
    ws.jobs.all()
    ws.jobs.unfinished()
    ws.read().set_authorizer(None)
    assert ("jobs", "params") in read
    assert ("jobs", "diff") not in read


def test_batch_sizes_grow_and_shrink_towards_each_other(ws):
    key = ("m1", "NVIDIA H100", "fp16", "images")
    sizes = ws.batch_sizes
    assert sizes.get(*key) == (None, None)
    sizes.note(*key, good=32)
    sizes.note(*key, good=16)
    assert sizes.get(*key) == (32, None)
    sizes.note(*key, bad=256)
    sizes.note(*key, bad=512)
    assert sizes.get(*key) == (32, 256)
    sizes.note(*key, good=64, bad=128)
    assert sizes.get(*key) == (64, 128)
    sizes.note(*key, good=128)
    sizes.note(*key, bad=64)
    sizes.note(*key, good=500, bad=1)
    assert sizes.get(*key) == (64, 128)
    assert sizes.get("m1", "NVIDIA H100", "fp32", "images") == (None, None)
    sizes.note("m2", *key[1:], bad=8)
    assert sizes.get("m2", *key[1:]) == (None, 8)


def test_only_a_queued_job_is_edited_and_it_keeps_its_place(ws):
    first, second = add(ws, 2)
    ws.jobs.edit(first, {"model": "b"}, "cuda:1")
    job = ws.jobs.get(first)
    assert (job.params, job.wished_device) == ({"model": "b"}, "cuda:1")
    assert queue(ws) == [first, second]
    assert claim(ws) == second
    with pytest.raises(StoreError, match="only a queued job can be edited"):
        ws.jobs.edit(second, {}, "cpu")
    with pytest.raises(NotFound):
        ws.jobs.edit(99, {}, "cpu")
