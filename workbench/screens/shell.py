"""What screens ask of the app around them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workbench.screens.trail import Trail
from workbench.views.line import Tone

if TYPE_CHECKING:
    from workbench.views.home import TerminalFacts


class Shell(Protocol):
    """The app as a screen sees it."""

    trail: Trail
    image_mode: str
    color: str
    host: str | None
    terminal: TerminalFacts | None
    data: tuple[Path, ...]

    @property
    def badge(self) -> str:
        """What line 1 says of the jobs."""
        ...

    def tell(self, sentence: str, tone: Tone = "", *, keep: bool = False) -> None:
        """Say a sentence on whatever screen is shown now; `keep` it while the cursor moves."""
        ...

    def send_all(self) -> None:
        """Paint the whole screen, also cells that the terminal should show already."""
        ...

    def leave_for(self, workspace: Path) -> None:
        """End, and let another workspace be opened in this terminal; jobs keep running."""
        ...

    def look(self) -> None:
        """Look now at what has changed instead of within a second."""
        ...
