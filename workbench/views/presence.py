"""A terminal that has a workspace open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Presence:
    """Who has it open: a process of a host, the terminal it runs in, `since` when (epoch, s)."""

    pid: int = 0
    started: float = 0.0
    boot_id: str = ""
    host: str = ""
    annotator: str = ""
    terminal: str = ""
    since: float = 0.0
