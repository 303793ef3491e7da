"""The vocabulary of published results (witness: what each sentence plainly says)."""

from dataclasses import replace

import pytest

from sim.config.errors import ScenarioError
from sim.evidence.moments import ProtocolMoment, read_times
from sim.evidence.published import read_published, shipped
from sim.evidence.quantities import read_metric
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
    "weekly lozenges 200 mg at home x 4": (0, 7, 14, 21),
    "4 weekly lozenges at home": (0, 7, 14, 21),
    "twice weekly for 2 weeks, then weekly for 2 weeks": (0, 3, 7, 10, 14, 21),
    "twice-weekly for 2 weeks; weekly x 2 weeks and then every 2 weeks for 4 weeks": (
        *(0, 3, 7, 10),
        *(14, 21),
        *(28, 42),
    ),
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
        ("weekly lozenges 300 mg at home x 4", "sublingual", None, 300.0),
        ("single tablet of 180 mg", "oral", None, 180.0),
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


def test_what_follows_a_course_in_steps_goes_on_from_its_last_infusion():
    text = "intranasal twice weekly for 4 weeks, weekly for 4 weeks, then every 2 weeks"
    (arm,) = read_arms(text)
    assert (len(arm.days), arm.days[-1]) == (12, 49)
    assert (arm.every_days, arm.boosters) == (14.0, None)
    assert read_arms(f"{text} for 8 weeks; stop")[0].days[-4:] == (56, 70, 84, 98)


def test_maintenance_may_have_a_dose_of_its_own():
    (arm,) = read_arms("5 daily tablets 120 mg; continue twice weekly for 13 weeks at 180 mg")
    assert (arm.every_days, arm.boosters) == (3.5, 26)
    assert arm.treatment().dose_mg == 120
    assert arm.treatment(booster=True).dose_mg == 180
    (arm,) = read_arms("6 infusions; continue weekly at half the dose")
    assert arm.treatment().dose_mg_kg == 0.5
    assert arm.treatment(booster=True).dose_mg_kg == 0.25
    assert arm.prescription() != arm.prescription(booster=True)
    (arm,) = read_arms("6 infusions; continue every 2 weeks x 8 weeks")
    assert arm.boosters == 4
    (arm,) = read_arms("6 infusions; continue weekly for 12 weeks with placebo")
    assert (arm.every_days, arm.boosters) == (7.0, 12)
    assert arm.treatment(booster=True).placebo
    assert not arm.treatment().placebo
    assert read_arms("6 infusions; continue weekly vs placebo")[1] == replace(arm, boosters=None)


def test_a_dose_at_home_needs_no_clinic():
    (arm,) = read_arms("4 weekly lozenges at home")
    assert arm.treatment().home
    assert not arm.clinic
    (arm,) = read_arms("6 infusions in a clinic; adaptive boosters")
    assert (arm.clinic, arm.policy) == (True, "adaptive")


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
    stable = read_people("stable remitters in 3 of weeks 13-16", None)
    assert (stable.counted, stable.weeks, stable.least) == ("remitters", (13, 14, 15, 16), 3)
    assert read_people("stable responders at week 16", None).weeks == (16,)
    slow = read_people("< 20 % better 24 h after the first infusion", None)
    assert (slow.counted, slow.level, slow.after_infusion) == ("non_responders", 0.2, 1)
    quick = read_people("at least 25 % improved on day 3", None)
    assert (quick.counted, quick.level, quick.on_day) == ("responders", 0.25, 3)
    assert read_people("day-3 non-responders", None).counted == "non_responders"
    assert read_people("completers", None) == read_people("starters", None) == read_people("", None)


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
        ("sustained rated response (>= 60 % better)", "rated_loss", 0.6, False),
        ("share with sustained rated remission", "rated_loss", 5, False),
        ("share with confirmed relapse, rated every 5 days", "rated_loss", 0.3, True),
        ("share without observed relapse", "rated_loss", 0.3, False),
        ("median weeks to loss of rated response", "time_to_loss", 0.5, False),
        ("share relapse-free (relief < 0.30)", "share_of_relief", 0.3, False),
        ("share not finishing 6 sessions", "sessions_reached", 0, True),
        ("share of starters who stop after the first session", "stopped_after", 0, False),
        ("median days to the 8th session", "days_to_session", 0, False),
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
        ("14-31 d", [ProtocolMoment("last", 14.0, span=17.0)]),
        ("2 to 4 weeks after the last", [ProtocolMoment("last", 14.0, span=14.0)]),
        ("day 14-31", [ProtocolMoment("start", 14.0, span=17.0)]),
        ("week 3 to 4", [ProtocolMoment("maintenance", 21.0, span=7.0)]),
        ("any time within 14 d", [ProtocolMoment("last", 0.0, span=14.0, any_time=True)]),
        ("any time in week 3-4", [ProtocolMoment("maintenance", 21.0, span=7.0, any_time=True)]),
    ],
)
def test_a_time_is_when_it_says(text, moments):
    assert list(read_times(text, maintained=True)) == moments


