"""What this terminal and this machine can do, read from the environment and the system."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from workbench.presenters.text import plain
from workbench.views.home import TerminalFacts

_LOGIND = (
    "/etc/systemd/logind.conf",
    "/etc/systemd/logind.conf.d",
    "/usr/lib/systemd/logind.conf.d",
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


def survives_logout() -> str:
    """Say whether jobs go on after logout: "yes", or "no" and why."""
    setting = "no"
    for name in _LOGIND:
        path = Path(name)
        with suppress(OSError):
            files = sorted(path.glob("*.conf")) if path.is_dir() else [path]
            for file in files:
                found = _KILLS.findall(file.read_text("utf-8", "replace"))
                setting = found[-1].lower() if found else setting
    if setting in ("yes", "true", "1", "on"):
        return "no (KillUserProcesses=yes): run loginctl enable-linger"
    return "yes"
