"""The process that embeds sentences: it loads the model of a run once and answers line by line.

It belongs to the program that started it and ends with it, however that ends: with its input. It
also ends when nothing was asked for long, so that a forgotten terminal holds no device's memory.
Lines are JSON. In: `{"id": 1, "text": "two dogs"}`. Out: `{"ready": 2.9}` (seconds that loading
took), `{"problem": "..."}` before it gives up, `{"id": 1, "vector": [...], "truncated": false}`,
`{"id": 1, "problem": "..."}`. Before it ends unused: `{"idle": 600}`.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from plugins.api import ImageTextEncoder, PluginError
from store.errors import StoreError
from store.workspace import Workspace
from workbench.compute.context import JobContext
from workbench.compute.errors import JobError
from workbench.compute.run_vectors import encoder_of

NICE = 5
WARM_UP = "a warm-up sentence of some words"
"""The first sentence a model reads takes many times as long as the next ones."""


def main(workspace: str, run_id: str, idle_s: float) -> int:
    """Answer until the input ends or nothing is asked; 1 if the model cannot be loaded."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program that asks
    os.nice(NICE)
    answers = _own_output()
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    started = time.monotonic()
    try:
        model = _load(Path(workspace), int(run_id))
        model.encode_texts([WARM_UP])
    except (JobError, PluginError, StoreError) as error:
        _tell(answers, problem=str(error))
        return 1
    except Exception as error:  # noqa: BLE001, a model's library may raise anything
        _tell(answers, problem=f"The model cannot be loaded: {type(error).__name__}: {error}")
        return 1
    _tell(answers, ready=round(time.monotonic() - started, 1))
    while True:
        try:
            request = requests.get(timeout=idle_s)
        except queue.Empty:
            _tell(answers, idle=idle_s)
            return 0
        _answer(model, answers, json.loads(request))


def _load(path: Path, run_id: int) -> ImageTextEncoder:
    with Workspace(path, create=False, read_only=True) as workspace:
        run = workspace.runs.get(run_id)
        model = encoder_of(JobContext(workspace, {}, lambda *_: None), run)
    if model is None:
        raise JobError(
            f"The vectors of run {run.id} were made elsewhere ({run.model}): no model here can "
            "embed a sentence for them. Search by caption text, or by image."
        )
    return model


def _answer(model: ImageTextEncoder, answers: IO[str], request: dict[str, Any]) -> None:
    text = str(request["text"])
    try:
        vector = model.encode_texts([text])[0].tolist()
        _tell(answers, id=request["id"], vector=vector, truncated=bool(model.truncated([text])[0]))
    except Exception as error:  # noqa: BLE001, a tokenizer may raise anything at a strange text
        problem = f"The model cannot embed this: {type(error).__name__}: {error}"
        _tell(answers, id=request["id"], problem=problem)


def _own_output() -> IO[str]:
    """Return a stream to standard output, which others who print no longer reach."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return stream


def _read(requests: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)  # the program that asked has gone, perhaps in the middle of loading


def _tell(answers: IO[str], **message: Any) -> None:
    try:
        answers.write(json.dumps(message) + "\n")
        answers.flush()
    except OSError:  # nobody listens any more
        os._exit(0)


if __name__ == "__main__":
    workspace, run_id, idle_s = sys.argv[1:]
    sys.exit(main(workspace, run_id, float(idle_s)))
