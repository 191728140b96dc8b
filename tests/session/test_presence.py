"""A second terminal on one workspace learns of the first one, and can end it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from workbench.presenters.presence import present_sentence
from workbench.session.presence import LOCK, end, present
from workbench.views.presence import Presence

HOLD = """
import sys, time
from pathlib import Path
from workbench.session.presence import present
with present(Path(sys.argv[1]), "mh") as other:
    print(other, flush=True)
    time.sleep(60)
"""


def test_the_first_is_alone_and_the_second_learns_who_it_is(tmp_path: Path) -> None:
    with present(tmp_path, "mh") as nobody:
        assert nobody is None
        with present(tmp_path, "anna") as other:
            assert other is not None
            assert other.annotator == "mh"
            assert abs(other.since - time.time()) < 60
    with present(tmp_path, "anna") as nobody:
        assert nobody is None


def test_a_terminal_that_was_killed_is_gone_and_a_live_one_can_be_ended(tmp_path: Path) -> None:
    for ending in ("kill", "end"):
        other = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "None"
        with present(tmp_path, "anna") as found:
            assert found is not None
            assert found.pid == other.pid
            if ending == "kill":
                other.kill()
            else:
                assert end(found)
        other.wait(10)
        other.stdout.close()
        assert not end(found)


def test_a_file_that_says_nothing_is_somebody_all_the_same(tmp_path: Path) -> None:
    with present(tmp_path, "mh"):
        (tmp_path / LOCK).write_text("?")
        with present(tmp_path, "anna") as other:
            assert other == Presence()


def test_the_sentence_says_what_is_known() -> None:
    assert present_sentence(Presence(), "here") == "Also open."
    other = Presence(host="there", annotator="mh", terminal="pts/3")
    assert present_sentence(other, "there") == "Also open on pts/3 by mh."
    assert present_sentence(other, "here") == "Also open on pts/3 of there by mh."
