"""The cheap twin against the simulation of the same people (witness: the simulation)."""

import numpy as np
import pytest
from test_trial_vectorised import ARMS, TRIAL

import sim
from sim.model.replication import recruited
from sim.model.trial import follow
from sim.model.twin import Twin
from sim.people.fluctuation import Fluctuation
from sim.streams import Streams
from sim.units import NEVER

UNLIMITED = {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")}


def twin(scenario, seed=4, replication=2):
    cohort, streams = recruited(scenario, seed, replication), Streams(seed, replication)
    return Twin(scenario, cohort, streams, Fluctuation(scenario.symptoms, cohort, streams))


def infused_days(twin):
    """Sets of (patient, day of the infusion's end)."""
    who = np.concatenate([people for people, _ in twin.relief._record[1:]])
    ended = np.concatenate([moments.given.since for _, moments in twin.relief._record[1:]])
    return list(zip(who.tolist(), (ended // 1440).tolist(), strict=True))


@pytest.mark.parametrize("arm", ARMS)
def test_without_a_clinic_the_twin_is_the_simulation(arm):
    """The same infusions to the minute, the same true scores at noons to 1e-12."""
    scenario = sim.Scenario().override(TRIAL | {"policy.ratings": {}} | ARMS[arm])
    cheap, run = twin(scenario), sim.replicate(scenario, seed=4, replication=2)
    visits = run.visits
    rows = np.flatnonzero(visits["infusion_end"] != NEVER)
    ended = visits["patient"][rows].tolist(), visits["infusion_end"][rows].tolist()
    simulated = sorted(zip(*ended, strict=True))
    record = cheap.relief._record[1:]
    own = [
        pair
        for who, moments in record
        for pair in zip(who.tolist(), moments.given.since.tolist(), strict=True)
    ]
    assert sorted(own) == simulated
    noons = np.arange(3, 118, 7)
    who = np.repeat(np.arange(len(run.patients)), len(noons))
    scores = cheap.relief.scores(who, np.tile(noons, len(run.patients)))
    expected = run.trajectory(noons + 0.5)
    assert scores.reshape(expected.shape) == pytest.approx(expected, abs=1e-12)


def test_it_is_the_vectorised_trial_where_that_can_be_followed():
    scenario = sim.Scenario().override(TRIAL | {"policy.ratings": {}})
    visits = follow(scenario, seed=4, replication=2).visits()
    rows = np.isin(visits["kind"], ["induction", "booster"])
    days = visits["patient"][rows].tolist(), (visits["minute"][rows] // 1440).tolist()
    assert sorted(infused_days(twin(scenario))) == sorted(zip(*days, strict=True))


SETTINGS = {
    "usual": {},
    "fixed": {"policy.boosters": {"kind": "fixed", "every_days": 28}},
    "insured": {"behaviour.setting": "public_service"},
    "closed days": {"clinic.closures": [{"first_day": "2026-03-02", "last_day": "2026-03-15"}]},
    "usual care": {"policy.usual_care": "from_referral"},
    "patient and impatient": {"behaviour.patience_days": {"kind": "exponential", "mean": 20}},
    "one stretch with a lead": {"clinic.booking.lead_days": 3},
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_in_a_clinic_without_limits_most_people_are_infused_on_the_same_days(setting):
    """Nine of ten in the whole year; the others part over slots of a day and series that move."""
    scenario = sim.Scenario().override(UNLIMITED | {"run.days": 365} | SETTINGS[setting])
    cheap, run = twin(scenario), sim.replicate(scenario, seed=4, replication=2)
    rows = np.flatnonzero(run.visits["infusion_end"] != NEVER)
    days = run.visits["infusion_end"][rows] // 1440
    simulated = set(zip(run.visits["patient"][rows].tolist(), days.tolist(), strict=True))
    own = set(infused_days(cheap))
    people = len(run.patients)
    differ = {patient for patient, _ in own ^ simulated}
    assert len(differ) < people / 10
    assert len(own) == pytest.approx(len(simulated), rel=0.02)


def test_chairs_and_staff_do_not_change_it():
    """So that clinics of any size share one twin, and its mean can be found without a clinic."""
    base = sim.Scenario().override({"run.days": 120})
    small = base.override({"clinic.chairs": 1, "clinic.nurses": 1, "clinic.prescribers": 1})
    assert infused_days(twin(base)) == infused_days(twin(small))


class Mine:
    """A policy of a user's own: the twin does not know what it orders."""

    def next_order(self, chart):
        return None


def test_what_the_twin_does_not_know_has_a_stand_in():
    base = sim.Scenario().override({"run.days": 200})
    every_4_weeks = base.override({"policy.boosters": {"kind": "fixed", "every_days": 28}})
    expected = infused_days(twin(every_4_weeks))
    for kind in ("as_needed", "taper", "predictive", "weekly_step_down"):
        other = base.override({"policy.boosters": {"kind": kind}})
        assert infused_days(twin(other)) == expected
    own = base.override({"policy": base.policy.model_copy(update={"boosters": Mine()})})
    assert infused_days(twin(own)) == expected
    searching = every_4_weeks.override({"policy.induction": {"kind": "to_response"}})
    assert infused_days(twin(searching)) == expected


def test_where_nobody_is_referred_or_infused_nothing_happens():
    nobody = sim.Scenario().override(
        {"referrals": {"kind": "cohort", "patients": 1}, "run.days": 1}
    )
    assert infused_days_or_none(twin(nobody)) == []
    untreated = sim.Scenario().override({"policy.induction": {"kind": "none"}, "run.days": 60})
    assert infused_days_or_none(twin(untreated)) == []


def infused_days_or_none(twin):
    return infused_days(twin) if len(twin.relief._record) > 1 else []
