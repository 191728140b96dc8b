"""Compiles a numeric loop: no interpreter lock, no reordered float arithmetic, kept on disk."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """``loop`` compiled on its first call and cached beside its file."""
    return cast(Loop, njit(nogil=True, cache=True)(loop))
