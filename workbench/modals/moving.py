"""The keys that move in an overlay: one table for lists and texts."""

from __future__ import annotations

from textual.binding import Binding, BindingType

PAGE = 10
ALL = 9999

MOVES: tuple[BindingType, ...] = (
    Binding("j,down,J", "step(1)", show=False),
    Binding("k,up,K", "step(-1)", show=False),
    Binding("ctrl+d,pagedown", f"step({PAGE})", show=False),
    Binding("ctrl+u,pageup", f"step(-{PAGE})", show=False),
    Binding("g,home", f"step(-{ALL})", show=False),
    Binding("G,end", f"step({ALL})", show=False),
)
"""Bindings of `action_step`, which takes how many rows to go."""
