"""The one door through which screens reach data and jobs; safe to call from any thread."""

from workbench.session.door import Session, open_session
from workbench.session.errors import FilterRefused, SessionError

__all__ = ["FilterRefused", "Session", "SessionError", "open_session"]
