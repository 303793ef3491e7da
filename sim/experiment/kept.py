"""Tables of single patients and visits, kept as Parquet, one part per replication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.config.errors import ScenarioError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from sim.outcomes.reading import Reading

KEPT_TABLES = ("patients", "visits")


def checked_keep(keep: str | Sequence[str] | None) -> tuple[str, ...]:
    """Give the kinds of tables to keep, each once and in a fixed order; refuse any other."""
    wanted = [keep] if isinstance(keep, str) else list(keep or ())
    for kind in wanted:
        if kind not in KEPT_TABLES:
            raise ScenarioError(
                f'keep: there is no table "{kind}"; "patients" and "visits" can be kept.'
                + nearest(kind, KEPT_TABLES)
            )
    return tuple(kind for kind in KEPT_TABLES if kind in wanted)


def packed(kind: str, reading: Reading, scenario: str, number: int) -> bytes:
    """Give one replication's table as Parquet, headed by the scenario and the replication."""
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    from sim.outcomes.tables import patients_table, visits_table

    table = {"patients": patients_table, "visits": visits_table}[kind](reading)
    table = table.drop(columns=["scenario", "replication"], errors="ignore")
    table.insert(0, "scenario", scenario)
    table.insert(1, "replication", number)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


@dataclass(frozen=True)
class Kept:
    """One kind of table over all scenarios and replications, in memory or on disk."""

    parts: tuple[bytes | Path, ...]

    def table(self) -> pd.DataFrame:
        """Read all parts into one table, in order."""
        import pyarrow as pa

        frame: pd.DataFrame = pa.concat_tables(
            list(self._tables()), promote_options="permissive"
        ).to_pandas()
        return frame

    def rows(self, scenario: str, replication: int) -> pd.DataFrame:
        """Read the rows of one replication alone."""
        import pyarrow as pa

        wanted = [("scenario", "==", scenario), ("replication", "==", replication)]
        frame: pd.DataFrame = pa.concat_tables(
            list(self._tables(wanted)), promote_options="permissive"
        ).to_pandas()
        return frame

    def write(self, path: Path) -> None:
        """Write all parts to one file, part by part, so that they need not fit in memory twice."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.unify_schemas(
            [table.schema for table in self._tables()], promote_options="permissive"
        )
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for table in self._tables():
                aligned = pa.concat_tables(
                    [schema.empty_table(), table], promote_options="permissive"
                )
                writer.write_table(aligned.cast(schema))

    def _tables(self, wanted: list[tuple[str, str, object]] | None = None) -> Iterator[Any]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        for part in self.parts:
            source = pa.BufferReader(part) if isinstance(part, bytes) else part
            # What pandas notes about its types differs from part to part where a column is empty.
            yield pq.read_table(source, filters=wanted).replace_schema_metadata(None)
