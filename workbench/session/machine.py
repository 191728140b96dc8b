"""What this terminal and this machine can do, read from the environment and the system."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from workbench.presenters.text import plain
from workbench.views.home import TerminalFacts

_LOGIND = (
    "etc/systemd/logind.conf",
    "etc/systemd/logind.conf.d",
    "usr/lib/systemd/logind.conf.d",
)
_KILLS = re.compile(r"^\s*KillUserProcesses\s*=\s*(\w+)", re.MULTILINE)
_GPUS = Path("/proc/driver/nvidia/gpus")


def look_at_machine(
    environment: Mapping[str, str], colours: str | None, images: str, journal_note: str | None
) -> TerminalFacts:
    """Gather the facts; reads a few small files."""
    return TerminalFacts(
        colours=colours or "none",
        colour_advice=_colour_advice(environment, colours),
        images=images,
        utf8="UTF-8" in locale_of(environment).upper() or "UTF8" in locale_of(environment).upper(),
        database=plain(journal_note) if journal_note else "on a local disk: ok",
        survives_logout=survives_logout(),
        gpus=gpus(),
    )


def gpus() -> tuple[str, ...]:
    """Return the names of the NVIDIA GPUs in the order of the driver."""
    names = []
    with suppress(OSError):
        for folder in sorted(_GPUS.iterdir()):
            for line in (folder / "information").read_text().splitlines():
                if line.startswith("Model:"):
                    names.append(plain(line.partition(":")[2]))
    return tuple(names)


def locale_of(environment: Mapping[str, str]) -> str:
    """Return the locale that decides how letters are written, "" where none is set."""
    return environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""


def _colour_advice(environment: Mapping[str, str], colours: str | None) -> str:
    if environment.get("NO_COLOR"):
        return "NO_COLOR is set"
    if colours in ("truecolor", None):
        return ""
    if environment.get("SSH_CONNECTION"):
        return "ssh does not send COLORTERM; try COLORTERM=truecolor"
    if environment.get("TMUX"):
        return "in tmux: set -as terminal-features ',*:RGB'"
    return "if the terminal can do more: COLORTERM=truecolor"


def survives_logout(root: Path = Path("/")) -> str:
    """Say whether jobs go on after logout: "yes", or "no" and why.

    Where logind ends what a session has started, only what the user's own manager runs stays, and
    that manager itself only if it lingers (logind.conf(5), loginctl(1)). Root is left alone.
    """
    setting = "no"
    for name in _LOGIND:
        path = root / name
        with suppress(OSError):
            files = sorted(path.glob("*.conf")) if path.is_dir() else [path]
            for file in files:
                found = _KILLS.findall(file.read_text("utf-8", "replace"))
                setting = found[-1].lower() if found else setting
    if setting not in ("yes", "true", "1", "on") or os.getuid() == 0 or _lingers(root):
        return "yes"
    return "no (KillUserProcesses=yes)"


def _lingers(root: Path) -> bool:
    """Whether the user's manager runs this process, and goes on without a session."""
    with suppress(OSError, KeyError):
        group = (root / "proc/self/cgroup").read_text("utf-8", "replace")
        user = pwd.getpwuid(os.getuid()).pw_name
        return "/user@" in group and (root / "var/lib/systemd/linger" / user).exists()
    return False
