"""A study as its file describes it: which data sets, which models, and what is done with them.

Paths are relative to the file: those of a data set, and in a model's `spec` what starts with
`./` or `../`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from plugins.api import CaptionOptions
from store.records.direction import DIRECTIONS, Direction
from workbench.compute.engines import ENGINES
from workbench.compute.rerank import DEFAULT_K
from workbench.presenters.run_names import short_model
from workbench.studies.errors import StudyFileError
from workbench.studies.tables import Document, Key, Table, near

_TEXT = Key((str,), "a text in quotes")
_FLAG = Key((bool,), "true or false")
_COUNT = Key((int,), "a whole number above 0", least=1)

_STUDY = {
    "name": _TEXT,
    "directions": Key((list,), 'a list of "t2i" and "i2t"'),
    "clip": Key((str,), 'the label of a model, or "none"'),
}
_DATASET = {
    **dict.fromkeys(("name", "split", "source", "reader", "images", "licence"), _TEXT),
}
_SETTINGS = {
    "retrieval": _FLAG,
    "rerank": Key((int,), "a number of candidates, or 0 for none", least=0),
    "rerank_model": Key((str,), "a model's spec, or the label of one of the study"),
    "captions": Key((bool, dict), "true, false or a table of options"),
    "device": Key((str,), '"auto", "cpu", "cuda", "cuda:1" or the like'),
    "batch_size": Key((int, str), 'a whole number above 0, or "auto"', least=1),
    "decoder": Key((str,), '"pil" or "torchvision"', choices=("pil", "torchvision")),
    "top_k": _COUNT,
    "engine": Key((str,), '"local" or "ray"', choices=ENGINES),
    "address": _TEXT,
}
_MODEL = {"spec": _TEXT, "label": _TEXT, **_SETTINGS}
_CAPTIONS = {
    "method": Key((str,), '"beam" or "nucleus"', choices=("beam", "nucleus")),
    "beams": _COUNT,
    "top_p": Key((int, float), "a share such as 0.9", least=0),
    "prompt": _TEXT,
    "min_length": Key((int,), "a whole number", least=0),
    "max_length": _COUNT,
    "seed": Key((int,), "a whole number", least=0),
}
_RELATIVE = re.compile(r"(?<=[:/])\.{1,2}/")


@dataclass(frozen=True, slots=True)
class StudyData:
    """A data set: one that was imported (`source` is None), or one to import."""

    name: str
    split: str | None
    source: Path | None
    reader: str
    images: Path | None
    licence: str

    @property
    def title(self) -> str:
        """Name and split, as everywhere."""
        return self.name if self.split is None else f"{self.name}/{self.split}"


@dataclass(frozen=True, slots=True)
class StudyModel:
    """A model with what is done with it.

    `rerank` is how many candidates of a query `rerank_model` (a specification) scores again, 0 for
    none. `captions` are all options of a captioning, None for no captions.
    """

    label: str
    spec: str
    retrieval: bool
    rerank: int
    rerank_model: str
    captions: Mapping[str, Any] | None
    device: str
    batch_size: str
    decoder: str
    top_k: int
    engine: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Study:
    """A whole study; `clip` is the label of the model that measures CLIPScore, or "none"."""

    name: str
    path: Path
    datasets: tuple[StudyData, ...]
    models: tuple[StudyModel, ...]
    directions: tuple[Direction, ...]
    clip: str | None


def read_study(path: Path) -> Study:
    """Read a study file; raises StudyFileError naming the table and what was meant."""
    document = Document.read(path, ("study", "datasets", "defaults", "models"))
    folder = path.resolve().parent
    head, defaults = document.table("study"), document.table("defaults")
    head.check(_STUDY)
    defaults.check(_SETTINGS)
    datasets = tuple(_dataset(table, folder) for table in document.tables("datasets"))
    models = _models(document.tables("models"), defaults, folder)
    _refuse_twice(path, "datasets", [one.title for one in datasets])
    _refuse_twice(path, "models", [one.label for one in models])
    return Study(
        name=head.get("name", path.stem),
        path=path,
        datasets=datasets,
        models=models,
        directions=_directions(head),
        clip=_clip(head, models),
    )


def _dataset(table: Table, folder: Path) -> StudyData:
    table.check(_DATASET)
    name, source = table.need("name"), table.get("source")
    if source is None:
        extra = [key for key in ("reader", "images", "licence") if key in table.values]
        if extra:
            raise table.wrong(f"{extra[0]} goes with a source to import")
        return StudyData(name, table.get("split"), None, "", None, "")
    images = table.get("images")
    return StudyData(
        name=name,
        split=table.get("split"),
        source=folder / source,
        reader=table.need("reader"),
        images=folder / images if images is not None else None,
        licence=table.get("licence", ""),
    )


def _models(tables: Sequence[Table], defaults: Table, folder: Path) -> tuple[StudyModel, ...]:
    for table in tables:
        table.check(_MODEL)
    specs = {_label(table): _absolute(table.need("spec"), folder) for table in tables}
    return tuple(
        _model(Table(table.where, {**defaults.values, **table.values}), specs, folder)
        for table in tables
    )


def _model(table: Table, specs: Mapping[str, str], folder: Path) -> StudyModel:
    spec = _absolute(table.need("spec"), folder)
    retrieval, named = table.get("retrieval", True), table.get("rerank_model")
    rerank = table.get("rerank", DEFAULT_K if named is not None else 0)
    batch_size = table.get("batch_size", "auto")
    if isinstance(batch_size, str) and batch_size != "auto":
        raise table.wrong(f'batch_size has to be a whole number or "auto", not {batch_size!r}')
    engine, address = table.get("engine", "local"), table.get("address")
    # Of [defaults] it may be meant for other models, where this one says "local" itself.
    if address is not None and "engine" not in table.values:
        raise table.wrong('address goes with engine = "ray"')
    captions = _captions(table)
    if not retrieval and captions is None:
        raise table.wrong("nothing is asked of the model: neither retrieval nor captions")
    return StudyModel(
        label=_label(table),
        spec=spec,
        retrieval=retrieval,
        rerank=rerank if retrieval else 0,
        rerank_model=spec if named is None else specs.get(named, _absolute(named, folder)),
        captions=captions,
        device=table.get("device", "auto"),
        batch_size=str(batch_size),
        decoder=table.get("decoder", "pil"),
        top_k=table.get("top_k", 10),
        engine=engine,
        address=address if engine == "ray" else None,
    )


def _captions(table: Table) -> Mapping[str, Any] | None:
    wish = table.get("captions", False)
    if isinstance(wish, bool):
        return asdict(CaptionOptions()) if wish else None
    options = Table(f"{table.where}, captions", wish)
    options.check(_CAPTIONS)
    made = CaptionOptions(**wish)
    if made.min_length > made.max_length:
        raise options.wrong("min_length is above max_length")
    if not 0 < made.top_p <= 1:
        raise options.wrong("top_p has to be above 0 and at most 1")
    return asdict(made)


def _label(table: Table) -> str:
    return str(table.get("label") or short_model(table.need("spec")))


def _absolute(spec: str, folder: Path) -> str:
    """Return a specification with a path that starts with a dot made absolute.

    >>> _absolute("open_clip:local-dir:./tiny", Path("/study"))
    'open_clip:local-dir:/study/tiny'
    """
    found = _RELATIVE.search(spec)
    return spec if found is None else f"{spec[: found.start()]}{folder / spec[found.start() :]}"


def _directions(head: Table) -> tuple[Direction, ...]:
    asked = head.get("directions", list(DIRECTIONS))
    for one in asked:
        if one not in DIRECTIONS:
            raise head.wrong(f"there is no direction {one!r}{near(str(one), DIRECTIONS)}")
    return tuple(one for one in DIRECTIONS if one in asked) or DIRECTIONS


def _clip(head: Table, models: Sequence[StudyModel]) -> str | None:
    label = head.get("clip")
    able = [model.label for model in models if model.retrieval]
    if label is not None and label not in (*able, "none"):
        raise head.wrong(
            f"clip: no model of the study that retrieves is labelled {label!r}"
            f"{near(label, [*able, 'none'])}"
        )
    return None if label is None else str(label)


def _refuse_twice(path: Path, table: str, names: Sequence[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            what = "label" if table == "models" else "name"
            raise StudyFileError(
                f"{path}, [[{table}]]: {times} are called {name!r}: give each a {what} of its own."
            )
