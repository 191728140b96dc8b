"""What a user sets for all workspaces: `~/.config/retrieval-workbench/config.toml`.

::

    [jobs]
    on_finish = "notify-send \\"$WORKBENCH_JOB_WHAT: $WORKBENCH_JOB_STATE\\""
    bell = true
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class SettingsError(Exception):
    """The settings cannot be read: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`on_finish` is a command for the shell that runs after every job; `bell` rings then."""

    on_finish: str | None = None
    bell: bool = False


def settings_path() -> Path:
    """Return where the settings are (the file may not exist)."""
    configured = os.environ.get("XDG_CONFIG_HOME", "")
    # A relative path is to be ignored: XDG Base Directory Specification.
    base = Path(configured) if configured.startswith("/") else Path.home() / ".config"
    return base / "retrieval-workbench" / "config.toml"


def load_settings() -> Settings:
    """Read the settings, the defaults without a file; raises SettingsError."""
    path = settings_path()
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
    jobs = read.get("jobs", {})
    if not isinstance(jobs, dict):
        raise SettingsError(f"{path}: 'jobs' has to be a table, [jobs].")
    return Settings(
        on_finish=_value(path, jobs, "on_finish", str, "a command in quotes"),
        bell=bool(_value(path, jobs, "bell", bool, "true or false")),
    )


def _value(path: Path, table: dict[str, Any], name: str, kind: type, wanted: str) -> Any:
    value = table.get(name)
    if value is not None and not isinstance(value, kind):
        raise SettingsError(f"{path}: jobs.{name} has to be {wanted}.")
    return value
