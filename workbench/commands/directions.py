"""The option of commands that show both directions unless one is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from store.records.direction import DIRECTIONS, Direction

F = TypeVar("F", bound=Callable[..., object])


def directions_option(
    help: str = "t2i: a caption finds images; i2t: an image finds captions.",
) -> Callable[[F], F]:
    """Make the option `--direction`, which gives a command `directions`."""
    return click.option(
        "--direction",
        "directions",
        type=click.Choice([*DIRECTIONS, "both"]),
        default="both",
        show_default=True,
        callback=_directions,
        help=help,
    )


def _directions(
    context: click.Context, parameter: click.Parameter, value: str
) -> tuple[Direction, ...]:
    return tuple(one for one in DIRECTIONS if value in (one, "both"))
