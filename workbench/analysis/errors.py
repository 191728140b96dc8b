"""What can go wrong in the numerics.

AnalysisError
├── VectorError      a vector, a shape or a pairing that cannot be ranked (also a ValueError)
├── QueryError       per-query results that cannot be compared (also a ValueError)
├── CaptionError     captions or references that cannot be measured (also a ValueError)
└── CancelledError   the caller asked to stop
"""


class AnalysisError(Exception):
    """Any failure of this package that a caller may want to show."""


class VectorError(AnalysisError, ValueError):
    """Vectors or the caption-to-image map cannot be ranked; the message names side and row."""


class QueryError(AnalysisError, ValueError):
    """Per-query results cannot be compared; the message names the run and the query's row."""


class CaptionError(AnalysisError, ValueError):
    """Captions cannot be measured against references; the message names the image's row."""


class CancelledError(AnalysisError):
    """The work was stopped because ``cancelled()`` returned true."""