def test_ratings_and_what_is_lost_are_as_said():
    for text, event, every, on in (
        ("sustained rated response", "response", None, ()),
        ("share with confirmed relapse, rated every 5 days", "relapse", 5.0, ()),
        ("hazard ratio of loss of rated remission, rated daily", "remission", 1.0, ()),
        ("sustained rated response, rated on days 7, 14 and 28", "response", None, (7, 14, 28)),
        ("share with loss (relief < 0.30)", "relief", None, ()),
    ):
        metric = read_metric(text)
        assert (metric.event, metric.rated_every, metric.rated_on) == (event, every, on)
    assert read_metric("mean months to confirmed relapse").unit_days == pytest.approx(30.4375)
    assert read_metric("mean change of MADRS (sd 6.5)").points == 6.5


def test_every_shipped_target_is_understood_in_its_own_words():
    found = {target.name: target for target in read_published(shipped())}
    assert list(found)[:10] == [
        "C1", "C2", "C3", "C4", "C5", "C6", "C7a", "C7b-28", "C7b-56", "C8",
    ]  # fmt: skip
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


R, C = "responders after induction", "6 infusions in a clinic"
NEAR_MISSES = [  # population, regimen, metric, time, column, what is said
    ("", "6 infusions", "median response", "24 h", "metric", "a median is of"),
    ("", "6 infusions", "median days in response", "8 weeks", "metric", "a median is of"),
    ("", "6 infusions", "mean days to response", "", "metric", "speaks of a time"),
    ("", "6 infusions", "time to remission", "", "metric", "speaks of a time"),
    ("", "6 infusions", "response relapse", "8 weeks", "metric", "speaks of a loss"),
    ("", "6 infusions", "response and remission", "24 h", "metric", "one of them"),
    ("", "6 infusions", "mean change in remission", "24 h", "metric", "one of them"),
    ("", "6 infusions", "response (relief >= 0.5)", "24 h", "metric", "one of them"),
    ("", "6 infusions", "mean change < 5", "24 h", "metric", "has a level"),
    ("", "6 infusions", "share with relief", "24 h", "metric", "of which relief"),
    (R, "6 infusions", "loss of response", "8 weeks", "metric", "speaks of a loss"),
    (R, "6 infusions vs placebo", "hazard ratio of loss of response", "8 weeks", "metric",
     "loss of rated response"),
    (R, "6 infusions", "sustained relief", "8 weeks", "metric", "sustained"),
    (R, "6 infusions", "sustained response (relief >= 0.5)", "8 weeks", "metric", "latent"),
    ("", "6 infusions", "mean relief, rated daily", "14 d", "metric", "no ratings count"),
    ("", "6 infusions", "response, rated daily", "14 d", "metric", "several ratings"),
    (R, "6 infusions", "sustained rated response, rated every 3 h", "14 d", "metric", "a day or"),
    (R, "6 infusions", "sustained rated response, rated on days 7, 3", "14 d", "metric", "rise"),
    (R, "6 infusions", "share with confirmed relapse, rated every 2 weeks", "52 weeks", "metric",
     "14 days apart"),
    (R, "6 infusions vs stop", "difference in hazard ratio of loss", "8 weeks", "metric",
     "two arms already"),
    ("", "6 infusions vs placebo", "odds ratio of mean change", "24 h", "metric", "of a share"),
    ("", "6 infusions", "mean change of MADRS", "24 h", "metric", "standard deviation"),
    ("", "6 infusions", "response of MADRS", "24 h", "metric", "effect size only"),
    ("", "6 infusions", "d of MADRS (sd 6.5)", "24 h", "metric", "no unit"),
    ("", "6 infusions", "response", "any time within 14 d", "metric", "which ratings"),
    ("", "6 infusions", "response", "any time", "time", "needs a window of"),
    ("", "6 infusions", "response", "31-14 d", "time", "ends before"),
    ("", "6 infusions", "response", "2-4 h", "time", "window in hours"),
    ("", "6 infusions", "mean change", "14-31 d vs day 1", "time", "not windows"),
    ("", "6 infusions", "cumulative response", "14-31 d", "time", "read at a moment"),
    (R, "6 infusions", "sustained rated response", "any time within 14 d", "time", "for response"),
    ("", "6 infusions", "response", "baseline", "time", "nothing has happened"),
    ("", "6 infusions", "share with relief < 0.33 at day 14", "day 7", "time", "says day 14"),
    ("", "6 infusions", "infusions to first response", "8 weeks", "time", "during induction"),
    ("", "6 infusions", "response 24 h after infusion", "8 weeks", "time", "one of the two"),
    (R, "6 infusions", "median days to loss of rated response", "", "time", "how long"),
    ("", "6 infusions", "sustained rated response", "8 weeks", "population", "had been there"),
    (R, "6 infusions", "sustained rated remission", "8 weeks", "population", "by remitters"),
    (R, "6 infusions", "sustained rated response (>= 30 % better)", "8 weeks", "population",
     "different percentages"),
    ("day-3 responders", "6 infusions", "share with confirmed relapse", "8 weeks", "population",
     "before the course"),
    ("stable remitters at week 1", "6 infusions", "response", "8 weeks", "population", "week 1"),
    ("stable remitters", "6 infusions", "response", "8 weeks", "population", "stable"),
    ("stable remitters in 5 of weeks 13-16", "6 infusions", "response", "8 weeks", "population",
     "4 ratings"),
    ("< 20 % better", "6 infusions", "response", "24 h", "population", "better"),
    ("< 20 % better 24 h after infusion 9", "6 infusions", "response", "24 h", "population",
     "infusion 9"),
    ("", "weekly or every other week", "response", "24 h", "regimen", "write one of them"),
    ("", "twice weekly x 4, weekly x 4", "response", "24 h", "regimen", "several rhythms"),
    ("", "every 0 days for 2 weeks, weekly for 4 weeks", "response", "24 h", "regimen", "a day or"),
    ("", "daily for 9999 weeks, weekly for 4 weeks", "response", "24 h", "regimen", "a step of"),
    ("", "6 infusions; continue every 0 days", "response", "24 h", "regimen", "half a day"),
    ("stable remitters at weeks 1-9999", "6 infusions", "response", "8 weeks", "population",
     "at most 52"),
    ("", "6 infusions", "response", "1-9999 d", "time", "two years"),
    ("", "weekly every 3 days", "response", "24 h", "regimen", "said twice"),
    ("", "6 infusions at home", "response", "24 h", "regimen", "needs a clinic"),
    ("", "6 infusions; continue at half the dose", "response", "24 h", "regimen", "how often"),
    ("", "6 infusions", "share finishing 6 sessions", "", "regimen", "in a clinic"),
    ("", C, "response", "24 h", "metric", "only attendance"),
    ("", "6 infusions; adaptive boosters", "share with relief >= 0.30", "24 weeks", "metric",
     "only attendance"),
    ("", C, "share finishing six", "", "metric", "not understood"),
    ("", C, "share finishing 8 sessions", "", "metric", "beyond the 6"),
    ("", C, "share finishing 6 sessions", "24 h", "time", "from the first session"),
    (R, C, "share finishing 6 sessions", "", "population", "everybody"),
    ("", C, "share on weekly dosing", "week 5 to 8", "regimen", "step-down"),
    ("", f"{C}; step-down boosters", "share on weekly dosing", "8 weeks", "time", "in a window"),
]  # fmt: skip


@pytest.mark.parametrize("row", NEAR_MISSES, ids=lambda row: " | ".join(row[:4]))
def test_what_does_not_fit_together_is_refused_and_not_guessed(tmp_path, row):
    *cells, place, said = row
    file = tmp_path / "mine.csv"
    quoted = ",".join(f'"{cell}"' for cell in cells)
    file.write_text(f"{HEADER}a,both,{quoted},0.5,,,\n")
    with pytest.raises(ScenarioError) as fault:
        read_published(file)
    assert f"column {place}" in str(fault.value)
    assert said in str(fault.value)


def test_only_a_median_may_be_not_reached(tmp_path):
    file = tmp_path / "mine.csv"
    rows = [f"a,both,{R},6 infusions,{m},8 weeks,not reached,52,,\n"
            for m in ("median days to loss (relief < 0.30)", "response")]  # fmt: skip
    file.write_text(HEADER + rows[0])
    assert read_published(file)[0].value == float("inf")
    file.write_text(HEADER + rows[1])
    with pytest.raises(ScenarioError, match="only a median"):
        read_published(file)
