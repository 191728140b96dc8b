"""Jobs as text: states in words, devices at any width, the command that repeats a job."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from store.records.job import Job
from store.workspace import Workspace
from workbench.cli import main
from workbench.presenters.devices import device_lines
from workbench.presenters.job_command import command_lines, job_command
from workbench.presenters.job_table import job_header, job_lines, summary
from workbench.presenters.jobs import (
    brief_what,
    code_words,
    in_order,
    job_row,
    state_words,
    what,
)
from workbench.presenters.log import diff_line, folded
from workbench.presenters.text import width
from workbench.session.devices import devices_view
from workbench.workers.gpus import Gpu, Holder

DATASETS = {1: "flickr30k/test"}


@pytest.fixture
def make(workspace: Workspace) -> Callable[..., Job]:
    """Make a job record: real columns, with some of them changed."""
    from dataclasses import replace

    def made(kind: str = "evaluate", params: dict[str, Any] | None = None, **changes: Any) -> Job:
        return replace(workspace.jobs.add(kind, params or {}), **changes)

    return made


@pytest.mark.parametrize(
    ("waits_for", "words"),
    [
        ("job 31", "waits for 31"),
        ("job 31, which failed: retry that", "needs 31 (failed)"),
        ("job 31, which is cancelled: retry that", "needs 31 (cancelled)"),
        ("release", "waits for release"),
        ("a free GPU: GPU0 held by mh 71.0 of 80 GiB", "waits for a free GPU"),
        ("cuda:7: this machine has cuda:0", "waits for cuda:7"),
    ],
)
def test_what_a_job_waits_for_fits_the_narrow_table(
    make: Callable[..., Job], waits_for: str, words: str
) -> None:
    job = make(state="waiting", waits_for=waits_for)
    assert state_words(job) == words
    assert len(words) < 21


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("The job was killed by the system because memory ran out: retry it", "failed: memory"),
        ("The disk is full (/x): no space", "failed: disk full"),
        ("The job was killed from outside (SIGKILL), not for lack of memory", "failed: killed"),
        ("The job crashed (SIGSEGV), in a library", "failed: crashed"),
        ("The weights are not on this machine.", "failed"),
    ],
)
def test_the_cause_of_a_failure_is_one_word(
    make: Callable[..., Job], error: str, words: str
) -> None:
    assert state_words(make(state="failed", error=error)) == words


def test_a_lost_job_tells_of_a_reboot(make: Callable[..., Job]) -> None:
    assert job_row(make(state="lost"), 0.0).words == "lost"
    assert job_row(make(state="lost"), 0.0, rebooted=True).words == "lost (reboot)"


def test_a_job_names_its_model_and_data_long_and_short() -> None:
    params = {"dataset_id": 1, "model": "open_clip:ViT-B-32/laion2b_s34b_b79k", "rerank": 128}
    assert what("evaluate", params, DATASETS) == (
        "evaluate ViT-B-32/laion2b_s34b_b79k + rerank 128 on flickr30k/test"
    )
    assert brief_what("evaluate", params, DATASETS) == "eval ViT-B-32+rr128 flickr30k"
    params = {"dataset_id": {"result_of": 3, "name": "dataset_id"}, "model": "blip:Org/blip-base"}
    assert what("caption", params, DATASETS) == "caption with Org/blip-base on data of job 3"
    assert brief_what("caption", params, DATASETS) == "caption blip-base"
    assert what("label", {"run_id": {"result_of": 3, "name": "run_id"}}, {}) == "label run of job 3"


def test_the_code_is_named_with_its_changes() -> None:
    origin = {"code_version": "0.1.0", "commit": "4f2c1ab9988", "changed": 2}
    assert code_words(origin) == "workbench 0.1.0, commit 4f2c1ab + 2 changed files"
    assert code_words({"code_version": "0.1.0", "commit": None}) == "workbench 0.1.0"
    assert code_words({}) == ""


def test_priority_goes_before_place(make: Callable[..., Job]) -> None:
    jobs = [make(), make(), make(priority=3), make(state="running"), make(state="waiting")]
    assert [job.id for job in in_order(jobs)] == [4, 3, 1, 2, 5]


def test_what_a_job_of_a_study_does_is_whole_at_80(make: Callable[..., Job]) -> None:
    data = {"name": "dataset_id", "result_of": 1}
    params = {"model": "open_clip:local-dir:/m/clip-tiny", "dataset_id": data, "rerank": 16}
    row = job_row(make(params=params, state="done"), 0.0, DATASETS)
    assert row.what == "evaluate clip-tiny + rerank 16 on data of job 1"
    assert " eval clip-tiny+rr16 " in job_lines([row], 79)[0].text


@pytest.mark.parametrize("cells", [59, 79, 99, 119, 159, 199])
def test_the_table_is_as_wide_as_its_header_whatever_there_is(
    make: Callable[..., Job], cells: int
) -> None:
    rows = [
        job_row(make(params={"model": "m" * 200, "dataset_id": 1}, study="s" * 60), 0.0, DATASETS),
        job_row(make(state="failed", error="/a/b " * 99, attempts=3), 0.0),
        job_row(make("\u4e00" * 60, state="waiting", waits_for="job 123456789"), 0.0),
    ]
    head = width(job_header(rows, cells).text)
    assert head <= cells
    for line in job_lines(rows, cells, {1}):
        assert width(line.text) + 3 == head
        assert "*1" in line.text or line.key != "1"
    assert width(summary(rows, cells, 2).text) <= cells


def test_columns_do_not_move_when_a_job_goes_on(make: Callable[..., Job]) -> None:
    waits = job_row(make(state="waiting", waits_for="a free GPU: GPU0"), 0.0)
    runs = job_row(make(state="running", per_s=66.0, done=5, total=1000, stage="embedding"), 0.0)
    ends = job_row(make(state="done"), 0.0)
    for cells in (79, 119, 199):
        assert len({job_header([row], cells).text for row in (waits, runs, ends)}) == 1


GIB = 1 << 30


def gpu(index: int, free: int, *users: str) -> Gpu:
    holders = tuple(Holder(n, user, GIB) for n, user in enumerate(users))
    return Gpu(index, f"GPU-{index}", "NVIDIA H100", 80 * GIB, free * GIB, 0.5, holders)


def test_devices_are_told_as_fully_as_there_is_room() -> None:
    two = [gpu(0, 9, "mh", "root"), gpu(1, 55, "me")]
    view = devices_view(two, {"cuda:1"}, {}, 8, "me")
    (line,) = device_lines(view, 120, tall=True)
    assert line.text == (
        " GPU0 mh +1 71.0/80G 50%    GPU1 you 25.0/80G 50%    free: none    1 worker: cuda:1"
    )
    assert view.gpus[1].has_worker
    assert not view.gpus[0].has_worker
    (line,) = device_lines(view, 60, tall=False)
    assert line.text == " GPU0 mh +1 50%   GPU1 you 50%"
    eight = devices_view([gpu(n, 80) for n in range(7)] + two[:1], set(), {}, 8, "me")
    (line,) = device_lines(eight, 80, tall=False)
    assert line.text == " 8 GPUs: 0 yours, 1 of others, 7 free    no worker at work"
    assert all(width(one.text) <= 60 for one in device_lines(eight, 60, tall=True))


def test_a_wide_and_tall_screen_shows_each_gpu_with_its_last_minutes() -> None:
    view = devices_view([gpu(0, 40, "?")], set(), {"GPU-0": (0.0, 0.5, 1.0)}, 8, "me")
    lines = device_lines(view, 160, tall=True)
    assert len(lines) == 2
    assert "others" in lines[0].text
    assert "40.0 of 80 GiB" in lines[0].text
    assert " \u2584\u2588" in lines[0].text
    assert "█" * 10 + "░" * 10 in lines[0].text
    assert width(lines[0].text) <= 160


def test_a_gpu_with_memory_in_use_and_nobody_to_see_is_of_others() -> None:
    assert devices_view([gpu(0, 40)], set(), {}, 8, "me").gpus[0].who == "others"
    assert devices_view([gpu(0, 80)], set(), {}, 8, "me").gpus[0].who == "free"


@pytest.mark.parametrize(
    ("kind", "params", "device", "words"),
    [
        (
            "evaluate",
            {
                **{"dataset_id": 1, "model": "blip:a b", "rerank": 8, "rerank_model": "blip:a b"},
                **{"batch_size": "auto", "k": 10},
            },
            "cuda:1",
            "evaluate --dataset flickr30k/test --model 'blip:a b' --rerank 8 --batch-size auto "
            "--top-k 10 --device cuda:1",
        ),
        (
            "evaluate",
            {
                **{"dataset_id": 1, "model": "blip:x", "decoder": "torchvision"},
                **{"engine": "ray", "address": "head:6379"},
            },
            "auto",
            "evaluate --dataset flickr30k/test --model blip:x --decoder torchvision --engine ray "
            "--address head:6379",
        ),
        (
            "caption",
            {"dataset_id": 1, "model": "blip:x", "options": {"beams": 3, "top_p": 0.9}, "clip": 4},
            "auto",
            "caption --dataset flickr30k/test --model blip:x --beams 3 --top-p 0.9 --clip 4",
        ),
        (
            "import",
            {"source": "/d/c.json", "reader": "coco", "images": None, "licence": "CC0", "name": ""},
            "auto",
            "import /d/c.json --reader coco --licence CC0",
        ),
        ("label", {"run_id": 3}, "auto", "label 3"),
        ("probe", {"run_id": 3, "directions": ["t2i", "i2t"]}, "auto", "probe 3"),
        (
            "probe",
            {"run_id": 3, "directions": ["i2t"], "every": True},
            "cpu",
            "probe 3 --direction i2t --all-queries --device cpu",
        ),
        (
            "cluster",
            {"run_id": 3, "k": None, "features": "both", "where": "rank>9 coat", "seed": 0},
            "cpu",
            "cluster 3 --features both --where 'rank>9 coat' --seed 0",
        ),
        ("space", {"run_id": 3, "other_id": 4, "seed": 7}, "auto", "space 3 --other 4 --seed 7"),
        ("space", {"run_id": 3}, "auto", "space 3"),
        ("false_negatives", {"run_id": 3}, "cpu", "false-negatives 3"),
    ],
)
def test_the_command_repeats_the_job_and_its_options_exist(
    make: Callable[..., Job], kind: str, params: dict[str, Any], device: str, words: str
) -> None:
    job = make(kind, params, wished_device=device)
    command = job_command(job, "/w s/ws", DATASETS)
    assert command == f"workbench --workspace '/w s/ws' {words}"
    for cells in range(28, 80):
        rows = command_lines(command, cells)
        assert all(len(row) <= cells for row in rows)
        assert shlex.split(" ".join(rows).replace("\\ ", "")) == shlex.split(command)
        ends = {row.rstrip(" \\").rpartition(" ")[2] for row in rows} - {"--all-queries"}
        assert not any(end.startswith("--") for end in ends)
    usage = CliRunner().invoke(main, [kind.replace("_", "-"), "--help"]).output
    for word in shlex.split(words):
        assert not word.startswith("--") or word in usage


def test_what_hangs_on_other_jobs_has_no_command(make: Callable[..., Job]) -> None:
    later = {"result_of": 3, "name": "dataset_id"}
    assert job_command(make("evaluate", {"dataset_id": later}), "ws", DATASETS) is None
    for kind in ("label", "probe", "cluster", "false_negatives"):
        assert job_command(make(kind, {"run_id": later}), "ws", {}) is None
    assert job_command(make("space", {"run_id": 3, "other_id": later}), "ws", {}) is None
    assert job_command(make("evaluate", {"dataset_id": 9}), "ws", DATASETS) is None
    clip = {"dataset_id": 1, "clip": {"result_of": 3, "name": "itc_run_id"}}
    assert job_command(make("caption", clip), "ws", DATASETS) is None


def test_lines_keep_their_indentation_when_they_are_broken() -> None:
    assert folded("    one two three", 12) == ["    one two", "    three"]
    assert folded("", 12) == [""]
    assert diff_line("-\treturn \x1b[2J1") == "-    return \ufffd1"
    assert diff_line("") == ""
    assert diff_line("+") == "+"
