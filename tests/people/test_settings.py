"""The named settings in whole runs (witnesses: the record, a plain loop, closed forms)."""

import numpy as np
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.experiment.uncertainty import drawing
from sim.model.replication import recruited
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.people.settings import IN_SETTING, SETTINGS, USUAL_SETTING, known_of
from sim.planning.answer import capacity
from sim.planning.rests_on import _Parts
from sim.report.people import people

AMPLE = dict.fromkeys(("clinic.chairs", "clinic.nurses", "clinic.prescribers"), "unlimited")
NOBODY_JUDGES = {
    "policy.evaluation": {"kind": "none"},
    "policy.boosters": {"kind": "fixed", "every_days": 28},
}
OFF = {
    "behaviour.setting": "usual",
    "behaviour.withdrawal_share": 0.04,
    "behaviour.withdrawal_without_response": 1,
    "behaviour.first_stopping_share": 0.0,
    "behaviour.stopping_without_response": 1.0,
    "behaviour.postponed_share": 0.0,
    "behaviour.postponed_days": 50.0,
}


def run(*changes, patients=400, days=300, seed=5):
    cohort = {"kind": "cohort", "patients": patients, "over_days": 30}
    own = {"run.days": days, "referrals": cohort}
    for more in changes:
        own |= more
    return sim.replicate(sim.Scenario().override(AMPLE | own), seed)


def of_patient(visits, patient, *kinds):
    rows = (visits["patient"] == patient) & np.isin(visits["kind"], kinds)
    return np.flatnonzero(rows)


def infusions(replication):
    visits = replication.visits
    given = (visits["infusion_start"] != -1) & (visits["kind"] == "induction")
    return np.bincount(visits["patient"][given], minlength=len(replication.patients))


# ---------------------------------------------------------------- what is off changes nothing


def test_everything_off_by_name_is_the_same_record_as_everything_left_out():
    rated = {"policy.ratings.hours_after_infusion": (24.0, 200.0), "clinic.chairs": 2,
             "clinic.nurses": 1, "policy.boosters": {"kind": "as_needed"}}  # fmt: skip
    left_out, off = run(rated, patients=80), run(rated, OFF, patients=80)
    for table in ("visits", "discharges", "appointments"):
        one, other = getattr(left_out, table), getattr(off, table)
        assert list(one) == list(other)
        for name, column in one.items():
            assert np.array_equal(column, other[name]), (table, name)


def test_numbers_given_in_a_file_win_over_the_setting():
    given = {"behaviour.setting": "self_pay_clinic", "behaviour.withdrawal_share": 0.5}
    numbers = sim.Scenario().override(given).behaviour.in_force()
    usual = sim.Scenario().behaviour.in_force()
    assert numbers.withdrawal_share == 0.5
    assert numbers.first_stopping_share == IN_SETTING["self_pay_clinic"]["first_stopping_share"][0]
    assert numbers.postponed_share == usual.postponed_share == 0


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_number_of_a_setting_has_a_source_and_is_allowed(setting):
    values = {f"behaviour.{name}": known_of(setting, name).value for name in USUAL_SETTING}
    counts = "behaviour.withdrawal_without_response"
    given = sim.Scenario().override(values | {counts: int(values[counts])}).behaviour
    assert given.in_force() == sim.Scenario().override(
        {"behaviour.setting": setting}).behaviour.in_force()  # fmt: skip
    for name in USUAL_SETTING:
        assert known_of(setting, name).source
        assert known_of(setting, name).grade


# ---------------------------------------------------------------- each moves what it should

ONLY = {
    "behaviour.first_stopping_share": 0.3,
    "behaviour.withdrawal_without_response": 5,
    "behaviour.stopping_without_response": 4.0,
    "behaviour.postponed_share": 0.3,
}


@pytest.mark.parametrize("path", ONLY)
def test_the_people_are_the_same_but_for_how_much_they_tolerate(path):
    usual = recruited(sim.Scenario(), 3).columns()
    changed = recruited(sim.Scenario().override({path: ONLY[path]}), 3).columns()
    moved = {name for name in usual if not np.array_equal(usual[name], changed[name])}
    assert moved == ({"infusions_tolerated"} if "first" in path else set())


