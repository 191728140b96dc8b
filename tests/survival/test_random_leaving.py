"""The terminal face ends as it is asked to at any moment, whatever was typed just before."""

import random
import shutil
import signal

import pytest

from tests.survival.faces import Face

N_TIMES = 30
KEYS = (
    "]",
    "[",
    "gc",
    "gk",
    "gm",
    "gp",
    "gj",
    "gh",
    "T",
    "j",
    "G",
    "?",
    "g",
    ":",
    "\x1b",
    "/",
    "I",
)
PAUSES_S = (0.0, 0.05, 0.3)
RESTS_S = (0.0, 0.01, 0.2, 2.2)
"""After the last key; screens are made ready once keys have rested for two seconds."""
ENDS = {"\x11": 0, signal.SIGHUP: 129, signal.SIGTERM: 143}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_leaving_at_any_moment_is_no_fault(searched, tmp_path, seed):
    workspace = shutil.copytree(searched, tmp_path / "workspace")
    chance = random.Random(seed)
    for _ in range(N_TIMES):
        face = Face(workspace)
        try:
            face.until("Home")
            keys = chance.choices(KEYS, k=chance.randint(0, 6))
            for key in keys:
                face.type(key.encode())
                face.read(chance.choice(PAUSES_S))
            rest_s, end = chance.choice(RESTS_S), chance.choice(tuple(ENDS))
            face.rest(rest_s)
            if isinstance(end, str):
                face.type(end.encode())
            else:
                face.process.send_signal(end)
            assert face.ended() == ENDS[end], (keys, rest_s, end)
        finally:
            face.close()
    assert not (workspace / "crash.log").exists()
