"""Witness: pandas, reading the same parts one by one."""

from io import BytesIO

import pandas as pd
import pytest

from sim.config.errors import ScenarioError
from sim.experiment.kept import Kept, checked_keep


def part(**columns):
    sink = BytesIO()
    pd.DataFrame(columns).to_parquet(sink)
    return sink.getvalue()


PARTS = (
    part(patient=[0, 1], score=[3, 4], route=["iv", "im"]),
    part(patient=[0, 1], score=[None, None], route=["iv", None]),  # nobody was rated
    part(patient=[2], score=[1.5], route=["iv"]),
)


def test_parts_are_joined_in_order_even_where_a_column_is_empty(tmp_path):
    table = Kept(PARTS).table()
    assert table["patient"].tolist() == [0, 1, 0, 1, 2]
    assert table["score"].fillna(-1).tolist() == [3, 4, -1, -1, 1.5]


def test_a_file_gives_the_same_table_as_the_parts(tmp_path):
    path = tmp_path / "visits.parquet"
    Kept(PARTS).write(path)
    pd.testing.assert_frame_equal(Kept((path,)).table(), Kept(PARTS).table())
    pd.testing.assert_frame_equal(pd.read_parquet(path), Kept(PARTS).table())


def test_kinds_are_kept_once_and_in_a_fixed_order():
    assert checked_keep(["visits", "patients", "visits"]) == ("patients", "visits")
    assert checked_keep("visits") == ("visits",)
    assert checked_keep(None) == ()
    with pytest.raises(ScenarioError, match='Did you mean "patients"'):
        checked_keep("patient")
