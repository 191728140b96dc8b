"""The import job: read a data set, check every image and caption, then write it whole."""

from __future__ import annotations

import hashlib
import logging
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plugins import registry
from plugins.api import DatasetReader, Sample
from store.records.dataset import Dataset, NewCaption, NewImage
from workbench.compute.context import JobContext
from workbench.compute.errors import ImportProblem
from workbench.compute.images import ImageFacts, inspect_image

log = logging.getLogger("workbench.jobs")

NAMED = 10
"""How many examples of a problem a report names; the log has them all."""

_BLOCK = 256


@dataclass(slots=True)
class ImportReport:
    """What was found: counts, and the names behind each kind of problem."""

    images: int = 0
    captions: int = 0
    problems: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, name: str) -> None:
        """Note that `name` has a problem of a kind."""
        self.problems[kind].append(name)

    def lines(self, named: int | None = NAMED) -> Iterator[str]:
        """Describe the problems, naming the first few of each (all of them if `named` is None)."""
        for kind, names in self.problems.items():
            shown = names if named is None else names[:named]
            rest = f" and {len(names) - len(shown)} more" if len(shown) < len(names) else ""
            yield f"{len(names)} x {kind}: {', '.join(shown)}{rest}"


def run(context: JobContext) -> Mapping[str, Any]:
    """Import as a background job; parameters as in `import_dataset`.

    `dataset_id` is the data set that its name stands for: the only split, or else `test`.
    """
    params = context.params
    images = params.get("images")
    datasets, report = import_dataset(
        context,
        source=Path(params["source"]),
        reader_name=params["reader"],
        images=Path(images) if images else None,
        split=params.get("split"),
        name=params.get("name"),
        licence=params.get("licence") or "",
    )
    for line in report.lines(None):
        log.info("%s", line)
    found: dict[str, Any] = {
        "datasets": [dataset.id for dataset in datasets],
        "problems": {kind: len(names) for kind, names in report.problems.items()},
    }
    test = [dataset for dataset in datasets if dataset.split == "test"]
    if len(datasets) == 1 or test:
        found["dataset_id"] = (test or datasets)[0].id
    return found


def import_dataset(
    context: JobContext,
    *,
    source: Path,
    reader_name: str,
    images: Path | None = None,
    split: str | None = None,
    name: str | None = None,
    licence: str = "",
) -> tuple[list[Dataset], ImportReport]:
    """Read, check and store a data set, one row of `datasets` a split.

    Raises plugins.api.PluginError for an unknown reader or a source that cannot be read, and
    ImportProblem where nothing usable is left; then nothing has been written.
    """
    reader = registry.load("datasets", reader_name)
    if images is not None and not images.is_dir():
        raise ImportProblem(f"{images} is not a folder: --images takes the folder of the images.")
    # Absolute from here on: the job that evaluates may run in another folder.
    images = images.resolve() if images is not None else None
    samples = _read(context, reader, source, images, split)
    facts = _inspect(context, samples)
    report = ImportReport(len(samples), sum(len(s.captions) for s in samples))
    problems = _find_problems(samples, facts, report)
    _refuse_unusable(source, images, samples, facts)
    store = context.workspace.datasets
    name = name or source.absolute().name.lstrip(".").split(".")[0]
    if not name:
        raise ImportProblem(f"{source} gives the data set no name: add --name.")
    by_split = _rows_by_split(samples)
    fingerprints = {key: _fingerprint(samples, facts, rows) for key, rows in by_split.items()}
    for split_name, fingerprint in fingerprints.items():
        store.known(name, split_name, fingerprint)  # raises before anything is written
    datasets = []
    for split_name, rows in by_split.items():
        context.progress(f"writing {split_name}", 0, len(rows))
        datasets.append(
            store.add(
                name=name,
                split=split_name,
                reader=reader_name,
                source=str(source.resolve()),
                images_root=images,
                licence=licence,
                fingerprint=fingerprints[split_name],
                images=_new_images(context, samples, facts, problems, rows),
            )
        )
    return datasets, report


def _refuse_unusable(
    source: Path,
    images: Path | None,
    samples: list[Sample],
    facts: list[ImageFacts | None],
) -> None:
    if images is not None and all(fact is None or fact.width is None for fact in facts):
        raise ImportProblem(
            f"None of the {len(samples):,} images can be read below {images} "
            f"(first: {samples[0].key}, {facts[0].problem if facts[0] else 'no path'}): "
            "check --images."
        )
    if not any(sample.captions for sample in samples):
        raise ImportProblem(f"{source} has {len(samples):,} images but no caption.")


