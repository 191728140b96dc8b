"""The models of a study looked at before anything is queued: all problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugins import registry
from plugins.api import (
    Captioner,
    ImageTextEncoder,
    PairScorer,
    PluginError,
    PrecomputedVectors,
    SpecError,
    WeightsMissing,
)
from workbench.studies.study_file import Study, StudyModel


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """Why a model of the study cannot be used; `fetch` is what brings missing weights."""

    label: str
    message: str
    fetch: str | None = None
    wrong_use: bool = False


@dataclass(frozen=True, slots=True)
class CheckedModels:
    """Specifications as they mean the same in any folder, and what is wrong with others.

    `embeds` are the labels of the models that can embed new captions, as CLIPScore needs it; a
    model whose weights are missing is taken to do what is asked of it.
    """

    specs: Mapping[str, str]
    problems: tuple[ModelProblem, ...]
    embeds: frozenset[str]


def check_models(study: Study) -> CheckedModels:
    """Look at every model and re-ranker; imports no model library and downloads nothing."""
    specs: dict[str, str] = {}
    problems: dict[str, ModelProblem] = {}
    embeds = set()
    for model in study.models:
        for spec in dict.fromkeys(
            (model.spec, model.rerank_model) if model.rerank else (model.spec,)
        ):
            if spec in specs:
                continue
            specs[spec] = spec
            try:
                specs[spec] = registry.check_model(spec)
            except PluginError as error:
                problems[spec] = _problem(model.label, spec, error)
    for model in study.models:
        if model.retrieval and _may(specs[model.spec], model.spec in problems, ImageTextEncoder):
            embeds.add(model.label)
    unable = [one for model in study.models for one in _unable(model, specs, problems)]
    return CheckedModels(specs, (*problems.values(), *unable), frozenset(embeds))


def _problem(label: str, spec: str, error: PluginError) -> ModelProblem:
    missing = isinstance(error, WeightsMissing)
    fetch = f"workbench fetch {spec}" if missing else None
    return ModelProblem(label, str(error), fetch, isinstance(error, SpecError))


def _unable(
    model: StudyModel, specs: Mapping[str, str], problems: Mapping[str, ModelProblem]
) -> Iterator[ModelProblem]:
    """Yield what is asked of a model and it cannot do."""
    wishes: list[tuple[str, tuple[type, ...], str]] = []
    if model.retrieval:
        hint = " (retrieval = false only lets it describe images)" if model.captions else ""
        wishes.append((model.spec, (ImageTextEncoder, PrecomputedVectors), hint))
    if model.rerank:
        wishes.append((model.rerank_model, (PairScorer,), ""))
    if model.captions is not None:
        wishes.append((model.spec, (Captioner,), ""))
    for spec, ways, hint in wishes:
        if not _may(specs[spec], spec in problems, *ways):
            message = registry.missing_capability(specs[spec], ways[0])
            yield ModelProblem(model.label, message + hint)


def _may(spec: str, broken: bool, *ways: type) -> bool:
    """Say whether a model can do one of several things, as far as it can be told."""
    able = None if broken else registry.capabilities(spec)
    return able is None or bool(able.intersection(ways))
