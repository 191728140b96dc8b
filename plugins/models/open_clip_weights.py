"""Finds weights on this machine and reads them without running anything that they carry."""

from __future__ import annotations

import json
import logging
import os
import pickle
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from plugins.api import SourceError, SpecError, WeightsMissing
from plugins.models.open_clip_spec import (
    CheckpointSpec,
    FolderSpec,
    OpenClipSpec,
    TagSpec,
    counterpart,
    is_quick_gelu,
)
from plugins.models.open_clip_tables import architecture_config

CONFIG = "open_clip_config.json"

_DEFAULT_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
_FOLDER_FILES = (
    *("open_clip_model.safetensors", "model.safetensors", "open_clip_pytorch_model.safetensors"),
    *("open_clip_pytorch_model.bin", "open_clip_pytorch_model.pth"),
    *("pytorch_model.bin", "pytorch_model.pth", "model.pth"),
)
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "sentencepiece.bpe.model")


def model_config(spec: OpenClipSpec) -> dict[str, Any]:
    """Return the configuration of the model that a specification means."""
    if isinstance(spec, FolderSpec):
        config: dict[str, Any] = folder_config(spec.path)["model_cfg"]
        return config
    return architecture_config(spec.architecture)


def folder_config(folder: Path) -> dict[str, Any]:
    """Read a folder's open_clip_config.json."""
    path = folder / CONFIG
    if not path.is_file():
        raise SourceError(path, "there is no such file; open_clip's local-dir needs it")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(path, f"not valid JSON: {error}") from error
    model = config.get("model_cfg") if isinstance(config, dict) else None
    parts = ("vision_cfg", "text_cfg")
    if not isinstance(model, dict) or not all(isinstance(model.get(key), dict) for key in parts):
        raise SourceError(path, "there is no 'model_cfg' with 'vision_cfg' and 'text_cfg' in it")
    return {**config, "model_cfg": model}


def find_weights(spec: OpenClipSpec) -> Path | None:
    """Return the file with a specification's weights (None: random ones need no file).

    Raises WeightsMissing, SourceError or SpecError, and touches no network.
    """
    path: Path | None = None
    if isinstance(spec, CheckpointSpec):
        _refuse_plain_gelu_for_openai(spec)
        path = spec.path
    elif isinstance(spec, FolderSpec):
        path = _folder_weights(spec.path)
    elif isinstance(spec, TagSpec):
        path = _cached(spec.entry)
        if path is None:
            raise WeightsMissing(_missing(spec))
    _check_text_files(spec)
    return path


def is_torchscript(path: Path) -> bool:
    """Say whether a file is a TorchScript archive, as OpenAI published CLIP."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any("/code/" in name for name in archive.namelist())


def load_weights(model: Any, path: Path, architecture: str) -> None:
    """Put the weights of a file into a model; SourceError if they are unsafe or do not fit."""
    from open_clip.factory import load_checkpoint
    from safetensors import SafetensorError

    try:
        if is_torchscript(path):
            model.load_state_dict(_torchscript_state(path), strict=True)
        else:
            load_checkpoint(model, str(path), strict=True, weights_only=True)
    except pickle.UnpicklingError as error:
        reason = (
            "holds pickled code besides tensors, which is not run: save the state dict alone, "
            "best as .safetensors"
        )
        raise SourceError(path, reason) from error
    except (SafetensorError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise SourceError(path, f"damaged weights: {_first_line(error)}") from error
    except (RuntimeError, KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise SourceError(path, f"no weights for {architecture}: {_first_line(error)}") from error


@contextmanager
def offline() -> Iterator[None]:
    """Keep Hugging Face libraries from the network, unless the user has set HF_HUB_OFFLINE."""
    from huggingface_hub import constants

    if "HF_HUB_OFFLINE" in os.environ:
        yield
        return
    before = constants.HF_HUB_OFFLINE
    # The library reads the variable once, at its import: so both are set.
    os.environ["HF_HUB_OFFLINE"] = "1"
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        del os.environ["HF_HUB_OFFLINE"]
        constants.HF_HUB_OFFLINE = before


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what open_clip logs on the root logger while it builds (that weights are not loaded).

    A logger without handlers would also get one that writes into the terminal.
    """
    root = logging.getLogger()
    handler = logging.NullHandler()

    def keep(record: logging.LogRecord) -> bool:
        return f"{os.sep}open_clip{os.sep}" not in record.pathname

    root.addFilter(keep)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.removeFilter(keep)


def _first_line(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:200] + " ..."


def _torchscript_state(path: Path) -> dict[str, Any]:
    import torch

    load: Any = torch.jit.load
    with warnings.catch_warnings():
        # Deprecated for new models; OpenAI's files will stay what they are.
        warnings.simplefilter("ignore", FutureWarning)
        state = dict(load(str(path), map_location="cpu").state_dict())
    return {key: value for key, value in state.items() if key not in _SCRIPT_CONSTANTS}


_SCRIPT_CONSTANTS = ("input_resolution", "context_length", "vocab_size")


