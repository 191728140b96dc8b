from contextlib import suppress

import psutil
import pytest


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path):
    """End what a failed test has left running, or frozen, in its folder."""
    yield
    for process in psutil.process_iter(["cmdline"]):
        command = " ".join(process.info["cmdline"] or [])
        if "workbench" in command and f"{tmp_path}/" in command:
            with suppress(psutil.NoSuchProcess):
                process.kill()
