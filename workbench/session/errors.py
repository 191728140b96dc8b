"""Errors of the session: what the layers below report, as one sentence for the status line.

::

    SessionError
    └── FilterRefused    a filter is not understood: which word, and the nearest valid one
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from plugins.errors import PluginError
from store.errors import FilterError, StoreError
from workbench.compute.errors import JobError
from workbench.taxonomy import TaxonomyError

P = ParamSpec("P")
R = TypeVar("R")


class SessionError(Exception):
    """Something the user has to know, in one sentence."""


class FilterRefused(SessionError):
    """A filter that is not understood."""


def told(function: Callable[P, R]) -> Callable[P, R]:
    """Make a method raise only SessionError for what can go wrong outside the program."""

    @functools.wraps(function)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except FilterError as error:
            raise FilterRefused(str(error)) from error
        except (StoreError, JobError, PluginError, TaxonomyError) as error:
            raise SessionError(str(error)) from error
        except sqlite3.Error as error:
            raise SessionError(f"The workspace database cannot be read: {error}.") from error
        except OSError as error:
            place = f": {error.filename}" if error.filename else ""
            raise SessionError(f"{error.strerror or error}{place}.") from error

    return telling
