"""Yesterday's numbers (witness: expected.csv): they change only on purpose.

A measure that is newer than the file has no yesterday but a witness by hand (test_by_hand.py). When
a change moves numbers: say so under "Results change" in CHANGELOG.md, then renew the file with
    python tests/regression/test_yesterday.py
"""

import csv
from pathlib import Path

import pytest

import sim
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

EXPECTED = Path(__file__).with_name("expected.csv")
CASES = {
    "adaptive": {},
    "every_4_weeks_trial": {
        "policy.boosters": {"kind": "fixed", "every_days": 28},
        "symptoms.calibration": "trial",
    },
    "scarce_one_by_one": {"clinic.chairs": 2, "clinic.booking.series": "one_by_one"},
    "oral_walk_in": {"policy.treatment.route": "oral", "clinic.booking": {"kind": "walk_in"}},
}


def numbers(case):
    scenario = sim.Scenario().override({"run.days": 365, **CASES[case]})
    return measure(Reading(sim.replicate(scenario, seed=7, replication=3)))


@pytest.mark.parametrize("case", CASES)
def test_every_measure_is_what_it_was(case):
    with EXPECTED.open(newline="") as file:
        was = {
            row["measure"]: float(row["value"])
            for row in csv.DictReader(file)
            if row["case"] == case
        }
    now = numbers(case)
    assert {name: now.get(name) for name in was} == pytest.approx(was, rel=1e-9)


if __name__ == "__main__":
    with EXPECTED.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "measure", "value"])
        for case in CASES:
            writer.writerows([case, name, repr(value)] for name, value in numbers(case).items())
