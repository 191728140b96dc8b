from dataclasses import dataclass, field

import pytest

from workbench.compute.errors import JobError
from workbench.workers.references import reference, referenced, resolve


@dataclass
class Done:
    id: int
    state: str = "done"
    result: dict = field(default_factory=lambda: {"dataset_id": 7, "runs": [1, 2]})


def test_references_are_found_and_resolved_at_any_depth():
    params = {
        "dataset_id": reference(31, "dataset_id"),
        "options": {"of": [reference(32, "runs"), 5]},
        "model": "result_of",
        "name": {"result_of": 1},
    }
    assert sorted(referenced(params)) == [31, 32]
    assert resolve(params, Done) == {
        "dataset_id": 7,
        "options": {"of": [[1, 2], 5]},
        "model": "result_of",
        "name": {"result_of": 1},
    }


def test_a_result_that_is_not_there_is_named():
    with pytest.raises(JobError, match="'run_id' of job 3, which returned dataset_id, runs"):
        resolve({"run": reference(3, "run_id")}, Done)
    with pytest.raises(JobError, match="'run_id' of job 3, which is failed"):
        resolve({"run": reference(3, "run_id")}, lambda number: Done(number, "failed"))
