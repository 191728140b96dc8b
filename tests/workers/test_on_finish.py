"""The user's command after a job, really run."""

import time
from dataclasses import replace

import pytest

from tests.workers.living import ended
from workbench.settings import settings_path
from workbench.workers import queue
from workbench.workers.on_finish import run_on_finish


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings_path().parent.mkdir(parents=True)

    def write(text):
        settings_path().write_text(f"[jobs]\non_finish = '''{text}'''\n")

    return write


@pytest.fixture
def job(workspace):
    workspace.jobs_dir.mkdir(exist_ok=True)
    added = workspace.jobs.add("import", {"source": "/data/a\x1b[31m.csv"}, device="cpu")
    workspace.jobs.finish(added.id, "failed", error="no such file")
    return workspace.jobs.get(added.id)


def test_the_worker_runs_it_after_every_job(workspace, command, tmp_path):
    told = tmp_path / "told"
    command(f'echo hi; env | grep ^WORKBENCH_JOB_ | sort > "{told}.new"; mv "{told}.new" "{told}"')
    job = queue.submit(workspace, "import", {"source": "/nowhere.csv", "reader": "csv"})
    queue.wait(workspace, job.id, lambda _: None)
    deadline = time.monotonic() + 60
    while not told.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    facts = dict(line.partition("=")[::2] for line in told.read_text().splitlines())
    assert facts.pop("WORKBENCH_JOB_ERROR") == ended(workspace, job.id).error
    assert int(facts.pop("WORKBENCH_JOB_SECONDS")) < 60
    assert facts == {
        "WORKBENCH_JOB_ID": str(job.id),
        "WORKBENCH_JOB_STATE": "failed",
        "WORKBENCH_JOB_KIND": "import",
        "WORKBENCH_JOB_WHAT": "import /nowhere.csv",
        "WORKBENCH_JOB_WORKSPACE": str(workspace.path),
    }
    assert "hi\n" in queue.log_path(workspace, job.id).read_text()


def test_names_reach_it_without_control_characters(workspace, command, job):
    command('echo "$WORKBENCH_JOB_WHAT"')
    run_on_finish(workspace, job)
    assert queue.log_path(workspace, job.id).read_text() == "import /data/a [31m.csv\n"


def test_it_is_ended_when_it_takes_too_long(workspace, command, job, caplog):
    command("sleep 60; echo late")
    begun = time.monotonic()
    run_on_finish(workspace, job, limit_s=0.2)
    assert time.monotonic() - begun < 30
    assert "was ended after" in caplog.text


@pytest.mark.parametrize(
    ("text", "says"),
    [("exit 3", "exit code 3"), ("/nowhere/program", "exit code 127"), ("", "")],
)
def test_what_it_does_is_only_logged(workspace, command, job, caplog, text, says):
    command(text)
    before = workspace.jobs.get(job.id)
    run_on_finish(workspace, job)
    assert says in caplog.text
    assert bool(says) == bool(caplog.text)
    assert workspace.jobs.get(job.id) == before


def test_settings_that_cannot_be_read_are_only_logged(workspace, command, job, caplog):
    command("x")
    settings_path().write_text("[jobs")
    run_on_finish(workspace, replace(job, state="done"))
    assert "cannot be read" in caplog.text
