"""A replication as a whole: purity, common random numbers, the horizon, remote ratings."""

import numpy as np
import pytest

import sim
from sim.clinic.visit import VISIT_COLUMNS
from sim.model.replication import Replication
from sim.units import NEVER

SHORT = sim.Scenario().override({"run.days": 150, "referrals.per_week": 6})
POLICIES = {
    "fixed": {"policy.boosters": {"kind": "fixed", "every_days": 28}},
    "adaptive": {},
    "none": {"policy.boosters": {"kind": "none"}},
}


def run(changes=None, seed=1, replication=1) -> Replication:
    return sim.replicate(SHORT.override(changes or {}), seed, replication)


def same(one: Replication, other: Replication) -> bool:
    return all(
        np.array_equal(mine[name], theirs[name])
        for mine, theirs in (
            (one.visits, other.visits),
            (one.discharges, other.discharges),
            (one.patients.columns(), other.patients.columns()),
        )
        for name in mine
    )


def test_the_same_arguments_give_the_same_replication():
    first = run()
    run(seed=2)  # whatever ran in between
    assert same(first, run())


@pytest.mark.parametrize("other", [{"seed": 2}, {"replication": 2}])
def test_another_seed_or_number_gives_another_replication(other):
    assert not same(run(), run(**other))


@pytest.mark.parametrize("changes", [*POLICIES.values(), {"clinic.chairs": 1, "clinic.nurses": 1}])
def test_policies_and_clinics_under_one_seed_treat_identical_people(changes):
    base, other = run(), run(changes)
    for name, column in base.patients.columns().items():
        np.testing.assert_array_equal(column, other.patients.columns()[name], err_msg=name)


def stage_minutes(replication: Replication) -> dict[tuple[int, int], tuple[int, ...]]:
    """Minutes of each stage by (patient, k-th infusion): the per-visit draws, as used."""
    visits, found, count = replication.visits, {}, {}
    rows = np.flatnonzero((visits["chair"] != NEVER) & (visits["status"] == "done"))
    for row in rows[np.argsort(visits["infusion_start"][rows], kind="stable")]:
        patient = int(visits["patient"][row])
        count[patient] = count.get(patient, 0) + 1
        stages = ("prepare_start", "prepared"), ("infusion_end", "ready"), ("left", "chair_free")
        minutes = tuple(int(visits[end][row] - visits[begin][row]) for begin, end in stages)
        if visits["chair_free"][row] != NEVER:
            found[patient, count[patient]] = minutes
    return found


def test_the_kth_infusion_of_a_patient_takes_the_same_minutes_under_any_policy_and_clinic():
    base = stage_minutes(run())
    for changes in (POLICIES["fixed"], {"clinic.chairs": 2, "policy.induction.infusions": 4}):
        other = stage_minutes(run(changes))
        shared = base.keys() & other.keys()
        assert len(shared) > 200
        assert all(base[key] == other[key] for key in shared)


def test_a_rating_on_the_same_day_of_the_same_person_has_the_same_noise_in_any_policy():
    def noise(replication):
        visits = replication.visits
        rows = visits["rated_before"] != NEVER
        day = (visits["arrived"] - replication.patients.referred[visits["patient"]]) // 1440
        key = zip(visits["patient"][rows].tolist(), day[rows].tolist(), strict=True)
        off = visits["rated_before"][rows] - visits["true_before"][rows]
        inside = (visits["rated_before"][rows] > 0) & (visits["rated_before"][rows] < 21)
        return {k: (o, i) for k, o, i in zip(key, off.tolist(), inside.tolist(), strict=True)}

    one, two = noise(run()), noise(run(POLICIES["fixed"]))
    pairs = [(one[key], two[key]) for key in one.keys() & two.keys()]
    both = [(a[0], b[0]) for a, b in pairs if a[1] and b[1]]
    assert len(both) > 200
    assert all(abs(a - b) <= 1.0 + 1e-9 for a, b in both), "they differ by rounding only"


def test_relief_read_from_the_record_is_what_the_patient_lived_with():
    replication = run()
    visits, cohort = replication.visits, replication.patients
    rows = np.flatnonzero(visits["true_before"] >= 0)
    assert len(rows) > 500
    who, when = visits["patient"][rows], visits["arrived"][rows]
    days = (when - cohort.referred[who]) / 1440
    for row, patient, day in zip(rows[::17], who[::17], days[::17], strict=True):
        score = replication.trajectory([day])[patient, 0]
        assert score == pytest.approx(visits["true_before"][row], abs=1e-12)


def test_everyone_is_accounted_for():
    replication = run()
    status = replication.visits["status"]
    assert set(status) <= {"done", "in_progress", "ahead", "cancelled", "no_show"}
    gone = set(replication.discharges["patient"])
    waiting = set(replication.visits["patient"][np.isin(status, ["ahead", "in_progress"])])
    assert gone | waiting == set(range(len(replication.patients)))
    assert not gone & waiting


def test_at_the_horizon_what_is_under_way_is_in_progress_and_nothing_lies_beyond():
    replication = sim.replicate(SHORT.override({"run.days": 107, "clinic.hours": "always"}), 1)
    visits = replication.visits
    for stage in VISIT_COLUMNS[
        VISIT_COLUMNS.index("arrived") : VISIT_COLUMNS.index("chair_free") + 1
    ]:
        assert visits[stage].max() < replication.horizon
    under_way = visits["status"] == "in_progress"
    assert (visits["arrived"][under_way] != NEVER).all()
    assert (visits["left"][under_way] == NEVER).all()
    ahead = visits["status"] == "ahead"
    assert (visits["arrived"][ahead] == NEVER).all()
    assert (visits["booked"][ahead] >= replication.horizon).all()


def test_a_longer_run_only_adds_to_a_shorter_one():
    short, long = run({"run.days": 100}), run({"run.days": 150})
    horizon = 100 * 1440
    done = short.visits["status"] == "done"
    keys = ("patient", "visit", "arrived", "left", "rated_before", "chair")
    early = set(zip(*(short.visits[key][done].tolist() for key in keys), strict=True))
    then = long.visits["status"] == "done"
    later = set(zip(*(long.visits[key][then].tolist() for key in keys), strict=True))
    assert early <= later
    assert all(row[3] >= horizon for row in later - early)


def test_a_visit_that_will_be_missed_after_the_horizon_is_still_ahead_there():
    replication = run({"run.days": 100, "behaviour.no_show_share": 0.5})
    visits, left = replication.visits, replication.discharges["patient"]
    missed = np.isin(visits["status"], ("no_show", "cancelled"))
    stays = missed & ~np.isin(visits["patient"], left)
    assert stays.sum() > 20
    known = visits["booked"][stays] - 1440  # called off a day before
    assert (known < replication.horizon).all()
    assert (visits["booked"][visits["status"] == "no_show"] < replication.horizon).all()


def test_scores_beyond_the_horizon_are_not_made_up():
    replication = run()
    scores = replication.trajectory([0, 149, 150])
    assert np.isfinite(scores[:, 0]).all()
    assert np.isnan(scores[:, 2]).all()
    assert replication.relief([]).shape == (len(replication.patients), 0)


def test_a_run_to_which_nobody_is_referred_is_empty_and_whole():
    nobody = sim.replicate(
        SHORT.override({"run.days": 1, "run.start_date": "2026-01-10"}), 1
    )  # a Saturday
    assert len(nobody.patients) == 0
    assert nobody.trajectory([0]).shape == (0, 1)
    assert len(nobody.visits["kind"]) == 0
