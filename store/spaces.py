"""What was measured of the space in which a run's images and captions lie."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from store.clock import utc_now
from store.connections import Connections
from store.records.run import Space
from store.tables import insert, to_json


class Spaces:
    """Measurements of feature spaces; they never change, since runs do not."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, run_id: int, options: Mapping[str, Any], result: Mapping[str, Any]) -> Space:
        """Store what was measured with these options."""
        row = {
            "run_id": run_id,
            "options": to_json(dict(options)),
            "result": to_json(dict(result)),
            "created_at": utc_now(),
        }
        with self._connections.write() as connection:
            insert(connection, "spaces", row)
        found = self.find(run_id, options)
        assert found is not None
        return found

    def find(self, run_id: int, options: Mapping[str, Any]) -> Space | None:
        """Return the newest measurement of a run with the same options, None if there is none."""
        row = (
            self._connections.read()
            .execute(
                "SELECT id, run_id, options, result, created_at FROM spaces "
                "WHERE run_id = ? AND options = ? ORDER BY id DESC LIMIT 1",
                (run_id, to_json(dict(options))),
            )
            .fetchone()
        )
        if row is None:
            return None
        space_id, run_id, written, result, created_at = row
        return Space(space_id, run_id, json.loads(written), json.loads(result), created_at)
