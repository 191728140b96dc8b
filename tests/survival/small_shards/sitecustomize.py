"""Small shards for every Python process that has this folder in PYTHONPATH.

So a few drawn images have as many shards, blocks and commits as a large data set, in the very
processes that users run. $STOP_AT may name a file that holds "N STAGE": the first process that
tells of the stage for the Nth time removes the file and stops itself (SIGSTOP). $DECODERS is how
many processes decode.
"""

import os
import signal
import sys
from collections import Counter
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from pathlib import Path

SMALL = {
    "workbench.compute.embed": {"SHARD_ROWS": 16},
    "workbench.compute.pairs": {"BLOCK_IMAGES": 4},
    "workbench.analysis.rank_shards": {
        "SHARD_PRODUCTS": 1,
        "SHARD_IMAGES": 16,
        "SHARD_CAPTIONS": 40,
    },
    "workbench.jobs.label": {"BLOCK": 8},
}


def stopping(module):
    """Let a job stop itself in a stage, after it has said so."""
    wanted, progress = Path(os.environ["STOP_AT"]), module.JobContext.progress
    told = Counter()

    def stop_there(context, stage, done, total):
        progress(context, stage, done, total)
        told[stage] += 1
        if wanted.exists() and wanted.read_text() == f"{told[stage]} {stage}":
            wanted.unlink()
            os.kill(os.getpid(), signal.SIGSTOP)

    module.JobContext.progress = stop_there


CHANGES = {name: lambda module: vars(module).update(SMALL[module.__name__]) for name in SMALL}
if "STOP_AT" in os.environ:
    CHANGES["workbench.compute.context"] = stopping
if "DECODERS" in os.environ:
    CHANGES["workbench.compute.decoding"] = lambda module: setattr(
        module, "processes_for", lambda *_: int(os.environ["DECODERS"])
    )


class Changing(MetaPathFinder):
    """Changes a module right after its code has run."""

    def find_spec(self, name, path=None, target=None):
        if name not in CHANGES:
            return None
        sys.meta_path.remove(self)
        try:
            spec = find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        run = spec.loader.exec_module

        def run_and_change(module):
            run(module)
            assert vars(module).keys() >= SMALL.get(name, {}).keys()
            CHANGES[name](module)

        spec.loader.exec_module = run_and_change
        return spec


sys.meta_path.insert(0, Changing())
