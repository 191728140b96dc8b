"""On plain data: which devices get workers, and what jobs wait for."""

import pytest

from workbench.workers import gpus as gpus_module
from workbench.workers.gpus import Gpu, Holder, gpus, visible
from workbench.workers.placement import (
    ANY_GPU,
    FREE_BYTES,
    WISHES,
    free,
    lacks,
    to_start,
    wishes_of,
)

GIB = 2**30


def gpu(index, free_gib=79.0, *, total_gib=80, busy=0.0, user="mh"):
    used = int((total_gib - free_gib) * GIB)
    holders = (Holder(100 + index, user, used),) if used > GIB else ()
    return Gpu(
        index, f"GPU-{index}{index}", "H100", total_gib * GIB, int(free_gib * GIB), busy, holders
    )


def test_without_gpus_work_goes_to_the_processor():
    assert to_start(["auto", "auto"], [], set()) == ["cpu"]
    assert to_start(["auto"], [], {"cpu"}) == []
    assert to_start(["cpu:1", "cpu"], [], {"cpu"}) == ["cpu:1"]
    assert to_start(["cuda", "cuda:0"], [], set()) == []
    assert lacks("auto", [], set()) is None
    assert lacks("cuda", [], set()) == "a GPU: this machine has none"
    assert lacks("cuda:1", [], set()) == "a GPU: this machine has none"


def test_the_gpu_with_the_most_free_memory_comes_first_and_used_ones_never():
    found = [gpu(0, 40), gpu(1, 3), gpu(2, 79), gpu(3, 79, busy=0.9), gpu(4, 79)]
    assert [one.index for one in free(found, {"cuda:4"})] == [2, 3, 0]
    small = gpu(5, 2.5, total_gib=4)
    assert small.free_bytes < FREE_BYTES
    assert free([small], ()) == [small]


def test_every_job_gets_a_gpu_of_its_own_while_there_are_free_ones():
    found = [gpu(0), gpu(1, 50), gpu(2, 2)]
    assert to_start(["auto"], found, set()) == ["cuda:0"]
    assert to_start(["auto", "cpu", "cuda"], found, set()) == ["cpu", "cuda:0", "cuda:1"]
    assert to_start(["cuda:0", "auto"], found, set()) == ["cuda:0", "cuda:1"]
    assert to_start(["auto"] * 3, found, set()) == ["cuda:0", "cuda:1", ANY_GPU]
    assert to_start(["auto"] * 3, found, {"cuda:0", "cuda:1", ANY_GPU}) == []
    assert to_start(["auto"] * 3, found[:2], {"cuda:0", "cuda:1"}) == []
    assert to_start(["cuda:7"], found, set()) == []


def test_one_worker_waits_where_all_gpus_are_held_by_others():
    found = [gpu(0, 8.8, user="mh"), gpu(1, 2, user="li")]
    assert to_start(["auto", "auto"], found[1:], set()) == [ANY_GPU]
    assert lacks("auto", found, set()) is None
    held = [gpu(0, 3.8), gpu(1, 2, user="li")]
    assert lacks("auto", held, set()) == (
        "a free GPU: GPU0 held by mh 76.2 of 80 GiB, GPU1 held by li 78.0 of 80 GiB"
    )
    assert lacks("auto", held, {"cuda:1"}) is None
    assert lacks("cuda:1", held, set()) is None
    assert lacks("cuda:2", held, set()) == "cuda:2: this machine has cuda:0, cuda:1"


@pytest.mark.parametrize(
    ("device", "found", "wishes"),
    [
        ("cpu", [], {"cpu", "auto"}),
        ("cpu", [gpu(0)], {"cpu"}),
        ("cpu:2", [], {"cpu:2", "cpu", "auto"}),
        ("cuda:1", [gpu(0), gpu(1)], {"cuda:1", "cuda", "auto"}),
        (ANY_GPU, [gpu(0)], {"cuda", "auto"}),
    ],
)
def test_a_worker_meets_the_wishes_for_its_device(device, found, wishes):
    assert set(wishes_of(device, found)) == wishes


def test_wishes_have_one_form():
    for wish in ("auto", "cpu", "cpu:1", "cuda", "cuda:0", "cuda:15"):
        assert WISHES.fullmatch(wish)
    for wish in ("", "gpu", "cuda:", "cuda:01", "auto:1", "cuda:0\n", "CPU"):
        assert not WISHES.fullmatch(wish)


def test_cuda_visible_devices_is_read_as_cuda_reads_it():
    found = [gpu(0), gpu(1), gpu(2)]

    def left(allowed):
        return [one.index for one in visible(found, allowed)]

    assert left(None) == [0, 1, 2]
    assert left("2,0") == [0, 2]
    assert left("GPU-11") == [1]
    assert left("GPU-2,1") == [1, 2]
    assert left("1,9,0") == [1]
    assert left("GPU-") == []
    assert left("") == left("-1") == left("NoDevFiles") == []


def test_a_machine_without_a_driver_has_no_gpus(monkeypatch):
    pynvml = pytest.importorskip("pynvml")

    def missing():
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", missing)
    monkeypatch.setattr(gpus_module, "_looked", None)
    assert gpus() == []
