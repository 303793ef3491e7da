"""The last start of a day leaves room for the share of sessions that is asked for (theory)."""

import numpy as np
import pytest
from scipy.stats import binomtest

import sim

PUNCTUAL = {
    "clinic.chairs": 1,
    "clinic.nurses": "unlimited",
    "clinic.prescribers": "unlimited",
    "behaviour.lateness_minutes": 0,
    "behaviour.no_show_share": 0.0,
    "behaviour.first_no_show_share": 0.0,
    "behaviour.late_cancellation_share": 0.0,
    "clinic.booking.grid_minutes": 5,
    "clinic.adverse_events.episode_share": 0.0,
}


@pytest.mark.parametrize("share", [0.6, 0.93])
def test_of_the_sessions_that_begin_last_the_share_asked_for_ends_by_closing(share):
    """On a grid of 5 minutes; beyond the share only by what a session is rounded up."""
    scenario = sim.Scenario().override(PUNCTUAL | {"clinic.booking.ends_in_time_share": share})
    planned = scenario.clinic.planned_minutes("iv")
    room = scenario.clinic.length_quantile("iv", share)
    last = 17 * 60 - -(-max(room, planned) // 5) * 5
    sessions = in_time = 0
    for number in range(1, 4):
        visits = sim.replicate(scenario, 3, number).visits
        begins = visits["booked"] % 1440
        infused = np.isin(visits["kind"], ["induction", "booster"]) & (visits["left"] != -1)
        assert begins[infused].max() <= last
        at_last = infused & (begins == last) & (visits["seated"] == visits["booked"])
        sessions += int(at_last.sum())
        in_time += int((visits["left"][at_last] % 1440 <= 17 * 60).sum())
    assert sessions > 100
    expected = scenario.clinic.session.length_quantile
    shares = [q for q in np.linspace(0.3, 0.995, 140) if last + expected(float(q)) <= 17 * 60]
    assert binomtest(in_time, sessions, max(shares)).pvalue > 0.001
    assert max(shares) >= share - 0.005
