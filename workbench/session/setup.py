"""Looks for data and models before anything is imported or evaluated; nothing is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path

from store.records.dataset import Dataset
from store.records.run import Model, Run
from workbench.session.errors import told
from workbench.views.setup import FoundData, ModelChoice, Survey

READERS = (
    ("*.json", "karpathy"),
    ("*captions_*", "coco"),
    ("*coco_karpathy_*", "blip"),
    ("*flickr30k_train*", "blip"),
    ("*flickr30k_val*", "blip"),
    ("*flickr30k_test*", "blip"),
    ("*captions.txt", "flickr8k"),
    ("*flickr8k.token*", "flickr8k"),
    ("*results_20130124.token*", "flickr30k_token"),
    ("*.jsonl", "jsonl"),
    ("*.csv", "csv"),
    ("*.tsv", "csv"),
    ("*results.csv", "flickr30k_csv"),
)
"""Readers by what the name of a file looks like, in small letters; later lines win."""

KNOWN = (
    "dataset_flickr30k.json",
    "dataset_*.json",
    "results_20130124.token",
    "results.csv",
    "flickr30k_test.json",
    "flickr8k.token.txt",
    "captions.txt",
    "captions_*.json",
    "captions.jsonl",
    "captions.csv",
    "captions.tsv",
)
"""Files that hold captions whatever folder they lie in, those with splits first."""
PICTURES = frozenset({".jpg", ".jpeg", ".png"})
LOOKED_AT = 50
"""Entries of a folder that say whether it is one of pictures."""
NAMED = 3
_ABOUT = re.compile(r"\(about ([^)]+)\)")


def reader_of(name: str) -> str | None:
    """Return the reader that the name of a file suggests."""
    found = [reader for pattern, reader in READERS if fnmatch(name.lower(), pattern)]
    return found[-1] if found else None


def find_data(folders: Iterable[Path]) -> FoundData | None:
    """Return the captions of the first folder that has some it is known by; no file is read."""
    for folder in folders:
        try:
            inside = sorted(folder.iterdir())
            below = [path for path in inside if path.is_dir()]
        except OSError:
            continue
        files = [*inside, *(one for path in below for one in _some(path))]
        for pattern in KNOWN:
            for path in files:
                if fnmatch(path.name.lower(), pattern) and path.is_file():
                    images = next(filter(_has_pictures, (*below, folder)), None)
                    reader = reader_of(path.name) or "karpathy"
                    return FoundData(str(path), reader, str(images) if images else "")
    return None


def _some(folder: Path) -> list[Path]:
    """Return the first entries of a folder, none of one that may not be looked into."""
    try:
        return list(islice(folder.iterdir(), LOOKED_AT))
    except OSError:
        return []


@told
def survey(
    source: Path, reader: str, images: Path | None, split: str | None, stop: Callable[[], bool]
) -> Survey | None:
    """Count what would be imported and look which images are there; None once `stop` says so.

    Raises SessionError where the file cannot be read as that.
    """
    from plugins import registry

    n_captions = n_missing = 0
    splits: Counter[str] = Counter()
    missing: list[str] = []
    for sample in registry.load("datasets", reader).read(source, images, split):
        if stop():
            return None
        splits[sample.split or ""] += 1
        n_captions += len(sample.captions)
        if images is not None and (sample.path is None or not sample.path.is_file()):
            n_missing += 1
            if len(missing) < NAMED:
                missing.append(sample.key)
    return Survey(splits.total(), n_captions, dict(splits), n_missing, tuple(missing))


@told
def model_choices(models: Sequence[Model]) -> tuple[ModelChoice, ...]:
    """Return the models of a workspace and those to try, what is on this machine first."""
    from plugins import registry
    from plugins.api import ImageTextEncoder, PluginError

    specs = dict.fromkeys(model.spec for model in models)
    examples = (spec for spec in registry.models_that(ImageTextEncoder) if "PATH" not in spec)
    found = []
    for spec in dict.fromkeys((*specs, *examples)):
        try:
            registry.check_model(spec)
        except PluginError as error:
            about = _ABOUT.search(str(error))
            found.append(ModelChoice(spec, False, f"not here, {about[1]}" if about else "not here"))
        else:
            state = "evaluated before" if spec in specs else "on this machine"
            found.append(ModelChoice(spec, True, state))
    return tuple(sorted(found, key=lambda one: not one.here))


def seconds_for(
    dataset: Dataset, spec: str, runs: Sequence[Run], rerank: int | None = None
) -> float | None:
    """Estimate the time of an evaluation from the newest runs of the model; None without them.

    With `rerank` so many pairs of every query, in both directions, are looked at as well.
    """
    seconds = None
    for run in runs:
        if run.model == spec and run.stage == "itc" and run.images_per_s and run.captions_per_s:
            seconds = dataset.n_images / run.images_per_s + dataset.n_captions / run.captions_per_s
            break
    if rerank is None or seconds is None:
        return seconds
    rates = (run.pairs_per_s for run in runs if run.model == spec and run.stage == "itm")
    rate = next(filter(None, rates), None)
    n_images, n_captions = dataset.n_images, dataset.n_captions
    pairs = n_captions * min(rerank, n_images) + n_images * min(rerank, n_captions)
    return seconds + pairs / rate if rate else None


def _has_pictures(folder: Path) -> bool:
    try:
        return any(path.suffix.lower() in PICTURES for path in islice(folder.iterdir(), LOOKED_AT))
    except OSError:
        return False
