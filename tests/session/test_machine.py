"""What is said of the machine follows its files."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from workbench.session.machine import survives_logout

SESSION = "0::/user.slice/user-1000.slice/session-3.scope\n"
MANAGER = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u1.scope\n"


@pytest.mark.parametrize(
    ("setting", "uid", "group", "lingers", "survives"),
    [
        ("no", 1000, SESSION, False, True),
        ("yes", 1000, SESSION, False, False),
        ("yes", 1000, SESSION, True, False),
        ("yes", 1000, MANAGER, False, False),
        ("yes", 1000, MANAGER, True, True),
        ("yes", 0, SESSION, False, True),
    ],
)
def test_jobs_survive_logout_where_the_users_own_manager_lingers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    uid: int,
    group: str,
    lingers: bool,
    survives: bool,
) -> None:
    who = pwd.getpwuid(os.getuid())
    monkeypatch.setattr(os, "getuid", lambda: uid)
    monkeypatch.setattr(pwd, "getpwuid", lambda _: who)
    write(tmp_path / "etc/systemd/logind.conf", f"[Login]\nKillUserProcesses={setting}\n")
    write(tmp_path / "proc/self/cgroup", group)
    if lingers:
        write(tmp_path / "var/lib/systemd/linger" / who.pw_name, "")
    assert (survives_logout(tmp_path) == "yes") is survives


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
