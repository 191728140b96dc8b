"""Parquet through pyarrow, an optional extra."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from plugins.api import PluginError
from plugins.exporters.cells import BLOCK_ROWS, as_json, disk_errors, plain, storable

Block = list[list[Any]]
"""Values of up to BLOCK_ROWS rows, column by column."""

_EXACT_AS_FLOAT = 1 << 53


class ParquetExporter:
    """Writes row groups of 10,000 rows with one schema that fits every row.

    The rows are read once and spooled, since the type of a column is known only after its last
    value. A column of numbers, texts, lists or objects keeps its type, a column that mixes them
    becomes text (lists and objects as JSON).
    """

    name = "parquet"
    suffix = ".parquet"

    def write(
        self,
        columns: Sequence[str],
        rows: Iterable[Mapping[str, object]],
        path: Path,
        *,
        spreadsheet_safe: bool = False,
    ) -> int:
        """Write all rows; `spreadsheet_safe` changes nothing here."""
        pa, pq = _pyarrow()
        types: list[_ColumnType] = [_ColumnType(pa) for _ in columns]
        count = 0
        with disk_errors(path), tempfile.TemporaryFile(dir=path.parent) as spool:
            for block in _blocks(columns, rows):
                for column, values in zip(types, block, strict=True):
                    column.widen(values)
                pickle.dump(block, spool, pickle.HIGHEST_PROTOCOL)
                count += len(block[0]) if block else 0
            spool.seek(0)
            schema = pa.schema(
                [(name, kind.final()) for name, kind in zip(columns, types, strict=True)]
            )
            with pq.ParquetWriter(path, schema) as writer:
                for block in _spooled(spool):
                    arrays = [kind.array(values) for kind, values in zip(types, block, strict=True)]
                    writer.write_table(pa.table(arrays, schema=schema))
        return count


class _ColumnType:
    """The narrowest type that holds all values of a column."""

    def __init__(self, pa: Any) -> None:
        self._pa = pa
        self._type = pa.null()
        self._mixed = False
        self._large_integer = False

    def widen(self, values: list[Any]) -> None:
        """Take in the values of a block."""
        pa = self._pa
        self._large_integer |= any(
            type(value) is int and abs(value) > _EXACT_AS_FLOAT for value in values
        )
        try:
            found = pa.array(values, from_pandas=False).type
            schemas = [pa.schema([("", self._type)]), pa.schema([("", found)])]
            merged = pa.unify_schemas(schemas, promote_options="permissive")
            self._type = merged.field(0).type
        except (pa.ArrowException, OverflowError):
            self._mixed = True

    def final(self) -> Any:
        """Return the type to write."""
        pa = self._pa
        rounds = self._large_integer and pa.types.is_floating(self._type)
        if self._mixed or rounds or _hollow(pa, self._type):
            self._mixed = True
            return pa.string()
        return self._type

    def array(self, values: list[Any]) -> Any:
        """Build the Arrow array of a block."""
        if self._mixed:
            values = [None if value is None else _text(value) for value in values]
        return self._pa.array(values, type=self.final(), from_pandas=False)


def _hollow(pa: Any, kind: Any) -> bool:
    """Say whether a type has a part without values, which Parquet cannot hold."""
    if pa.types.is_list(kind):
        return _hollow(pa, kind.value_type)
    if pa.types.is_struct(kind):
        return kind.num_fields == 0 or any(_hollow(pa, field.type) for field in kind)
    return bool(pa.types.is_null(kind))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value)


def _blocks(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[Block]:
    remaining = iter(rows)
    while part := list(islice(remaining, BLOCK_ROWS)):
        yield [[_storable(plain(row.get(name))) for row in part] for name in columns]


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): _storable(item) for key, item in value.items()}
    return value


def _spooled(spool: IO[bytes]) -> Iterator[Block]:
    while True:
        try:
            yield pickle.load(spool)  # written by this very process just before
        except EOFError:
            return


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise PluginError(
            "Parquet needs pyarrow, which is not installed: "
            "pip install 'retrieval-workbench[parquet]', or export as csv or jsonl."
        ) from error
    return pyarrow, parquet


EXPORTER = ParquetExporter()