def test_who_does_not_stop_after_the_first_infusion_has_the_same_course():
    usual, changed = run(), run({"behaviour.first_stopping_share": 0.3})
    tolerated = changed.patients.infusions_tolerated
    assert 0.2 < (tolerated == 1).mean() < 0.4
    assert (infusions(changed)[tolerated == 1] <= 1).all()
    stays = tolerated > 8  # more than any induction gives
    assert stays.sum() > 200
    for name in ("infusion_start", "status", "rated_before"):
        one, other = (r.visits[name][stays[r.visits["patient"]]] for r in (usual, changed))
        assert np.array_equal(one, other)


def test_without_benefit_nobody_has_more_infusions_and_responders_have_as_many():
    usual, changed = (
        run(NOBODY_JUDGES, {"behaviour.withdrawal_share": 0.3,
                            "behaviour.withdrawal_without_response": factor})
        for factor in (1, 6)
    )  # fmt: skip
    before, after = infusions(usual), infusions(changed)
    assert (after <= before).all()
    assert after.sum() < before.sum()
    assert np.array_equal(after == 0, before == 0)
    assert np.array_equal(after == 1, before == 1), "no rating since the first infusion yet"
    visits = usual.visits
    for patient in np.flatnonzero(before > 1):
        rows = of_patient(visits, patient, "induction")
        rows = rows[visits["infusion_start"][rows] != -1][1:]
        rated, baseline = visits["rated_before"][rows], usual.patients.baseline[patient]
        if (2 * rated <= baseline).all():
            assert after[patient] == before[patient]


def test_putting_off_changes_nobodys_other_misses():
    """Who comes to the k-th visit that is not put off, and who is lost, is settled by person."""
    quiet = {"behaviour.late_cancellation_share": 0.0, "behaviour.patience_days": 10_000,
             "behaviour.no_show_share": 0.3}  # fmt: skip
    quiet |= NOBODY_JUDGES
    usual, changed = run(quiet), run(quiet, {"behaviour.postponed_share": 0.4})
    put_off = 0
    for patient in range(len(usual.patients)):
        told = []
        for replication in (usual, changed):
            rows = of_patient(replication.visits, patient, "assessment", "induction")
            status = replication.visits["status"][rows]
            told.append(status[status != "ahead"].tolist())
        plain, other = told
        put_off += other.count("cancelled")
        kept = [status for status in other if status != "cancelled"]
        assert all(a == b for a, b in zip(plain, kept, strict=False))
    assert put_off > 400


