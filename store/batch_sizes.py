"""Which batch sizes fit on a device, remembered from one job to the next."""

from __future__ import annotations

from store.clock import utc_now
from store.connections import Connection, Connections

_KEY = "model_fingerprint = ? AND device = ? AND precision = ? AND kind = ?"


class BatchSizes:
    """The largest size that fitted and the smallest that did not, in items a batch.

    A key is (fingerprint of the model, name of the device, precision, kind of item).
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(
        self, model: str, device: str, precision: str, kind: str
    ) -> tuple[int | None, int | None]:
        """Return (good, bad); None for what has not been met."""
        return _sizes(self._connections.read(), (model, device, precision, kind))

    def note(
        self,
        model: str,
        device: str,
        precision: str,
        kind: str,
        *,
        good: int | None = None,
        bad: int | None = None,
    ) -> None:
        """Remember a size that fitted or did not; good only grows, bad only shrinks.

        What contradicts earlier knowledge is left out: the memory was then shared with others.
        """
        key = (model, device, precision, kind)
        with self._connections.write() as connection:
            known_good, known_bad = _sizes(connection, key)
            if good is not None and (known_bad is None or good < known_bad):
                known_good = max(good, known_good or good)
            if bad is not None and (known_good is None or bad > known_good):
                known_bad = min(bad, known_bad or bad)
            connection.execute(
                "INSERT OR REPLACE INTO batch_sizes VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*key, known_good, known_bad, utc_now()),
            )


def _sizes(connection: Connection, key: tuple[str, ...]) -> tuple[int | None, int | None]:
    row = connection.execute(f"SELECT good, bad FROM batch_sizes WHERE {_KEY}", key).fetchone()
    return (row[0], row[1]) if row is not None else (None, None)
