"""JPEGs to a model's input: threads against processes, PIL against torchvision, and what differs.

Every figure is of a process of its own that may use one core or two. Rounds alternate and the best
of each counts, because machines are shared and noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import sample_data
from benchmarks.embedding import find_photos
from benchmarks.report import machine, replace_section, table
from plugins.api import Decoder
from plugins.models.open_clip_images import OpenClipPreparation
from store.records.dataset import Image
from store.workspace import Workspace
from workbench.compute.context import JobContext
from workbench.compute.decoding import prepare
from workbench.compute.efficiency import Spent
from workbench.compute.prepared import prepared
from workbench.jobs import evaluate
from workbench.jobs.import_dataset import import_dataset

GROUP = 32
WARM = 4
"""Groups before the clock starts: by then every process is there and busy."""

OPENAI = {
    "size": (224, 224),
    "mode": "RGB",
    "mean": (0.48145466, 0.4578275, 0.40821073),
    "std": (0.26862954, 0.26130258, 0.27577711),
    "interpolation": "bicubic",
    "resize_mode": "shortest",
    "fill_color": 0,
}
WAYS: tuple[tuple[str, Decoder], ...] = (
    ("threads", "pil"),
    ("processes", "pil"),
    ("threads", "torchvision"),
    ("processes", "torchvision"),
)
CUTOFFS = (1, 5, 10)


class Preparing:
    """As much of a model as decoding needs: ViT-B-32's preparation of images."""

    def __init__(self, decoder: Decoder) -> None:
        self.preparation = OpenClipPreparation(OPENAI).decoded_by(decoder)
        self.prepare_image = self.preparation.prepare_image


