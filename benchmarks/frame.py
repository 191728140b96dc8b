"""What the job frame costs: an evaluation through a worker against the bare functions.

The bare side is one fresh process without a workspace, with the threads that a job is given: it
reads the captions, loads the model, decodes, embeds, ranks both directions, measures with intervals
and asks the labelers about every
failure, and keeps nothing. The worker's side is `workbench evaluate` as a user runs it: queue,
detached worker, child process, shards on disk, ranks and suggestions in the database. Rounds of
both alternate, and the least of each counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.report import machine, replace_section, table
from workbench.compute.devices import cores

if TYPE_CHECKING:
    from plugins.api import FailureCase
    from workbench.analysis.ranking import Retrieval

READER = "csv"
MODEL = "open_clip:ViT-B-32/random"
THREADS = {"OMP_NUM_THREADS": str(cores()), "OMP_WAIT_POLICY": "PASSIVE"}
IMAGE_BATCH, TEXT_BATCH, HITS = 32, 128, 10  # those of the job on a processor


def main() -> None:
    """Measure, print, and with ``--write`` put the table into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="CSV of image names and captions")
    parser.add_argument("images", type=Path, help="folder of the images")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--write", type=Path, help="document whose section is replaced")
    parser.add_argument("--bare", action="store_true", help="only compute, in this process")
    wish = parser.parse_args()
    if wish.bare:
        print(json.dumps(bare(wish.source, wish.images, wish.model)))
        return
    text = report(wish.source, wish.images, wish.model, wish.repeat)
    print(text)
    if wish.write:
        replace_section(wish.write, "frame", text)


def bare(source: Path, folder: Path, spec: str) -> dict[str, float]:
    """Evaluate without a workspace; returns R@1 of both directions and how many suggestions."""
    import PIL.Image

    from plugins import registry
    from plugins.api import ImageTextEncoder
    from store.records.dataset import Image
    from workbench.analysis.intervals import summarise
    from workbench.analysis.ranks import rank_retrieval
    from workbench.compute.batches import Batches
    from workbench.compute.efficiency import Spent
    from workbench.compute.embed import image_shard, text_shard

    samples = list(registry.load("datasets", READER).read(source, folder, None))
    texts = [caption.text for sample in samples for caption in sample.captions]
    owner = np.repeat(np.arange(len(samples)), [len(sample.captions) for sample in samples])
    images = []
    for row, sample in enumerate(samples):
        assert sample.path is not None
        with PIL.Image.open(sample.path) as header:  # what an import would have kept
            images.append(Image(row, 0, sample.key, sample.path, *header.size, None))
    model = registry.load_model(spec, "cpu")
    assert isinstance(model, ImageTextEncoder)
    pictures = image_shard(model, images, Batches(IMAGE_BATCH), Spent()).vectors
    captions = text_shard(model, texts, Batches(TEXT_BATCH), Spent())
    found = rank_retrieval(pictures, captions, owner, k=HITS)
    numbers = summarise(found, owner)
    labelers = [registry.load("labelers", name) for name in registry.names("labelers")]
    suggestions = sum(
        len(labeler.label(case)) for labeler in labelers for case in failures(found, texts, owner)
    )
    return {
        "t2i R@1": numbers["t2i"]["R@1"].value,
        "i2t R@1": numbers["i2t"]["R@1"].value,
        "suggestions": suggestions,
    }


def failures(found: Retrieval, texts: list[str], owner: np.ndarray) -> Iterator[FailureCase]:
    """Yield the failed queries of both directions as labelers see them."""
    from plugins.api import FailureCase

    of_image = [
        [texts[row] for row in np.flatnonzero(owner == image)] for image in np.unique(owner)
    ]
    for direction, ranking in (("t2i", found.t2i), ("i2t", found.i2t)):
        for place in np.flatnonzero(ranking.rank > 1):
            query, top = int(ranking.query[place]), int(ranking.top[place])
            if direction == "t2i":
                spoken, own, other = texts[query], of_image[owner[query]], of_image[top]
            else:
                spoken, own = texts[int(ranking.positive[place])], of_image[query]
                same = of_image[owner[top]]
                other = [texts[top], *(text for text in same if text != texts[top])]
            yield FailureCase(
                direction=direction,  # type: ignore[arg-type]
                query=spoken,
                positives=tuple(own),
                retrieved=tuple(other),
                rank=int(ranking.rank[place]),
                margin=float(ranking.margin[place]),
            )


def through_a_worker(source: Path, folder: Path, spec: str) -> tuple[float, dict[str, float]]:
    """Import, then evaluate with the command; returns its seconds and the run's R@1."""
    from store.workspace import Workspace

    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "workbench", "--workspace", place]
        importing = ("--reader", READER, "--name", "measured")
        subprocess.run(
            [*command, "import", str(source), *importing, "--images", str(folder)],
            check=True,
            capture_output=True,
        )
        started = time.perf_counter()
        subprocess.run(
            [*command, "evaluate", "--dataset", "measured", "--model", spec, "--device", "cpu"],
            check=True,
            capture_output=True,
        )
        elapsed_s = time.perf_counter() - started
        with Workspace(place, create=False) as workspace:
            (run,) = workspace.runs.all()
            found = {f"{m.direction} {m.name}": m.value for m in workspace.runs.metrics(run.id)}
            (found["suggestions"],) = (
                workspace.read()
                .execute("SELECT count(*) FROM suggestions WHERE run_id = ?", (run.id,))
                .fetchone()
            )
        return elapsed_s, found


def report(source: Path, folder: Path, spec: str, repeat: int) -> str:
    """Measure both and return the section."""
    bare_s, worker_s = [], []
    alone_command = [sys.executable, "-m", "benchmarks.frame", str(source), str(folder), "--bare"]
    for _ in range(repeat):
        started = time.perf_counter()
        alone = subprocess.run(
            [*alone_command, "--model", spec],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | THREADS,
        )
        bare_s.append(time.perf_counter() - started)
        expected = json.loads(alone.stdout.splitlines()[-1])
        elapsed_s, found = through_a_worker(source, folder, spec)
        worker_s.append(elapsed_s)
        for name in expected:
            assert found[name] == expected[name], (name, found[name], expected[name])
    least, most = min(bare_s), min(worker_s)
    rows = [[f"{least:.1f} s", f"{most:.1f} s", f"{100 * (most / least - 1):+.1f} %"]]
    return f"""## The job frame

An evaluation of {spec} on {source.parent.name} through a worker (`workbench evaluate`: queue,
processes, shards on disk, database) against the bare functions in one fresh process that keeps
nothing (`python -m benchmarks.frame`), with the same threads, told to wait without spinning: both
load the model, decode, embed, rank, measure and ask the labelers. The least of {repeat} alternating
rounds each; R@1 and the number of suggestions are the same.

{table(("bare functions", "through a worker", "overhead"), rows)}

{machine("torch", "open_clip_torch")}"""


if __name__ == "__main__":
    main()