def test_a_visit_put_off_gives_its_slot_back_at_once_and_is_wished_for_another_day():
    quiet = {"behaviour.late_cancellation_share": 0.0, "behaviour.patience_days": 10_000,
             "behaviour.postponed_share": 0.5, "behaviour.postponed_days": 5.0}  # fmt: skip
    replication = run(quiet, patients=60)
    visits, made = replication.visits, replication.appointments
    ended = {
        (int(made["patient"][row]), int(made["start"][row]), int(made["ended"][row]))
        for row in np.flatnonzero(made["end"] == "cancelled")
    }
    off = np.flatnonzero((visits["status"] == "cancelled") & (visits["kind"] != "rating"))
    assert len(off) > 60
    for row in off.tolist():
        patient, booked = int(visits["patient"][row]), int(visits["booked"][row])
        assert any(who == patient and start == booked for who, start, _ in ended)
        after = of_patient(visits, patient, str(visits["kind"][row]))
        after = after[after > row]
        if len(after):
            tomorrow = (booked // 1440 + 1) * 1440
            assert visits["wished"][after[0]] >= tomorrow
            assert visits["booked"][after[0]] == -1 or visits["booked"][after[0]] >= tomorrow


def test_maintenance_is_stopped_when_a_plain_loop_over_the_ratings_says_so():
    missed = ("no_show_share", "first_no_show_share", "late_cancellation_share")
    never_missed = {f"behaviour.{name}": 0.0 for name in missed}
    replication = run(
        NOBODY_JUDGES, never_missed, {"behaviour.stopping_without_response": 4.0}, days=700
    )
    visits, checked = replication.visits, 0
    for patient in range(len(replication.patients)):
        boosters = of_patient(visits, patient, "booster")
        if not len(boosters):
            continue
        rows = [*of_patient(visits, patient, "induction")[-1:], *boosters]
        baseline = replication.patients.baseline[patient]
        now = int(visits["ordered"][boosters[0]])
        left = replication.patients.days_in_maintenance[patient] * 1440
        pace = 1.0 if 2 * visits["rated_before"][rows[0]] <= baseline else 4.0
        for row in boosters.tolist():
            comes = int(visits["booked"][row])
            if visits["status"][row] == "no_show":
                assert left / pace <= comes - now + 1
                checked += 1
            elif visits["status"][row] == "done":
                seen = int(visits["arrived"][row])
                assert left / pace > comes - now - 1
                left -= (seen - now) * pace
                pace = 1.0 if 2 * visits["rated_before"][row] <= baseline else 4.0
                now = seen
    assert checked > 100


# ---------------------------------------------------------------- the edges


def test_when_everybody_stops_after_the_first_infusion_nobody_has_a_second():
    replication = run({"behaviour.first_stopping_share": 1.0}, patients=100)
    assert infusions(replication).max() == 1
    found = measure(Reading(replication))
    assert found["stopped_after_first_share"] == 1.0
    assert found["finished_six_share"] == found["reached_eighth_share"] == 0.0
    assert "days_to_eighth_infusion" not in found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("behaviour.withdrawal_share", 1.0),
        ("behaviour.postponed_share", 1.0),
        ("behaviour.first_stopping_share", 1.1),
        ("behaviour.withdrawal_without_response", 0),
        ("behaviour.stopping_without_response", 0.5),
        ("behaviour.setting", "private"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(path, value):
    with pytest.raises(ScenarioError, match=path):
        sim.Scenario().override({path: value})


# ---------------------------------------------------------------- what rests on it


def test_what_a_setting_settles_is_not_drawn_as_if_it_were_usual():
    for setting, there in (("usual", True), ("public_service", False)):
        scenario = sim.Scenario().override({"behaviour.setting": setting})
        paths = {entry.path for entry in drawing({"only": scenario}, 1).entries}
        assert ("behaviour.withdrawal_share" in paths) is there
        assert "behaviour.no_show_share" in paths


def test_stays_that_depend_on_ratings_are_refused_where_their_mean_is_needed():
    scenario = sim.Scenario().override({"behaviour.stopping_without_response": 2.0})
    with pytest.raises(ScenarioError, match="stopping_without_response"):
        scenario.override({"start": {"kind": "steady_state"}})
    for when in ("steady", "first-year"):
        with pytest.raises(ScenarioError, match="stopping_without_response"):
            capacity(scenario, {"clinic.chairs": range(1, 3)}, ["chair_utilisation<=0.9"],
                     when=when)  # fmt: skip


def test_who_enters_maintenance_is_counted_with_the_ratings_that_make_people_leave():
    """Closed form without a rating: 1 after the first infusion, then up to 6 each."""
    alone = sim.Scenario().override(
        NOBODY_JUDGES | {"referrals": {"kind": "cohort", "patients": 3000, "over_days": 0},
        "policy.assessment": False, "clinic.booking": {"kind": "none"}, "policy.boosters.kind":
        "none", "behaviour.withdrawal_share": 0.3, "behaviour.no_show_share": 0.0,
        "symptoms.drug_share": 1.0, "policy.treatment.placebo": True,
        "symptoms.drift_sd": 0.0, "symptoms.rating_sd": 0.0}
    )  # fmt: skip
    for factor in (1, 2):
        changed = alone.override({"behaviour.withdrawal_without_response": factor})
        enters = _Parts.of(changed, assessed=False).enters
        assert enters == pytest.approx(0.7 ** ((1 + 5 * factor) / 6), abs=0.03)


def test_a_description_tells_the_setting_and_what_is_on():
    usual = people(sim.Scenario())
    assert "setting" not in usual
    assert "put off" not in usual
    said = people(sim.Scenario().override({"behaviour.setting": "public_service"}))
    for words in ("public_service", "put off", "2 times as high", "15% withdraw"):
        assert words in said
    walk_in = {"behaviour.setting": "public_service", "clinic.booking": {"kind": "walk_in"}}
    assert "put off" not in people(sim.Scenario().override(walk_in))