def _refuse_plain_gelu_for_openai(spec: CheckpointSpec) -> None:
    if is_quick_gelu(architecture_config(spec.architecture)) or not is_torchscript(spec.path):
        return
    other = counterpart(spec.architecture)
    use = f": use open_clip:{other}/{spec.path}" if other else ""
    raise SpecError(
        f"open_clip:{spec.architecture}/{spec.path}: a TorchScript archive as OpenAI published "
        f"them, trained with QuickGELU, which {spec.architecture} does not have{use}."
    )


def _folder_weights(folder: Path) -> Path:
    folder_config(folder)
    there = [folder / name for name in _FOLDER_FILES if (folder / name).is_file()]
    there += sorted(folder.glob("*.safetensors"))
    if not there:
        raise WeightsMissing(
            f"There are no weights in {folder}: expected {_FOLDER_FILES[0]} or "
            f"{_DEFAULT_FILES[1]} beside {CONFIG}."
        )
    return there[0]


def _cached(entry: Mapping[str, Any]) -> Path | None:
    """Look where open_clip itself looks: the Hugging Face cache, then ~/.cache/clip."""
    repository, _, filename = str(entry.get("hf_hub", "")).rpartition("/")
    if repository:
        for name in _safe_first(filename) if filename else _DEFAULT_FILES:
            if path := _hub_file(repository, name):
                return path
    url = str(entry.get("url", ""))
    path = Path("~/.cache/clip").expanduser() / url.rpartition("/")[2]
    return path if url and path.is_file() else None


def _safe_first(filename: str) -> tuple[str, ...]:
    stem, dot, suffix = filename.rpartition(".")
    return (f"{stem}{dot}safetensors", filename) if suffix in ("bin", "pth") else (filename,)


def _hub_file(repository: str, filename: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repository, filename)
    return Path(found) if isinstance(found, str) else None


def _check_text_files(spec: OpenClipSpec) -> None:
    """Look for a tokenizer and a text tower's configuration that live apart from the weights."""
    text = model_config(spec)["text_cfg"]
    tokenizer, tower = text.get("hf_tokenizer_name"), text.get("hf_model_name")
    if isinstance(spec, FolderSpec):
        if tokenizer and not _any_file(spec.path, _TOKENIZER_FILES):
            raise WeightsMissing(f"There is no tokenizer in {spec.path}: expected tokenizer.json.")
    elif tokenizer and not _there(tokenizer, _TOKENIZER_FILES):
        raise WeightsMissing(_missing_part(spec, "tokenizer", tokenizer))
    if tower and not _there(tower, ("config.json",)):
        raise WeightsMissing(_missing_part(spec, "text tower's configuration", tower))


def _there(name: str, files: tuple[str, ...]) -> bool:
    return _any_file(Path(name), files) or any(_hub_file(name, file) for file in files)


def _any_file(folder: Path, files: tuple[str, ...]) -> bool:
    return any((folder / file).is_file() for file in files)


def _missing(spec: TagSpec) -> str:
    name = f"open_clip:{spec.architecture}/{spec.tag}"
    size = estimated_bytes(architecture_config(spec.architecture))
    about = f" (about {size / 1e6:,.0f} MB)" if size else ""
    repository = str(spec.entry.get("hf_hub", "")).rpartition("/")[0]
    where = f"{repository} of the Hugging Face hub" if repository else str(spec.entry.get("url"))
    return (
        f"The weights of {name} are not on this machine{about}; they are {where}. With a network: "
        f"workbench fetch {name}. Without: {_AIR_GAP}."
    )


def _missing_part(spec: OpenClipSpec, what: str, repository: str) -> str:
    name = "its model" if isinstance(spec, FolderSpec) else f"open_clip:{spec.architecture}"
    return (
        f"The {what} of {name} is not on this machine: {repository} of the Hugging Face hub "
        f"(a few MB). With a network: hf download {repository}. Without: {_AIR_GAP}."
    )


_AIR_GAP = (
    "download there where there is one and copy ~/.cache/huggingface/hub here, "
    "or name a checkpoint file"
)


def estimated_bytes(config: Mapping[str, Any]) -> int | None:
    """Estimate a model's size in float32 from its configuration; None for foreign towers."""
    vision, text = config["vision_cfg"], config["text_cfg"]
    foreign = {"timm_model_name", "hf_model_name"} & {*vision, *text}
    if foreign or not isinstance(vision.get("layers"), int):
        return None
    width, patch = int(vision["width"]), int(vision["patch_size"])
    parameters = _block_parameters(vision) + 3 * patch**2 * width
    parameters += _block_parameters(text) + int(text["vocab_size"]) * int(text["width"])
    parameters += int(config["embed_dim"]) * (width + int(text["width"]))
    return 4 * parameters


def _block_parameters(tower: Mapping[str, Any]) -> int:
    """Attention has 4 width^2 weights a block, the perceptron 2 mlp_ratio width^2."""
    a_block = (4 + 2 * float(tower.get("mlp_ratio", 4))) * int(tower["width"]) ** 2
    return round(int(tower["layers"]) * a_block)
