"""One outcome as a Parquet table and back, by the type that the work declares to give.

A row is a number: `path` says which ("measures.days_in_response"), `row` its place in a column.
What is no fraction (texts, counts, None, types of columns) stands in the table's metadata, with the
order of all numbers. Bytes are files of their own beside the table.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from sim.arrays import Floats

SHAPE, CHECK = b"ketasim.shape", b"ketasim.sha256"


class DamagedError(ValueError):
    """A part that is not whole, or not what was asked for."""


@dataclass(frozen=True)
class Part:
    """An outcome as files: the table, and what lies beside it by name."""

    table: bytes
    beside: Mapping[str, bytes]


def part_of_outcome(outcome: object, about: Mapping[str, Any]) -> Part:
    """Give an outcome as files; every row of the table says what it is `about`."""
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    numbers: list[tuple[str, Floats]] = []
    beside: dict[str, bytes] = {}
    shape = _shape(outcome, "", numbers, beside)
    lengths = [len(column) for _, column in numbers]
    total = sum(lengths)
    columns = {name: pa.repeat(pa.scalar(value), total) for name, value in about.items()}
    paths = pa.array([path for path, _ in numbers], pa.string())
    places = np.repeat(np.arange(len(numbers), dtype=np.int32), lengths)
    columns["path"] = pa.DictionaryArray.from_arrays(pa.array(places), paths)
    rows = [np.arange(length, dtype=np.int32) for length in lengths]
    columns["row"] = pa.array(np.concatenate([*rows, np.array([], dtype=np.int32)]))
    columns["number"] = pa.array(np.concatenate([*(c for _, c in numbers), np.array([])]))
    told = json.dumps(shape, separators=(",", ":")).encode()
    check = _check(told, columns["number"].to_numpy())
    table = pa.table(columns).replace_schema_metadata({SHAPE: told, CHECK: check})
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return Part(sink.getvalue(), beside)


def outcome_of_part(
    table: bytes | Path, beside: Callable[[str], Path], kind: object, about: Mapping[str, Any]
) -> Any:
    """Give the outcome of a table; `beside` names the files that lie beside it.

    Raises DamagedError where it is not whole, or about something else.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = pa.BufferReader(table) if isinstance(table, bytes) else str(table)
    try:
        read = pq.read_table(source)
        told, numbers = read.schema.metadata[SHAPE], read.column("number").to_numpy()
        if read.schema.metadata[CHECK] != _check(told, numbers):
            raise DamagedError("its content is not what was written")
        shape = json.loads(told)
        for name, value in about.items():
            if len(read) and read.column(name)[0].as_py() != value:
                raise DamagedError(f"it is of another {name}")
        left = _Numbers(numbers)
        outcome = _rebuilt(shape, kind, left, beside)
        if left.place < len(numbers):
            raise DamagedError("it holds other numbers")
        return outcome
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError, IndexError) as fault:
        raise DamagedError(str(fault)) from fault


def _check(shape: bytes, numbers: Floats) -> bytes:
    """Give the digest of all that an outcome is rebuilt from."""
    return hashlib.sha256(shape + b"\0" + numbers.tobytes()).hexdigest().encode()


def declared_by(work: Callable[..., Any]) -> object:
    """Give the type that a piece of work declares to give."""
    while isinstance(work, partial):
        work = work.func
    return _types_in(work)["return"]


@cache
def _types_in(declared: Any) -> dict[str, Any]:
    """Give the types that a function, a dataclass or a named tuple declares, by name."""
    return get_type_hints(declared)


def _shape(
    value: object, path: str, numbers: list[tuple[str, Floats]], beside: dict[str, bytes]
) -> Any:
    """Say what a value is made of, and hand out its numbers in the order of a walk through it."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float):
        numbers.append((path, np.array([value])))
        return {"number": 1}
    if isinstance(value, np.ndarray):
        return _column(value, path, numbers)
    if isinstance(value, bytes):
        name = path.rpartition(".")[2]
        beside[name] = value
        return {"beside": name}
    if isinstance(value, Mapping):
        return {"of": {n: _shape(v, _under(path, n), numbers, beside) for n, v in value.items()}}
    if is_dataclass(value):
        inner = {f.name: getattr(value, f.name) for f in fields(value)}
        return _shape(inner, path, numbers, beside)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return [_shape(getattr(value, n), _under(path, n), numbers, beside) for n in value._fields]
    if isinstance(value, tuple | list):
        return [_shape(v, _under(path, str(n)), numbers, beside) for n, v in enumerate(value)]
    raise TypeError(f"{path}: a {type(value).__name__} is nothing that a part can hold")


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _column(value: Any, path: str, numbers: list[tuple[str, Floats]]) -> Any:
    shape = {"column": value.dtype.str, "size": list(value.shape)}
    if value.dtype.kind in "OUS":
        return {**shape, "column": "O", "texts": value.ravel().tolist()}
    floats = value.ravel().astype(float)
    if value.dtype.kind not in "fb" and not np.array_equal(floats.astype(value.dtype), value):
        raise TypeError(f"{path}: these numbers are too large for a part")
    numbers.append((path, floats))
    return shape


@dataclass
class _Numbers:
    """All numbers of a part, to be handed out in order."""

    column: Floats
    place: int = 0

    def next(self, size: int) -> Floats:
        self.place += size
        if self.place > len(self.column):
            raise DamagedError("it lacks numbers")
        return self.column[self.place - size : self.place]


def _rebuilt(shape: Any, kind: Any, left: _Numbers, beside: Callable[[str], Path]) -> Any:
    """Build a value of a kind again, by a walk in the order of `_shape`."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(k for k in get_args(kind) if (k is NoneType) == (shape is None))
    if isinstance(shape, dict) and "number" in shape:
        return float(left.next(1)[0])
    if isinstance(shape, dict) and "column" in shape:
        size = tuple(shape["size"])
        if "texts" in shape:
            return np.array(shape["texts"], dtype=object).reshape(size)
        return left.next(int(np.prod(size))).astype(shape["column"]).reshape(size)
    if isinstance(shape, dict) and "beside" in shape:
        return beside(shape["beside"])
    if isinstance(shape, dict):
        return _mapping(shape["of"], kind, left, beside)
    if not isinstance(shape, list):
        return shape
    if hasattr(kind, "_fields"):
        kinds = _types_in(kind)
        named = zip(kind._fields, shape, strict=True)
        return kind(*(_rebuilt(inner, kinds[n], left, beside) for n, inner in named))
    return _listed(shape, kind, left, beside)


def _mapping(of: Mapping[str, Any], kind: Any, left: _Numbers, beside: Any) -> Any:
    if is_dataclass(kind):
        kinds = _types_in(kind)  # type: ignore[arg-type]
        return kind(**{n: _rebuilt(inner, kinds[n], left, beside) for n, inner in of.items()})  # type: ignore[operator]
    value = get_args(kind)[1]
    return {name: _rebuilt(inner, value, left, beside) for name, inner in of.items()}


def _listed(shape: list[Any], kind: Any, left: _Numbers, beside: Any) -> Any:
    """Build a list, or a tuple of one kind (`tuple[float, ...]`) or of several."""
    outer, kinds = get_origin(kind), get_args(kind)
    if outer is not tuple or kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(shape)
    return outer(_rebuilt(i, k, left, beside) for i, k in zip(shape, kinds, strict=True))
