"""The label guide: what each category means, with examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from workbench.modals.text_overlay import TextOverlay
from workbench.presenters.guide import guide_lines
from workbench.taxonomy import Taxonomy
from workbench.views.line import Line


class GuideOverlay(TextOverlay):
    """Shows the taxonomy of the workspace."""

    MOST = 100
    BINDINGS: ClassVar[list[BindingType]] = [Binding("L", "close", show=False)]
    DEFAULT_CSS = """
    GuideOverlay {
        & > * { max-width: 100; }
        & > LineList { height: 1fr; max-height: 44; }
    }
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        super().__init__("Label guide", f"version {taxonomy.version}")
        self._taxonomy = taxonomy

    def written(self, cells: int) -> Sequence[Line]:
        """Return the guide in lines of so many cells."""
        return guide_lines(self._taxonomy, cells)
