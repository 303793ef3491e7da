"""People who are there when the run starts (witness: the file that says so)."""

import numpy as np
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.experiment.provenance import check_files, described
from sim.experiment.runner import run
from sim.model.replication import recruited, replicate
from sim.outcomes.by_week import clinic_by_week
from sim.outcomes.reading import Reading
from sim.report.people import start
from sim.scales import response_held
from sim.units import NEVER

DAY = 1440
HEADING = (
    "patient,state,baseline,referred_days_ago,last_infusion_days_ago,interval_days,infusions,ptsd"
)
ROWS = [
    "Ann,maintenance,15,200,9,28,9,true",
    "Bob,maintenance,18,60,12,14,6,",
    "Cid,maintenance,12,3000,5,42,30,false",
    "Dot,maintenance,20,300,50,28,8,",
    "Eve,waiting,14,40,,,,",
    "Fay,waiting,17,12,,,,",
]
BASE = sim.Scenario().override({"run.days": 84})


def saved(folder, rows=ROWS, heading=HEADING):
    path = folder / "caseload.csv"
    path.write_text("\n".join([heading, *rows]) + "\n")
    return path


def started(path, changes=None):
    return BASE.override({"start": {"kind": "file", "file": str(path)}, **(changes or {})})


def course(replication, label):
    """Visits of one person: kind, day due and day seen, counted from the start date."""
    who = replication.patients.label.tolist().index(label)
    visits, opens = replication.visits, replication.scenario.opens
    mine = visits["patient"] == who
    seen = np.where(visits["arrived"] == NEVER, visits["booked"], visits["arrived"])
    return [
        (str(kind), (due - opens) // DAY, (came - opens) // DAY)
        for kind, due, came in zip(
            visits["kind"][mine], visits["due"][mine], seen[mine], strict=True
        )
    ]


@pytest.fixture(scope="module")
def replication(tmp_path_factory):
    return replicate(started(saved(tmp_path_factory.mktemp("there"))), 1)


@pytest.mark.parametrize(
    ("label", "infusions", "last", "interval"),
    [("Ann", 9, 9, 28), ("Bob", 6, 12, 14), ("Dot", 8, 50, 28)],
)
def test_a_past_is_what_the_file_says(replication, label, infusions, last, interval):
    past = [visit for visit in course(replication, label) if visit[2] < 0]
    given = [visit for visit in past if visit[0] in ("induction", "booster")]
    assert len(given) == infusions
    assert [visit[0] for visit in past].count("evaluation") == 1
    assert past[-1][1] == -last or past[-1][0] == "evaluation"
    assert -last <= given[-1][2] <= -last + 3, "on that day, or when the clinic next opens"
    boosters = [due for kind, due, _ in given if kind == "booster"]
    assert (np.diff(boosters) == interval).all()
    coming = next(visit for visit in course(replication, label) if visit[2] >= 0)
    assert coming[:2] == ("booster", max(interval - last, 0)), "the overdue are due at the opening"


def test_a_past_longer_than_the_history_is_shortened_at_its_beginning(replication):
    past = [visit for visit in course(replication, "Cid") if visit[2] < 0]
    kinds = [kind for kind, _, _ in past]
    assert kinds.count("induction") == 6
    assert 5 <= kinds.count("booster") < 24
    assert past[-1][1] == -5


def test_those_who_wait_have_been_assessed_and_start_first_come_first_served(replication):
    starts = []
    for label, ago in (("Eve", 40), ("Fay", 12)):
        visits = course(replication, label)
        assert visits[0][0] == "assessment"
        assert -ago <= visits[0][2] < 0
        assert visits[1][0] == "induction"
        assert visits[1][2] >= 0, "still waiting at the opening"
        starts.append(visits[1][2])
    assert starts[0] <= starts[1] <= 14
    assert clinic_by_week(Reading(replication))["census"][0] >= len(ROWS)


def test_nobody_leaves_before_the_opening_and_stays_are_memoryless(tmp_path):
    rows = [f"p{n},maintenance,15,{200 + n % 300},9,28,9," for n in range(400)]
    unlimited = {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")}
    boosters = {"kind": "fixed", "every_days": 84, "give_up_after": "never"}
    changes = {"run.days": 395, "policy.boosters": boosters, **unlimited}
    scenario = started(saved(tmp_path, rows), changes)
    run_ = replicate(scenario, 1)
    theirs = run_.discharges["patient"] < 400
    assert (run_.discharges["minute"][theirs] >= scenario.opens).all()
    stopped = (run_.discharges["reason"][theirs] == "stopped maintenance").sum()
    assert stopped == pytest.approx(0.33 * 400, abs=4 * np.sqrt(400 * 0.33 * 0.67))


def test_a_past_by_script_is_no_reason_to_give_up(tmp_path):
    """Whoever is given up on was given three boosters since the opening (witness: the record)."""
    rows = [f"p{n},maintenance,15,{200 + n % 100},9,28,9," for n in range(150)]
    unlimited = {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")}
    run_ = replicate(started(saved(tmp_path, rows), {**unlimited, "run.days": 200}), 1)
    visits, ended = run_.visits, run_.discharges
    theirs = (ended["reason"] == "no response to boosters") & (ended["patient"] < 150)
    assert theirs.sum() > 5
    for who, left in zip(ended["patient"][theirs], ended["minute"][theirs], strict=True):
        mine = (visits["patient"] == who) & (visits["kind"] == "booster")
        given = visits["infusion_start"][mine]
        assert ((given >= run_.scenario.opens) & (given <= left)).sum() == 3


def test_those_in_maintenance_responded_to_their_induction(replication):
    visits, labels = replication.visits, replication.patients.label.tolist()
    for label in ("Ann", "Bob", "Cid", "Dot"):
        who = labels.index(label)
        rows = (visits["patient"] == who) & (visits["kind"] == "induction")
        day_after = visits["infusion_end"][rows].max() + DAY
        relief = replication.relief_at(np.array([who]), np.array([day_after]))
        assert response_held(relief[0]), label


def test_what_the_file_gives_is_kept(replication):
    people, labels = replication.patients, replication.patients.label.tolist()
    for row in ROWS:
        name, _, baseline, *_, ptsd = row.split(",")
        who = labels.index(name)
        assert people.baseline[who] == int(baseline)
        if ptsd:
            assert people.ptsd[who] == (ptsd == "true")


def test_those_to_come_are_the_people_of_an_empty_start(replication):
    cold = recruited(BASE, 1)
    there = len(ROWS)
    assert len(replication.patients) == there + len(cold)
    np.testing.assert_array_equal(replication.patients.untreated[there:], cold.untreated)
    assert replication.patients.label[there] == str(there)


def test_two_workers_give_the_numbers_of_one(tmp_path):
    scenario = started(saved(tmp_path), {"run.replications": 2})
    one, two = (run({"a": scenario}, jobs=jobs) for jobs in (1, 2))
    assert one.metrics.equals(two.metrics)


@pytest.mark.parametrize(
    "policy",
    [
        {"policy.boosters": {"kind": "none"}},
        {"policy.boosters": {"kind": "as_needed"}, "policy.relapse": {"kind": "series"}},
        {"policy.induction": {"kind": "to_response"}, "policy.assessment": False},
        {"policy.induction": {"kind": "none"}, "policy.evaluation": {"kind": "none"}},
        {"clinic.booking": {"kind": "walk_in"}, "clinic.hours": "always"},
        {"policy.booster_treatment": {"route": "oral", "home": True}},
    ],
)
def test_any_policy_takes_over(tmp_path, policy):
    run_ = replicate(started(saved(tmp_path), policy), 1)
    for label in ("Ann", "Dot"):
        visits = course(run_, label)
        assert max(came for _, _, came in visits) >= 0
        assert sum(kind in ("induction", "booster") for kind, _, came in visits if came < 0) >= 7


def complaint(path, changes=None):
    with pytest.raises(ScenarioError) as fault:
        started(path, changes).checked()
    return str(fault.value)


def test_all_faults_are_told_by_row_and_column(tmp_path):
    said = complaint(
        saved(tmp_path, ["a,asleep,15,200,9,28,9,", "b,waiting,30,0,,,,", "a,waiting,12,5,,,,"])
    )
    assert "4 faults in the table of those already there" in said
    assert 'row 2, state = "asleep" is not known' in said
    assert 'row 3, baseline = "30"' in said
    assert 'row 3, referred_days_ago = "0"' in said
    assert 'row 4, patient = "a" is already the patient of row 2' in said


def test_a_state_says_which_columns_must_be_filled(tmp_path):
    said = complaint(saved(tmp_path, ["a,maintenance,15,200,9,,9,", "b,waiting,15,20,9,,,"]))
    assert "row 2, interval_days is empty" in said
    assert "row 3, last_infusion_days_ago is given, but the person is still waiting" in said


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,maintenance,15,10,9,28,9,", "leaves no time for 9 infusions"),
        ("a,maintenance,15,900,340,28,9,", "raise start.history_days"),
    ],
)
def test_impossible_times_are_named(tmp_path, row, words):
    assert words in complaint(saved(tmp_path, [row]))


def test_a_column_that_the_state_replaces_is_not_known(tmp_path):
    path = saved(
        tmp_path, ["a,waiting,15,20,3"], "patient,state,baseline,referred_days_ago,referred"
    )
    assert 'the column "referred" is not known' in complaint(path)


def test_long_leads_are_refused_and_missing_files_too(tmp_path):
    assert "lead_days = 9" in complaint(saved(tmp_path), {"clinic.booking.lead_days": 9})
    assert "start.file" in complaint(tmp_path / "nowhere.csv")


def test_the_file_lies_beside_its_scenario_and_its_fingerprint_in_the_manifest(tmp_path):
    saved(tmp_path)
    toml = tmp_path / "own.toml"
    toml.write_text('[start]\nkind = "file"\nfile = "caseload.csv"\n')
    scenario = sim.read_scenario(toml)
    manifest = described({"a": scenario})["a"]
    assert set(manifest["files"]) == {"start.file"}
    assert "Ann" not in str(manifest), "people are not published"
    saved(tmp_path, ROWS[:3])
    with pytest.raises(ScenarioError, match="table of those already there"):
        check_files(scenario, manifest)


def test_the_start_is_said_in_words(tmp_path):
    assert "4 in maintenance, who have responded, and 2 waiting" in start(started(saved(tmp_path)))