def _rows_by_split(samples: list[Sample]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, sample in enumerate(samples):
        rows[sample.split].append(row)
    return rows


def _read(
    context: JobContext,
    reader: DatasetReader,
    source: Path,
    images: Path | None,
    split: str | None,
) -> list[Sample]:
    samples: list[Sample] = []
    seen: set[tuple[str, str]] = set()
    for sample in reader.read(source, images, split):
        if (sample.split, sample.key) in seen:
            raise ImportProblem(
                f"{source} has the image {sample.key!r} twice in split {sample.split}: "
                "each image may stand there once."
            )
        seen.add((sample.split, sample.key))
        samples.append(sample)
        context.progress("reading captions", len(samples), 0)
    if not samples:
        raise ImportProblem(f"{source} holds no image: is it the right file for this reader?")
    return samples


def _inspect(context: JobContext, samples: list[Sample]) -> list[ImageFacts | None]:
    """Check each image file; None for samples without pixels. Threads: decoders drop the GIL."""
    if not any(sample.path is not None for sample in samples):
        return [None] * len(samples)
    facts: list[ImageFacts | None] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(samples), _BLOCK):
            facts.extend(pool.map(_facts, samples[start : start + _BLOCK]))
            context.progress("checking images", len(facts), len(samples))
    return facts


def _facts(sample: Sample) -> ImageFacts | None:
    return inspect_image(sample.path) if sample.path is not None else None


def _find_problems(
    samples: list[Sample], facts: list[ImageFacts | None], report: ImportReport
) -> list[list[str]]:
    """Return the problems of each sample and note them in the report."""
    found: list[list[str]] = [[] for _ in samples]

    def note(row: int, kind: str, detail: str = "") -> None:
        found[row].append(f"{kind}{detail}")
        report.add(kind, f"{samples[row].key}{detail}")

    splits_of = _splits(samples, facts)
    captions = Counter((s.split, c.text.strip()) for s in samples for c in s.captions)
    for row, (sample, fact) in enumerate(zip(samples, facts, strict=True)):
        if fact is not None and fact.problem is not None:
            note(row, fact.problem)
        if not sample.captions:
            note(row, "no captions")
        for position, caption in enumerate(sample.captions):
            if not caption.text.strip():
                note(row, "empty caption", f" (caption {position + 1})")
            elif captions[sample.split, caption.text.strip()] > 1:
                note(row, "duplicate caption", f" (caption {position + 1})")
        others = sorted(splits_of[_identity(sample, fact)] - {sample.split})
        if others:
            note(row, "shared between splits", f" (also in {', '.join(others)})")
    return found


def _identity(sample: Sample, fact: ImageFacts | None) -> str:
    """Say when two samples are the same image: by content, else by name."""
    return fact.sha256 if fact is not None and fact.sha256 is not None else sample.key


def _splits(samples: list[Sample], facts: list[ImageFacts | None]) -> dict[str, set[str]]:
    splits: dict[str, set[str]] = defaultdict(set)
    for sample, fact in zip(samples, facts, strict=True):
        splits[_identity(sample, fact)].add(sample.split)
    return splits


def _fingerprint(samples: list[Sample], facts: list[ImageFacts | None], rows: Iterable[int]) -> str:
    """Hash what an evaluation sees: names, image bytes and captions, in order."""
    digest = hashlib.sha256()
    for row in rows:
        sample, fact = samples[row], facts[row]
        sha256 = fact.sha256 if fact is not None and fact.width is not None else None
        parts = [sample.key, sha256 or "-", *(f"{c.language}:{c.text}" for c in sample.captions)]
        digest.update(b"\x1e".join(p.encode("utf-8", "surrogatepass") for p in parts) + b"\x1d")
    return f"d1:{digest.hexdigest()}"


def _new_images(
    context: JobContext,
    samples: list[Sample],
    facts: list[ImageFacts | None],
    problems: list[list[str]],
    rows: list[int],
) -> Iterator[NewImage]:
    for row in rows:
        context.check()
        sample, fact = samples[row], facts[row]
        yield NewImage(
            key=sample.key,
            path=sample.path,
            width=fact.width if fact is not None else None,
            height=fact.height if fact is not None else None,
            problem="; ".join(problems[row]) or None,
            captions=tuple(NewCaption(c.text, c.language) for c in sample.captions),
        )
