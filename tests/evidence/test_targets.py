"""The vocabulary of published results (witness: what each sentence plainly says)."""

import pytest

from sim.config.errors import ScenarioError
from sim.evidence.published import read_published, shipped
from sim.evidence.quantities import ProtocolMoment, read_metric, read_times
from sim.evidence.regimens import read_arms
from sim.evidence.vocabulary import read_people

HEADER = "id,set,population,regimen,metric,time,value,low,high,source\n"
MWF = (0, 2, 4, 7, 9, 11)

COURSES = {
    "1 infusion IV 0.5 mg/kg": (0,),
    "6 infusions": MWF,
    "6 infusions Mon-Wed-Fri x 2 weeks": MWF,
    "Mon-Wed-Fri x 2 weeks": MWF,
    "thrice weekly for 2 weeks": MWF,
    "8 infusions twice weekly": (0, 3, 7, 10, 14, 17, 21, 24),
    "infusions on days 0, 3, 8, 20": (0, 3, 8, 20),
    "weekly x 4": (0, 7, 14, 21),
    "3 infusions every other day": (0, 2, 4),
    "4 infusions every 10 days": (0, 10, 20, 30),
    "three doses one week apart": (0, 7, 14),
    "two infusions on days 1 and 4": (0, 3),
    "3 infusions per week for 2 weeks": MWF,
    "6 infusions over 3 weeks": (0, 3, 7, 10, 14, 17),
    "2x/week for 2 weeks": (0, 3, 7, 10),
}


@pytest.mark.parametrize("text", COURSES)
def test_a_course_is_given_on_the_days_it_says(text):
    (arm,) = read_arms(text)
    assert arm.days == COURSES[text]
    assert arm.every_days is None


@pytest.mark.parametrize(
    ("text", "route", "mg_kg", "mg"),
    [
        ("1 infusion", "iv", 0.5, None),
        ("single infusion of 0.2 mg/kg", "iv", 0.2, None),
        ("6 infusions dose x 2", "iv", 1.0, None),
        ("6 infusions at half the usual dose", "iv", 0.25, None),
        ("one IM dose", "im", 1.0, None),
        ("6 sublingual doses of 200 mg", "sublingual", None, 200.0),
        ("6 oral doses", "oral", None, 100.0),
        ("one intranasal dose, dose x 0.5", "intranasal", None, 37.5),
    ],
)
def test_dose_and_route_are_those_said_or_the_usual_ones(text, route, mg_kg, mg):
    treatment = read_arms(text)[0].treatment()
    assert (treatment.route, treatment.dose_mg_kg, treatment.dose_mg) == (route, mg_kg, mg)


@pytest.mark.parametrize(
    ("text", "days", "boosters"),
    [
        ("weekly x 4 after induction", 7.0, 4),
        ("6 infusions; maintenance every 2 weeks x 6", 14.0, 6),
        ("6 infusions then fortnightly maintenance for 6 months", 14.0, 13),
        ("6 infusions, boosters every 28 days", 28.0, None),
        ("6 infusions, weekly maintenance", 7.0, None),
        ("6 infusions; continue (every 4 weeks)", 28.0, None),
        ("no boosters", None, None),
        ("6 infusions, follow-up without treatment", None, None),
    ],
)
def test_maintenance_comes_after_the_course(text, days, boosters):
    (arm,) = read_arms(text)
    assert (arm.days, arm.every_days, arm.boosters) == (MWF, days, boosters)


def test_a_second_arm_says_only_what_differs():
    going_on, stopped = read_arms("8 infusions twice weekly; continue every 2 weeks vs stop")
    assert going_on.days == stopped.days
    assert (going_on.every_days, stopped.every_days) == (14.0, None)
    going_on, placebo = read_arms("6 infusions; continue weekly vs placebo")
    assert placebo.every_days == 7.0
    assert placebo.treatment(booster=True).placebo
    assert not placebo.treatment().placebo
    drug, sham = read_arms("6 infusions vs placebo")
    assert sham.treatment().placebo
    assert not drug.treatment().placebo
    strong, weak = read_arms("1 infusion 0.5 mg/kg vs 0.1 mg/kg")
    assert (strong.treatment().dose_mg_kg, weak.treatment().dose_mg_kg) == (0.5, 0.1)


def test_people_are_enrolled_and_counted_as_it_says():
    severe = read_people("GAD-7 >= 15 at entry", None)
    assert dict(severe.overrides) == {"enrolled_from": 15}
    assert dict(read_people("severe anxiety", None).overrides) == {
        "enrolled_from": 15,
        "enrolled_to": 21,
    }
    assert dict(read_people("severe (GAD-7 >= 16)", None).overrides) == {"enrolled_from": 16}
    assert read_people("same", severe).overrides == severe.overrides
    assert read_people("day-3 responders", severe) == read_people("day 3 responders", None)
    assert read_people("day-3 responders", None).on_day == 3
    assert read_people("panic with PTSD", None).overrides == (
        ("kind", "panic"),
        ("ptsd_share", 1.0),
    )
    assert read_people("responders after induction", None).counted == "responders"
    assert read_people("non-responders", None).counted == "non_responders"
    assert read_people("eventual responders", None).counted == "eventual"


