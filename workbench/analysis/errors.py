"""What can go wrong in the numerics.

AnalysisError
├── VectorError      a vector, a shape or a pairing that cannot be ranked (also a ValueError)
└── CancelledError     the caller asked to stop
"""


class AnalysisError(Exception):
    """Any failure of this package that a caller may want to show."""


class VectorError(AnalysisError, ValueError):
    """Vectors or the caption-to-image map cannot be ranked; the message names side and row."""


class CancelledError(AnalysisError):
    """The work was stopped because ``cancelled()`` returned true."""
