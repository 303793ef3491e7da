"""A clinic so small that a capacity answer takes a second: only chairs are scarce."""

import pytest

import sim


@pytest.fixture(scope="session")
def small():
    return sim.Scenario().override(
        {"referrals.per_week": 8, "clinic.nurses": "unlimited", "clinic.prescribers": "unlimited"}
    )
