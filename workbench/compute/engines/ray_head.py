"""A cluster of this machine, for one job, in a session of its own.

Ray's processes would otherwise get the signal that asks the job to stop, and be gone before it has
stopped. The cluster ends when the job closes the pipe, or dies and leaves it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from typing import Any


def main() -> None:
    """Run as `python -m workbench.compute.engines.ray_head SETTINGS FOLDER`; prints the address.

    SETTINGS are those of `ray.init` as JSON; FOLDER is where a temporary one is made.
    """
    import ray

    settings: dict[str, Any] = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory(
        prefix="ray-", dir=sys.argv[2], ignore_cleanup_errors=True
    ) as folder:
        ray.init(
            address="local",
            include_dashboard=False,
            log_to_driver=False,
            _temp_dir=folder,
            **settings,
        )
        print(ray.get_runtime_context().gcs_address, flush=True)
        sys.stdin.read()
        ray.shutdown()


if __name__ == "__main__":
    main()
