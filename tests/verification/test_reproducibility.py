"""A replication is a pure function: of scenario, seed and number, not of what ran before."""

import hashlib
import subprocess
import sys

import pytest

from sim.model.replication import replicate
from sim.model.scenario import Scenario

CHANGES = {"run.days": 150, "referrals.per_week": 6.0}

ALONE = """
import sys
sys.path.insert(0, {folder!r})
from test_reproducibility import CHANGES, digest
from sim.model.replication import replicate
from sim.model.scenario import Scenario
print(digest(replicate(Scenario().override(CHANGES), 7, 2)))
"""


def digest(replication):
    """All bits of a replication: its visits, discharges and patients."""
    tables = replication.visits, replication.discharges, replication.patients.columns()
    total = hashlib.sha256()
    for table in tables:
        for name, column in table.items():
            held = column.astype(str) if column.dtype == object else column
            total.update(f"{name} {held.dtype} {held.shape}".encode() + held.tobytes())
    total.update(replication.trajectory([0, 0.5, 30.25, 100]).tobytes())
    return total.hexdigest()


@pytest.fixture(scope="module")
def first():
    return digest(replicate(Scenario().override(CHANGES), 7, 2))


def test_the_same_arguments_give_the_same_bits(first):
    assert digest(replicate(Scenario().override(CHANGES), 7, 2)) == first


def test_what_ran_before_changes_nothing(first):
    scenario = Scenario().override(CHANGES)
    for other in ({"clinic.chairs": 1}, {"policy.boosters": {"kind": "none"}}):
        replicate(scenario.override(other), 7, 2)
    replicate(scenario, 7, 3)
    replicate(scenario, 8, 2)
    assert digest(replicate(scenario, 7, 2)) == first


def test_a_new_process_gives_the_same_bits(first, request):
    code = ALONE.format(folder=str(request.path.parent))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == first


def test_another_seed_or_number_gives_other_bits(first):
    scenario = Scenario().override(CHANGES)
    assert digest(replicate(scenario, 7, 3)) != first
    assert digest(replicate(scenario, 8, 2)) != first
