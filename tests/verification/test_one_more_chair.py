"""Metamorphic: for walk-ins of a single visit, one more chair lengthens nobody's wait.

True of a queue with one resource, served first come first served, whose arrivals and durations do
not depend on it (Kiefer and Wolfowitz 1955); not of series of visits, several resources or the
closed loop, of which it is not asserted.
"""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.replication import replicate
from sim.model.scenario import read_scenario

QUEUE = read_scenario(
    Path(__file__).parents[2] / "sim" / "evidence" / "queues" / "textbook_queue.toml"
)

minutes = st.floats(5, 120)
durations = st.one_of(
    minutes,
    st.builds(lambda mean: {"kind": "exponential", "mean": mean}, minutes),
    st.builds(
        lambda mean, cv: {"kind": "lognormal", "mean": mean, "cv": cv}, minutes, st.floats(0.1, 2)
    ),
    st.builds(
        lambda values: {"kind": "empirical", "values": values},
        st.lists(st.integers(0, 200), min_size=1, max_size=4),
    ),
)
weekdays = {"monday": "08:00-12:00", "thursday": "10:00-18:30"}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    chairs=st.integers(1, 4),
    gap=st.floats(4, 90),
    infuse=durations,
    turnover=st.sampled_from([0, 7, {"kind": "triangular", "low": 0, "mode": 5, "high": 30}]),
    hours=st.sampled_from(["always", weekdays]),
    seed=st.integers(0, 2**32),
)
def test_one_more_chair_lengthens_nobodys_wait(chairs, gap, infuse, turnover, hours, seed):
    clinic = QUEUE.override(
        {
            "run.warmup_days": 0,
            "run.days": 4,
            "referrals.minutes_between": {"kind": "exponential", "mean": gap},
            "clinic.hours": hours,
            "clinic.session.infuse_minutes": infuse,
            "clinic.session.turnover_minutes": turnover,
        }
    )
    fewer, more = (
        seated(replicate(clinic.override({"clinic.chairs": n}), seed)) for n in (chairs, chairs + 1)
    )
    assert fewer.keys() == more.keys()
    assert all(more[patient] <= minute for patient, minute in fewer.items())


def seated(replication):
    """Minute at which each patient sat down; the horizon for those who had not yet."""
    visits = replication.visits
    when = np.where(visits["seated"] < 0, replication.horizon, visits["seated"])
    return dict(zip(visits["patient"].tolist(), when.tolist(), strict=True))
