"""With real git repositories, among them one that would run programs."""

import os
import subprocess
import sys

import pytest

from workbench.workers import origin as origin_module
from workbench.workers.origin import MAX_DIFF_BYTES, differences, origin


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """Neither the user's settings nor a repository around the temporary folder count."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


def git(folder, *arguments):
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    git(folder, "init", "-q")
    (folder / "model.py").write_text("lr = 1\n")
    (folder / "src" / "other.py").write_text("x = 1\n")
    (folder / "notes.txt").write_text("a note\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def test_the_commit_and_the_diff_of_the_project_that_one_stands_in(project, monkeypatch):
    (project / "model.py").write_text("lr = 2\n")
    monkeypatch.chdir(project / "src")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setenv("HF_TOKEN", "a secret")
    facts, diff = origin()
    assert facts["commit"] == git(project, "rev-parse", "HEAD").strip()
    assert facts["changed"] == 1
    assert "-lr = 1\n+lr = 2\n" in diff
    assert facts["folder"] == str(project / "src")
    assert facts["python"] == sys.version.split()[0]
    assert set(facts["packages"]) == {"torch", "open_clip_torch", "transformers", "numpy"}
    assert facts["env"]["OMP_NUM_THREADS"] == "3"
    assert "HF_TOKEN" not in facts["env"]


def test_no_project_no_commit(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        facts, diff = origin(folder)
        assert (facts["commit"], facts["changed"], diff) == (None, 0, "")


def test_a_deleted_folder_is_no_error(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert origin()[0]["folder"] is None


def test_a_large_diff_is_cut_and_says_so(project):
    (project / "model.py").write_text("a line\n" * 300_000)
    facts, diff = origin(project)
    assert facts["changed"] == 1
    assert diff.endswith("(cut: the diff has more than 1,000,000 bytes)\n")
    assert len(diff) < MAX_DIFF_BYTES + 100


def test_nothing_that_a_repository_configures_is_run(project, tmp_path):
    """Every way in which `git diff` can be made to run a program."""
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $@" >> {ran}\nexec cat\n')
    program.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "pre-auto-gc"):
        (hooks / hook).symlink_to(program)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.a=b.clean",
        "filter.other.process",
    ):
        git(project, "config", name, str(program))
    git(project, "config", "core.hooksPath", str(hooks))
    git(project, "config", "filter.evil.required", "true")
    (project / ".gitattributes").write_text(
        "model.py diff=evil filter=evil\nsrc/other.py filter=a=b diff=evil\n*.txt filter=other\n"
    )
    (project / "model.py").write_text("lr = 3\n")
    (project / "src" / "other.py").write_text("x = 3\n")
    (project / "notes.txt").write_text("another\n")
    ran.unlink(missing_ok=True)
    facts, diff = origin(project)
    assert not ran.exists(), ran.read_text()
    assert facts["changed"] == 3
    assert "+lr = 3\n" in diff
    # The traps do work: a plain diff runs them.
    subprocess.run(["git", "diff", "HEAD"], cwd=project, capture_output=True)
    assert ran.exists()


@pytest.fixture
def trap(tmp_path):
    """A program that leaves a trace, and where it leaves it."""
    ran, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $@" >> {ran}\nexec cat\n')
    program.chmod(0o755)
    return program, ran


def test_nothing_that_a_submodule_configures_is_run(project, tmp_path, trap):
    program, ran = trap
    whole = tmp_path / "whole"
    whole.mkdir()
    git(whole, "init", "-q")
    git(whole, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", project, "sub")
    git(whole, "commit", "-qm", "first")
    (whole / "sub" / "model.py").write_text("lr = 2\n")
    git(whole / "sub", "commit", "-qam", "second")
    git(whole, "config", "diff.submodule", "diff")
    git(whole / "sub", "config", "diff.external", str(program))
    facts, diff = origin(whole)
    assert not ran.exists(), ran.read_text()
    assert facts["changed"] == 1
    assert "+Subproject commit" in diff
    # The trap does work: a plain diff runs it.
    subprocess.run(["git", "diff", "HEAD"], cwd=whole, capture_output=True)
    assert ran.exists()


def test_more_filters_than_can_be_turned_off_make_the_diff_unknown(project, trap):
    program, ran = trap
    with (project / ".git" / "config").open("a") as config:
        for n in range(11):
            config.write(f'[filter "{"x" * 95_000}{n}"]\n\tclean = false\n')
        config.write(f'[filter "evil"]\n\tclean = {program}\n')
    (project / ".gitattributes").write_text("model.py filter=evil\n")
    (project / "model.py").write_text("lr = 3\n")
    facts, diff = origin(project)
    assert not ran.exists(), ran.read_text()
    assert facts["commit"] is not None
    assert diff.startswith("(the diff is unknown")


def test_slow_git_is_not_waited_for(project, monkeypatch, tmp_path):
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(origin_module, "GIT_S", 0.1)
    assert origin(project)[0]["commit"] is None


def test_what_has_changed_since_is_said(project):
    facts, diff = origin(project)
    assert differences(facts, diff) == []
    (project / "model.py").write_text("lr = 2\n")
    (changed,) = differences(facts, diff)
    assert "uncommitted changes" in changed
    git(project, "commit", "-qam", "second")
    (moved,) = differences(facts, diff)
    assert "is at commit" in moved
    older = facts | {"code_version": "0.0.1", "packages": {"numpy": "1.0"}, "commit": None}
    assert [line.split(" is ")[0] for line in differences(older, diff)] == [
        "the workbench",
        "numpy",
    ]
