"""What can be copied of the thing under the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CopyName = Literal["id", "text", "path", "row", "link", "view"]


@dataclass(frozen=True, slots=True)
class Copies:
    """Texts for the clipboard; "" where there is none.

    `text` is a caption, a name, or the command of a job; `row` has tabs between its fields; `link`
    is the command that opens the workbench here, `view` the one that opens or prints the whole.
    """

    id: str = ""
    text: str = ""
    path: str = ""
    row: str = ""
    link: str = ""
    view: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a copied text: where it was kept ("" nowhere) and whether it was sent."""

    kept: str
    sent: bool
