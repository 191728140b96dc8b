"""The jobs of a study and what each needs: import, then evaluate, then caption.

A model is evaluated on a data set in one job, both stages of it. Captions follow the evaluation of
the model that measures their CLIPScore.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.compute.engines import engine_parameters
from workbench.studies.models import CheckedModels
from workbench.studies.study_file import Study, StudyData


@dataclass(frozen=True, slots=True)
class ResultOf:
    """Stands in parameters for a result of another node, by its name."""

    node: str
    name: str


@dataclass(frozen=True, slots=True)
class Node:
    """A job to be: `name` is unique in the study; parameters may hold `ResultOf`.

    `data` and `model` are the title of its data set and the label of its model.
    """

    name: str
    kind: str
    data: str
    model: str | None
    params: Mapping[str, Any]
    parents: tuple[str, ...] = ()
    device: str = "auto"

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the nodes that have to be done first."""
        refers = (one.node for one in self.params.values() if isinstance(one, ResultOf))
        return tuple(dict.fromkeys((*self.parents, *refers)))


def build_graph(
    study: Study, checked: CheckedModels, dataset_ids: Mapping[str, int]
) -> tuple[Node, ...]:
    """Return the nodes, each behind those that it needs.

    `dataset_ids` holds the data sets that are not imported by the study, by title. Raises JobError
    if a model asks for an engine that is not installed.
    """
    nodes: list[Node] = []
    for data in study.datasets:
        dataset: int | ResultOf
        if data.source is None:
            dataset = dataset_ids[data.title]
        else:
            nodes.append(_import(data))
            dataset = ResultOf(nodes[-1].name, "dataset_id")
        nodes += _evaluations(study, checked, data.title, dataset)
        nodes += _captions(study, checked, data.title, dataset)
    return tuple(nodes)


def evaluation(model: str, data: str) -> str:
    """Name the node that evaluates a model."""
    return f"evaluate {model} on {data}"


def captioning(model: str, data: str) -> str:
    """Name the node that lets a model describe the images."""
    return f"caption {data} with {model}"


def _import(data: StudyData) -> Node:
    params = {
        "source": str(data.source),
        "reader": data.reader,
        "images": None if data.images is None else str(data.images),
        "split": data.split,
        "name": data.name,
        "licence": data.licence,
    }
    # It decodes images and needs no device; `auto` would wait for a free GPU.
    return Node(f"import {data.title}", "import", data.title, None, params, device="cpu")


def _evaluations(
    study: Study, checked: CheckedModels, data: str, dataset: int | ResultOf
) -> Iterator[Node]:
    alone = {m.spec: m.label for m in study.models if m.retrieval and not m.rerank}
    asked = [model for model in study.models if model.retrieval]
    # Behind the one that embeds with the same model, whose vectors it then finds.
    for model in sorted(asked, key=lambda one: bool(one.rerank and one.spec in alone)):
        params: dict[str, Any] = {"dataset_id": dataset, "model": checked.specs[model.spec]}
        parents: tuple[str, ...] = ()
        if model.rerank:
            scorer = checked.specs[model.rerank_model]
            params |= {"rerank": model.rerank, "rerank_model": scorer}
            if model.spec in alone:
                parents = (evaluation(alone[model.spec], data),)
        params |= {"batch_size": model.batch_size, "k": model.top_k}
        if model.decoder != "pil":
            params["decoder"] = model.decoder
        params |= engine_parameters(model.engine, model.address)
        name = evaluation(model.label, data)
        yield Node(name, "evaluate", data, model.label, params, parents, model.device)


def _captions(
    study: Study, checked: CheckedModels, data: str, dataset: int | ResultOf
) -> Iterator[Node]:
    scorer = clip_label(study, checked)
    clip = "none" if scorer is None else ResultOf(evaluation(scorer, data), "itc_run_id")
    for model in study.models:
        if model.captions is None:
            continue
        params = {
            "dataset_id": dataset,
            "model": checked.specs[model.spec],
            "options": model.captions,
            "clip": clip,
            "batch_size": model.batch_size,
        }
        name = captioning(model.label, data)
        yield Node(name, "caption", data, model.label, params, (), model.device)


def clip_label(study: Study, checked: CheckedModels) -> str | None:
    """Return the label of the model that measures CLIPScore, None for nobody.

    One for all captioners, as two would not compare. Unless the study names it: the first that
    writes no captions itself, as a model finds that its own captions suit an image.
    """
    if study.clip is not None:
        return None if study.clip == "none" else study.clip
    able = [model for model in study.models if model.label in checked.embeds]
    able.sort(key=lambda one: one.captions is not None)
    return able[0].label if able else None
