"""Every booster kind, way to start and induction together: whatever a new kind meets, it runs.

The kinds are read off the unions of the scenario, so that a new one is tested by itself. Witness:
the record, in which whoever is there has a course.
"""

from itertools import product
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from pydantic import BaseModel

from sim.experiment.task import Task, simulate
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.people.start import Start
from sim.policy.regimen import BoosterKind, EvaluationKind, InductionKind, RelapseKind

CASELOAD = Path(__file__).parents[2] / "scenarios" / "demand" / "caseload.csv"
NEEDED = {"file": {"file": str(CASELOAD)}, "steady_state": {"history_days": 182}}
"""What a way to start needs beside its kind; a new one that needs something is written here."""
TINY = {"run.days": 14, "referrals.per_week": 2, "behaviour.stopping_days": 60}


def kinds(union):
    """Give the kinds of a union, however deep in annotations."""
    if isinstance(union, type) and issubclass(union, BaseModel):
        return [union.model_fields["kind"].default]
    return [kind for part in get_args(union) for kind in kinds(part)]


CASES = list(product(kinds(BoosterKind), kinds(Start), kinds(InductionKind)))


def scenario(boosters, start, induction, changes=None):
    return Scenario().override(
        {
            **TINY,
            "policy.boosters": {"kind": boosters},
            "policy.induction": {"kind": induction},
            "start": {"kind": start, **NEEDED.get(start, {})},
            **(changes or {}),
        }
    )


def test_the_kinds_are_found():
    assert {"none", "fixed", "adaptive", "weekly_step_down", "predictive"} <= set(
        kinds(BoosterKind)
    )
    assert {"empty", "steady_state", "file"} <= set(kinds(Start))
    assert {"fixed", "to_response", "none"} <= set(kinds(InductionKind))


@pytest.mark.parametrize(("boosters", "start", "induction"), CASES)
def test_two_weeks_of_every_kind_end_with_a_course_for_everybody_there(boosters, start, induction):
    one = scenario(boosters, start, induction)
    record = replicate(one, 1)
    there = np.flatnonzero(record.patients.referred < one.horizon)
    assert len(there)
    assert set(record.visits["patient"]) | set(record.discharges["patient"]) == set(there.tolist())
    infused = record.visits["infusion_start"] >= one.opens
    assert infused.any() or start == "empty" or induction == "none"


@pytest.mark.parametrize("boosters", kinds(BoosterKind))
@pytest.mark.parametrize(
    ("evaluation", "relapse"), list(product(kinds(EvaluationKind), kinds(RelapseKind)))
)
def test_and_all_its_measures_can_be_read(boosters, evaluation, relapse):
    changes = {"policy.evaluation": {"kind": evaluation}, "policy.relapse": {"kind": relapse}}
    one = scenario(boosters, "file", "fixed", changes)
    assert simulate(Task("x", one, 1, 1)).measures["infusions_per_week"] >= 0
