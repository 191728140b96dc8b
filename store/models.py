"""Models that have been evaluated."""

from __future__ import annotations

from store.connections import Connection, Connections
from store.errors import NotFound
from store.records.run import Model
from store.tables import insert

_COLUMNS = "id, spec, plugin, name, weights, fingerprint, parameters, embedding_dim"


class Models:
    """Models with weights; specification and fingerprint identify one."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def put(
        self,
        *,
        spec: str,
        plugin: str,
        name: str,
        weights: str,
        fingerprint: str,
        parameters: int | None,
        embedding_dim: int,
    ) -> Model:
        """Return the model with this specification and fingerprint, stored if it is new."""
        row = {
            "spec": spec,
            "plugin": plugin,
            "name": name,
            "weights": weights,
            "fingerprint": fingerprint,
            "parameters": parameters,
            "embedding_dim": embedding_dim,
        }
        with self._connections.write() as connection:
            # Looked for first: an insert that is ignored would use up an id all the same.
            found = _same(connection, spec, fingerprint)
            if found is None:
                insert(connection, "models", row)
                found = _same(connection, spec, fingerprint)
        assert found is not None
        return found

    def all(self) -> list[Model]:
        """Return every model, oldest first."""
        rows = self._connections.read().execute(f"SELECT {_COLUMNS} FROM models ORDER BY id")
        return [Model(*row) for row in rows]

    def get(self, model_id: int) -> Model:
        """Return a model by id; raises NotFound."""
        everything = self.all()
        for model in everything:
            if model.id == model_id:
                return model
        listing = ", ".join(f"{model.id} ({model.spec})" for model in everything) or "none yet"
        raise NotFound(f"no model {model_id}: there are {listing}")


def _same(connection: Connection, spec: str, fingerprint: str) -> Model | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM models WHERE spec = ? AND fingerprint = ?", (spec, fingerprint)
    ).fetchone()
    return Model(*row) if row is not None else None