def main() -> None:
    """Measure, print, and with ``--write`` put the tables into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="folder of JPEGs; they are made up otherwise")
    parser.add_argument("--captions", type=Path, help="CSV of image and caption: also compare R@K")
    parser.add_argument("--images", type=int, default=768)
    parser.add_argument("--repeat", type=int, default=2, help="rounds; the best counts")
    parser.add_argument("--write", type=Path, help="document whose decoding section is replaced")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(arguments.photos, arguments.images, **json.loads(arguments.one))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = find_photos(arguments.photos, folder, arguments.images)
        source = arguments.photos or folder / "photos"
        parts = [PREFACE, speeds(source, arguments.images, arguments.repeat), "", apart(photos)]
        if arguments.captions and arguments.photos:
            parts += ["", recalls(folder, arguments.captions, arguments.photos)]
    text = "\n".join([*parts, "", machine("torch", "torchvision", "pillow", "open_clip_torch")])
    print(text)
    if arguments.write:
        replace_section(arguments.write, "decoding", text)


def speeds(photos: Path, images: int, repeat: int) -> str:
    """Images a second by every way, on one core and two, the interpreter idle and busy."""
    settings = [
        {"way": way, "decoder": decoder, "cores": cores, "busy": busy}
        for cores in (1, 2)
        for way, decoder in WAYS
        for busy in (False, True)
    ]
    best: dict[str, dict[str, float]] = {}
    for _ in range(repeat):
        for setting in settings:
            key = json.dumps(setting)
            command = [sys.executable, "-m", "benchmarks.decoding", "--photos", str(photos)]
            command += ["--images", str(images), "--one", key]
            found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
            known = best.get(key, found)
            best[key] = {
                "per_s": max(found["per_s"], known["per_s"]),
                "start_s": min(found["start_s"], known["start_s"]),
            }
    rows = []
    for cores in (1, 2):
        for way, decoder in WAYS:
            idle, busy = (
                best[json.dumps({"way": way, "decoder": decoder, "cores": cores, "busy": busy})]
                for busy in (False, True)
            )
            rows.append(
                [
                    str(cores),
                    way,
                    decoder,
                    f"{idle['per_s']:.0f}/s",
                    f"{busy['per_s']:.0f}/s",
                    f"{idle['start_s']:.1f} s",
                ]
            )
    head = ("cores", "way", "decoder", "images", "beside a busy interpreter", "first batch after")
    return table(head, rows)


def one(
    folder: Path, images: int, way: str, decoder: Decoder, cores: int, busy: bool
) -> dict[str, float]:
    """Decode photographs in one way; called in a process of its own."""
    usable = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, usable[:cores])
    photos = find_photos(folder, folder, images)
    groups = [photos[start : start + GROUP] for start in range(0, len(photos), GROUP)]
    processes = cores if way == "processes" else 0
    started = time.perf_counter()
    with spinning(busy):
        times = [
            time.perf_counter()
            for _ in prepared(Preparing(decoder), groups, Spent(), processes=processes)
        ]
    rate = GROUP * (len(times) - 1 - WARM) / (times[-1] - times[WARM])
    return {"per_s": rate, "start_s": times[0] - started}


@contextmanager
def spinning(busy: bool) -> Iterator[None]:
    """Keep the interpreter busy meanwhile, as a loop around a fast GPU does."""
    stop = threading.Event()

    def spin() -> None:
        while not stop.is_set():
            pass

    thread = threading.Thread(target=spin)
    if busy:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if busy:
            thread.join()


def apart(photos: list[Image]) -> str:
    """How far the pixels of both decoders are apart, in levels of 255."""
    by_pil, by_torchvision = Preparing("pil"), Preparing("torchvision")
    scale = 255 * np.array(OPENAI["std"], np.float32)[:, None, None]
    levels = [
        np.abs(pixels(by_pil, photo) - pixels(by_torchvision, photo)) * scale
        for photo in photos[:200]
    ]
    return (
        f"Pixels of {len(levels)} photographs by torchvision against PIL: largest difference "
        f"{max(map(np.max, levels)):.2f} of 255 levels, mean {np.mean(levels):.4f}."
    )


def pixels(model: Preparing, photo: Image) -> NDArray[np.float32]:
    """Prepare one photograph."""
    found = prepare(model.preparation, photo)
    assert not isinstance(found, str), found
    return found


def recalls(folder: Path, captions: Path, photos: Path) -> str:
    """R@K of the sample's CLIP with the pixels of either decoder."""
    with Workspace(folder / "workspace") as workspace:
        context = JobContext(workspace, {}, lambda *_: None)
        (data,), _ = import_dataset(
            context, source=captions, reader_name="csv", images=photos, name="photographs"
        )
        found: dict[str, Any] = {}
        for decoder in ("pil", "torchvision"):
            params = {
                "dataset_id": data.id,
                "model": f"open_clip:local-dir:{sample_data.CLIP_DIR}",
                "decoder": decoder,
            }
            result = evaluate.run(JobContext(workspace, params, lambda *_: None))
            run = workspace.runs.get(int(result["run_id"]))
            metrics = {(m.direction, m.name): m.value for m in workspace.runs.metrics(run.id)}
            ranks = [workspace.runs.ranks(run.id, way)[1] for way in ("t2i", "i2t")]
            found[decoder] = metrics, ranks, run.efficiency
        names = [(way, f"R@{k}") for way in ("t2i", "i2t") for k in CUTOFFS]
        rows = [
            [
                decoder,
                *(f"{100 * metrics[name]:.2f}" for name in names),
                f"{cost['images_per_s']:.0f}/s",
                f"{cost['waited_share']:.1%}",
            ]
            for decoder, (metrics, _, cost) in found.items()
        ]
        changed = [
            f"{np.mean(one != other):.1%}"
            for one, other in zip(found["pil"][1], found["torchvision"][1], strict=True)
        ]
    head = ("decoder", *(f"{way} {name}" for way, name in names), "images embedded", "waited")
    return "\n".join(
        [
            f"The sample's CLIP on {data.n_images:,} photographs with {data.n_captions:,} captions "
            f"(drawn shapes are all it knows); {changed[0]} of the captions' ranks and "
            f"{changed[1]} of the images' differ:",
            "",
            table(head, rows),
        ]
    )


PREFACE = """## Decoding

`python -m benchmarks.decoding`: JPEGs to the input of ViT-B-32 (224 pixels, bicubic) by the code
that embeds. "Beside a busy interpreter": while another thread of the process runs Python without
end, as the loop around a fast GPU nearly does. Threads then wait for the interpreter between a
decode and a resize; processes have their own, and seconds of start-up. Both give the same pixels.
So images are decoded in processes where a GPU takes many (4 cores and 2,048 images or more), and
in threads elsewhere.
"""

if __name__ == "__main__":
    main()
