"""What stands below the help of a command: lines that can be typed as they are."""

from __future__ import annotations


def examples(*lines: str) -> str:
    """Return an epilog that click prints as it is: a heading, and a line for each example."""
    return "\n".join(("\b", HEADING, *(f"  {line}" for line in lines)))


HEADING = "Examples:"
