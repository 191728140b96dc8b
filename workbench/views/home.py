"""What Home draws; every text is safe to print."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from workbench.views.job import JobRow
from workbench.views.setup import FoundData


@dataclass(frozen=True, slots=True)
class RunRow:
    """An evaluation: its R@1 in both directions with the interval."""

    run_id: int
    model: str
    dataset: str
    t2i: str
    i2t: str
    when: str


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A data set split."""

    dataset_id: int
    name: str
    n_images: int
    n_captions: int
    problems: int
    reader: str
    has_images: bool
    decided: int = 0


@dataclass(frozen=True, slots=True)
class ResumeRow:
    """The list of cases that was looked at last, how far it is, and `when` that changed.

    `facts` says all of that at length, as (name, value) pairs.
    """

    what: str
    decided: int
    total: int
    when: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    """Another workspace, `when` it was last used, and how far the list read last there is.

    `decided` is None where there was no list, or it could not be counted; `at` is `when` in
    ISO 8601.
    """

    path: Path
    name: str
    when: str
    decided: int | None = None
    total: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class TerminalFacts:
    """What this terminal and machine can do."""

    colours: str = "truecolor"
    colour_advice: str = ""
    images: str = "auto"
    utf8: bool = True
    database: str = "local"
    survives_logout: str = "yes"
    gpus: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class HomeView:
    """What is here and what can be done next."""

    runs: tuple[RunRow, ...] = ()
    datasets: tuple[DatasetRow, ...] = ()
    jobs: tuple[JobRow, ...] = ()
    terminal: TerminalFacts = TerminalFacts()
    readonly: bool = False
    found: FoundData | None = None
    resume: ResumeRow | None = None
    others: tuple[WorkspaceRow, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing was imported or evaluated yet."""
        return not (self.runs or self.datasets)
