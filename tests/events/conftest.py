"""What the tests of events share: a small busy clinic, simulated once."""

import pytest

import sim
from sim.model.scenario import Scenario

SMALL = {
    "run.days": 70,
    "clinic.chairs": 2,
    "clinic.nurses": 1,
    "referrals.per_week": 5,
    "policy.boosters": {"kind": "as_needed"},
}


@pytest.fixture(scope="session")
def busy():
    """A clinic of two chairs and one nurse, with missed, cancelled, remote and open visits."""
    return sim.replicate(Scenario().override(SMALL), seed=3)
