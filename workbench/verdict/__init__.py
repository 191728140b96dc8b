"""Whether a run agrees with published results, and what usually makes the difference if not.

Pure functions on frozen data: the session reads what they need.
"""

from workbench.verdict.facts import DatasetFacts, RunFacts, recognised
from workbench.verdict.judgement import TOLERANCE, judge

__all__ = ["TOLERANCE", "DatasetFacts", "RunFacts", "judge", "recognised"]
