"""Visits put away as they end, in the order in which they were ordered (witness: all at once)."""

import numpy as np
import pytest

import sim
from sim.model import record

BUSY = {"run.days": 84, "clinic.chairs": 2, "referrals.per_week": 6}
CLINICS = {
    "a_full_clinic": {},
    "a_caseload": {"start": {"kind": "steady_state", "history_days": 182}},
    "walk_in": {"clinic.booking": {"kind": "walk_in"}, "clinic.waiting_places": 1},
    "ratings_at_home": {"policy.ratings.hours_after_infusion": [24, 48, 96]},
    "at_home": {"policy.boosters": {"kind": "as_needed", "rate_every_days": 7}},
    "people_who_miss": {"behaviour.no_show_share": 0.3, "behaviour.first_no_show_share": 0.5},
}


@pytest.mark.parametrize("changes", CLINICS.values(), ids=list(CLINICS))
def test_visits_put_away_one_by_one_are_those_of_one_table_made_at_the_end(changes, monkeypatch):
    scenario = sim.Scenario().override(BUSY | changes)
    found = []
    for lot in (1, 10**6):
        monkeypatch.setattr(record, "LOT", lot)
        found.append(sim.replicate(scenario, seed=3).visits)
    one_by_one, at_the_end = found
    assert len(at_the_end["patient"]) > 200
    for name, column in at_the_end.items():
        assert one_by_one[name].dtype == column.dtype
        assert np.array_equal(one_by_one[name], column), name


def test_a_run_of_nobody_has_columns_without_rows():
    empty = record.Record().visits(1440)
    assert {len(column) for column in empty.values()} == {0}
