"""A text field of one row without a box."""

from __future__ import annotations

from workbench.widgets.line_input import LineInput


class TextField(LineInput):
    """Takes every printable key; Esc and Enter belong to the form around it."""

    DEFAULT_CSS = """
    TextField {
        border: none;
        height: 1;
        padding: 0;
        width: 1fr;
        background: $panel;
    }
    TextField:focus { border: none; background: $block-cursor-blurred-background; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(
            value=value, placeholder=placeholder, id=id, select_on_focus=False, compact=True
        )
