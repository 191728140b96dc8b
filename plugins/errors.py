"""What a plugin reports on purpose; part of the contract, `plugins.api`."""

from __future__ import annotations

from pathlib import Path


class PluginError(Exception):
    """Something a plugin reports to the user in one sentence."""


class SourceError(PluginError):
    """A source file cannot be used; names the file, the line where known, and the reason."""

    def __init__(self, path: Path | str, reason: str, line: int | None = None) -> None:
        place = f"{path}, line {line}" if line is not None else f"{path}"
        super().__init__(f"{place}: {reason}")
        self.path, self.reason, self.line = Path(path), reason, line


class SpecError(PluginError):
    """The name of a plugin or a model specification is not understood."""


class WeightsMissing(PluginError):
    """Weights are not on this machine; the message says how to get them."""
