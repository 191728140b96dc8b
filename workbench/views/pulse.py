"""What the shell looks at once a second."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views.job import Progress


@dataclass(frozen=True, slots=True)
class Pulse:
    """The state that makes screens draw again: the database's counter and the unfinished jobs.

    `ended` are the jobs that ended since the last look, as (job id, kind, state, run id); `ring`
    says whether the user wants to hear of them.
    """

    changes: int = 0
    jobs: tuple[Progress, ...] = ()
    ended: tuple[tuple[int, str, str, int | None], ...] = ()
    ring: bool = False
