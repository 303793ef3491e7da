"""Values take what TOML and JSON give, and nothing that merely looks like it."""

from datetime import date, time

import numpy as np
import pytest
from pydantic import ValidationError

from sim.config.value import Value, names, parameter


class Example(Value):
    count: int = parameter(1, "whole")
    share: float = parameter(0.5, "any", unit="share")
    day: date = parameter(date(2026, 1, 5), "day")
    hour: time | None = parameter(None, "hour")
    days: tuple[date, ...] = parameter((), "days")
    pairs: tuple[tuple[int, ...], ...] = parameter((), "pairs")
    word: str = parameter("", "any text")


@pytest.mark.parametrize(
    "given",
    [
        {"count": True},
        {"count": 2.0},
        {"count": "2"},
        {"share": True},
        {"share": "0.5"},
        {"share": float("nan")},
        {"day": 5},
        {"day": "5 January"},
        {"word": 5},
        {"pairs": [1, 2]},
        {"unknown": 1},
    ],
)
def test_what_only_looks_right_is_refused(given):
    with pytest.raises(ValidationError):
        Example(**given)


def test_lists_become_tuples_so_that_values_stay_hashable():
    assert Example(pairs=[[1, 2], [3]]).pairs == ((1, 2), (3,))
    assert hash(Example(pairs=[[1, 2]])) == hash(Example(pairs=((1, 2),)))


def test_dates_and_times_may_be_iso_text_as_in_json():
    read = Example(day="2026-02-01", days=["2026-02-03"], hour="09:30:00", word="2026-02-01")
    assert (read.day, read.days) == (date(2026, 2, 1), (date(2026, 2, 3),))
    assert (read.hour, read.word) == (time(9, 30), "2026-02-01")


def test_numbers_of_numpy_are_taken_as_numbers():
    read = Example(count=np.int64(4), share=np.float64(0.25), pairs=[[np.int32(1)]])
    assert (read.count, read.share, read.pairs) == (4, 0.25, ((1,),))
    assert type(read.count) is int


def test_json_gives_back_an_equal_value(tree):
    scenario = tree.Scenario(clinic=tree.Clinic(chairs="unlimited"), run=tree.Run(days=3))
    assert tree.Scenario.model_validate(scenario.model_dump(mode="json")) == scenario
    assert tree.Scenario.model_validate_json(scenario.model_dump_json()) == scenario


def test_parameters_are_named_kind_first_and_shared_ones_last(tree):
    assert names(tree.Lognormal) == ["kind", "mean", "cv", "median", "sigma", "offset", "at_least"]
    assert names(tree.FixedBoosters) == ["kind", "every_days", "late_days"]