@pytest.mark.parametrize(
    ("text", "kind", "level", "below"),
    [
        ("response (>= 50 % fall of rated GAD-7)", "response", 0.5, False),
        ("response (>= 30 % fall)", "response", 0.3, False),
        ("remission (rated GAD-7 < 5)", "remission", 5, True),
        ("share with relief < 0.33 at day 14", "share_of_relief", 0.33, True),
        ("share above relief 0.4", "share_of_relief", 0.4, False),
        ("median days from last infusion until relief < 0.30", "time_to_loss", 0.3, True),
        ("hazard ratio of relapse", "hazard_ratio", 0.3, False),
        ("standardised change (d)", "d", 0.3, False),
        ("mean relief day 7 / mean relief day 1", "relief", 0.3, False),
        ("mean number of infusions to first response", "infusions_to_response", 0.5, False),
    ],
)
def test_a_metric_is_what_it_says(text, kind, level, below):
    metric = read_metric(text)
    assert (metric.kind, metric.level, metric.below) == (kind, level, below)


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("24 h after the last", [ProtocolMoment("last", 1.0)]),
        ("8 weeks", [ProtocolMoment("last", 56.0)]),
        ("day 7 vs day 1", [ProtocolMoment("start", 7.0), ProtocolMoment("start", 1.0)]),
        (
            "week 4 vs end of induction",
            [ProtocolMoment("maintenance", 28.0), ProtocolMoment("end", 1.0)],
        ),
        ("after infusion 3", [ProtocolMoment("infusion", 1.0, 3)]),
        ("28 days after end of induction", [ProtocolMoment("last", 28.0)]),
        ("follow-up", []),
    ],
)
def test_a_time_is_when_it_says(text, moments):
    assert list(read_times(text, maintained=True)) == moments


def test_every_shipped_target_is_understood_in_its_own_words():
    found = {target.name: target for target in read_published(shipped())}
    assert list(found) == ["C1", "C2", "C3", "C4", "C5", "C6", "C7a", "C7b-28", "C7b-56", "C8"]
    assert found["C8"].arms[0].boosters == 4
    assert found["C8"].reading.delay_hours == 24
    assert found["C3"].people.on_day == 3


FAULTS = [
    ("a,both,,6 infussions,response,24 h,0.5,,,", "row 2 (a), column regimen", "6 infusions"),
    ("a,both,,6 infusions,respones,24 h,0.5,,,", "column metric", "response"),
    ("a,both,,6 infusions,response,24 moons,0.5,,,", "column time", "moons"),
    ("a,both,martians,6 infusions,response,24 h,0.5,,,", "column population", "martians"),
    ("a,bothe,,6 infusions,response,24 h,0.5,,,", "column set", 'Did you mean "both"?'),
    ("a,both,,6 infusions,response,24 h,half,,,", "column value", "not a number"),
    ("a,both,,6 infusions,response,24 h,0.5,0.9,0.1,", "column low", "not below"),
    ("a,both,,6 infusions,response,,0.5,,,", "column time", "missing"),
    ("a,both,,6 infusions,hazard ratio,8 weeks,0.5,,,", "column regimen", "two arms"),
    ("a,both,,6 infusions vs placebo,response,24 h,0.5,,,", "column metric", "difference in"),
    ("a,both,,6 infusions,response,after infusion 9,0.5,,,", "column time", "infusion 9"),
    ("a,both,,5 infusions over 3 weeks,response,24 h,0.5,,,", "column regimen", "list their days"),
    ("a,both,,9 infusions weekly for 3 weeks,response,24 h,0.5,,,", "column regimen", "do not fit"),
    ("a,both,,daily on days 0-4,response,24 h,0.5,,,", "column regimen", "range"),
]


@pytest.mark.parametrize(("line", "place", "said"), FAULTS)
def test_a_fault_is_named_by_row_and_column_with_what_is_known(tmp_path, line, place, said):
    file = tmp_path / "mine.csv"
    file.write_text(HEADER + line + "\n")
    with pytest.raises(ScenarioError) as fault:
        read_published(file)
    assert place in str(fault.value)
    assert said in str(fault.value)


def test_faults_of_the_file_itself_are_named(tmp_path):
    file = tmp_path / "mine.csv"
    for text, said in (
        ("", "empty"),
        ("id,regimn,metric,value\n", 'Did you mean "regimen"'),
        ("id,metric,value\n", "regimen is missing"),
        (HEADER, "no row"),
        (HEADER + "a,b\n", "2 cells"),
    ):
        file.write_text(text)
        with pytest.raises(ScenarioError, match=said):
            read_published(file)
    with pytest.raises(ScenarioError, match="there is no such file"):
        read_published(tmp_path / "none.csv")


def test_every_faulty_row_has_a_line(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(HEADER + "a,both,,six,bad,24 h,x,,,\n" + "b,both,,1 infusion,relief,,1,,,\n")
    with pytest.raises(ScenarioError) as fault:
        read_published(file)
    assert len(str(fault.value).splitlines()) == 4
