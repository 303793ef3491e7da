"""The planner's questions: commands that run, settings that do what they say, numbers of the CSV.

Witnesses: the calendar, single records of visits, arithmetic by hand; `make answers` for numbers.
"""

import re
import shlex
import sys
import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import answers  # noqa: E402  (no package: its folder comes first)

PAGE = answers.PAGE.read_text(encoding="utf-8")
TABLE = pd.read_csv(answers.TABLE)
COMMANDS = dict(answers.commands(PAGE))
STUDY = ROOT / "scenarios" / "questions.toml"
SCENARIOS = sim.read_study(STUDY).scenarios
TINY = ["--jobs", "1", "--no-figures", "-q", "--set", 'start={ kind = "empty" }',
        "--set", "behaviour.stopping_days=60", "--replications", "1"]  # fmt: skip
NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?")


def answer_of(number):
    return re.search(rf"<!-- answer {number} -->\n(.*?)<!-- end -->", PAGE, re.S)[1]


def day(year, month, day_of_month):
    return (date(year, month, day_of_month) - date(2026, 1, 5)).days


def of(name):
    scenario = SCENARIOS[name]
    return scenario.clinic, scenario.clinic.calendar(scenario.run.start_date)


def nurses(name, when, minute=600):
    clinic, calendar = of(name)
    return clinic.on_duty("nurses", calendar, when, minute)


@pytest.fixture(scope="module")
def ran():
    """One short replication of a variant, once."""
    kept = {}

    def get(name, days=90, **changes):
        if name not in kept:
            short = {"run.days": days, "start": {"kind": "empty"}, **changes}
            kept[name] = sim.replicate(SCENARIOS[name].override(short), seed=1)
        return kept[name]

    return get


def test_there_are_twelve_questions_with_command_answer_and_caution():
    assert list(COMMANDS) == list(range(1, 13))
    assert PAGE.count("**Beware.**") == PAGE.count("By hand") == 12
    assert all(answer_of(number).startswith("- ") for number in COMMANDS)


@pytest.mark.parametrize("command", dict.fromkeys(COMMANDS.values()))
def test_a_command_of_the_page_runs(command, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    words = shlex.split(command)
    days = ["--days", "150", "--when", "first-year"]
    size = days if words[0] == "capacity" else ["--set", "run.days=21"]
    done = CliRunner().invoke(app, [*words, *TINY, *size, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    number = next(n for n, other in COMMANDS.items() if other == command)
    assert len(answers.rows_of(number, tmp_path / "out"))


def test_the_answers_on_the_page_are_those_of_the_table():
    assert answers.renewed(PAGE, TABLE) == PAGE, "make answers"


@pytest.mark.parametrize("number", COMMANDS)
def test_every_number_of_an_answer_is_one_of_the_table_rounded(number):
    rows = TABLE[TABLE["question"] == number]
    values = rows[["value", "lower", "upper", "replications"]].to_numpy().ravel()
    values = np.concatenate([values, 100 * values])
    quoted = re.sub(r"95 % of boosters|With [\d.]+ referrals", "", answer_of(number))
    for text in NUMBER.findall(quoted):
        said = float(text.replace("−", "-").replace(",", ""))
        half = 0.5001 * 10 ** -len(text.partition(".")[2])
        assert np.nanmin(np.abs(np.abs(values) - abs(said))) <= half, text


def test_a_difference_is_told_only_where_its_interval_leaves_out_none():
    """Read from the words themselves, and both kinds occur."""
    kinds = set()
    for number in answers.VARIANTS:
        for line in answer_of(number).splitlines():
            limits = re.search(r"\((−?[\d.,]+) to (−?[\d.,]+)", line)
            if limits is None:
                assert re.search(r"cost of chairs and staff", line), line
                continue
            low, high = (float(x.replace("−", "-").replace(",", "")) for x in limits.groups())
            told = re.search(r" (rises?|falls?) by ", line)
            kinds.add(bool(told))
            if told:
                assert (low >= 0) if told[1].startswith("rise") else (high <= 0), line
            else:
                assert "o difference can be shown" in line
                assert low <= 0 <= high
    assert kinds == {True, False}


def row(low, high, value=1.0):
    return pd.Series({"measure": answers.LATE, "value": value, "lower": low, "upper": high})


def test_an_interval_that_touches_none_is_never_called_a_difference():
    said = answers.difference_said
    assert said(row(-0.1, 2.1), 3.0).startswith("no difference can be shown")
    assert said(row(0.0, 2.1), 3.0).startswith("no difference can be shown")
    assert "rises by 1.00 days (0.50 to 1.50), from 3.00 days" in said(row(0.5, 1.5), 3.0)
    assert "falls by 1.00 days (−1.50 to −0.50)" in said(row(-1.5, -0.5, -1.0), 3.0)
    assert said(row(0.0, 0.0, 0.0), 3.0).startswith("nothing changes")


def test_the_settings_on_the_page_are_those_of_the_study():
    variants = tomllib.loads(STUDY.read_text(encoding="utf-8"))["variants"]
    shown = re.findall(r"^Variant `(\w+)`:\n\n```toml\n(.*?)\n```", PAGE, re.M | re.S)
    assert [name for name, _ in shown] == list(answers.VARIANTS.values())
    for name, text in shown:
        assert tomllib.loads(text) == variants[name]
    assert set(variants) == {"as_it_is", *answers.VARIANTS.values()}


def test_a_nurse_is_away_in_those_six_weeks_and_in_no_other():
    away = [when for when in range(365) if nurses("nurse_away", when) == 2]
    assert away == [w for w in range(365) if day(2026, 3, 2) <= w <= day(2026, 4, 10)]
    assert {nurses("nurse_away", w) for w in range(365)} == {2, 3}


def test_saturdays_add_a_fifth_of_the_hours():
    weeks = [sum(of(name)[0].open_minutes()) for name in ("as_it_is", "saturdays")]
    assert weeks[1] / weeks[0] == 1.2
    assert of("saturdays")[1].openings(5)
    assert not of("as_it_is")[1].openings(5)


def test_somebody_is_treated_on_a_saturday(ran):
    arrived = ran("saturdays").visits["arrived"]
    assert 5 in set((arrived[arrived >= 0] // 1440 % 7).tolist())


def test_referrals_double_from_the_first_day_on(ran):
    by = {name: ran(name).patients.referred for name in ("as_it_is", "referrals_double")}
    once, twice = (len(by[name]) for name in ("as_it_is", "referrals_double"))
    assert 1.5 * once < twice < 2.5 * once
    assert by["referrals_double"][:20].max() < by["as_it_is"][:20].max()


def test_everybody_is_watched_for_two_hours_after_the_spray(ran):
    visits = ran("nasal").visits
    given = visits["infusion_start"] >= 0
    assert set(visits["route"][given]) == {"intranasal"}
    over = given & (visits["ready"] >= 0)
    assert (visits["ready"] - visits["infusion_end"])[over].min() >= 120


def test_two_places_are_kept_for_inductions():
    (kept,) = of("ring_fence")[0].booking.ring_fenced
    assert (kept.kind, kept.places, kept.release_days) == ("induction", 2, 7)


def test_of_the_booked_visits_of_the_study_one_in_five_is_missed():
    rows = TABLE[(TABLE["question"] == 9) & (TABLE["measure"] == "no_show_share")]
    by = rows.set_index("statistic")["value"]
    assert by["mean"] + by["difference"] == pytest.approx(0.2, abs=0.01)


def test_nobody_comes_in_those_two_weeks_of_august(ran):
    _, calendar = of("august")
    closed = {w for w in range(5 * 52) if w % 7 < 5 and not calendar.openings(w)}
    assert closed == set(range(day(2026, 8, 3), day(2026, 8, 15))) - {215, 216}
    assert all(of("as_it_is")[1].openings(w) for w in closed)


def test_the_prescriber_is_there_in_the_mornings_only(ran):
    visits = ran("half_prescriber").visits
    talks = (visits["prescriber"] >= 0) & (visits["seated"] >= 0)
    assert talks.any()
    clinic, calendar = of("half_prescriber")
    there = [clinic.on_duty("prescribers", calendar, 0, minute) for minute in (540, 779, 780)]
    assert there == [1, 1, 0]
    booked = visits["booked"][talks]
    assert (booked % 1440).max() < 13 * 60


def test_the_break_lies_outside_utilisation_and_nobody_is_booked_into_it(ran):
    weeks = [sum(of(name)[0].open_minutes()) for name in ("as_it_is", "lunch_break")]
    assert weeks[1] / weeks[0] == 35 / 40
    booked = ran("lunch_break").visits["booked"]
    minute = booked[booked >= 0] % 1440
    assert not ((minute >= 12 * 60) & (minute < 13 * 60)).any()
    cost = [dict(measure(Reading(ran(name))))["capacity_cost_per_year"] for name in
            ("as_it_is", "lunch_break")]  # fmt: skip
    wages = (3 * 41 + 61) * 365.25 / 7
    assert cost[0] - cost[1] == pytest.approx(5 * wages, rel=0.02)


def test_what_is_said_by_hand_agrees_with_what_was_computed():
    def value(number, name, statistic="difference"):
        rows = TABLE[(TABLE["question"] == number) & (TABLE["statistic"] == statistic)]
        return rows.set_index("measure")["value"][name]

    cost = answers.COST
    assert value(1, cost) == pytest.approx(-6 * 40 * 41, rel=0.01)
    assert value(2, cost) == pytest.approx(8 * 52 * 184, rel=0.01)
    assert value(10, cost) == pytest.approx(-80 * 184, rel=0.01)
    assert value(11, cost) == pytest.approx(-20 * 52.2 * 61, rel=0.01)
    assert value(12, cost) == pytest.approx(-5 * 52.2 * 184, rel=0.01)
    assert -67 * 10 / 261 < value(10, answers.SEEN) < 0, "some of it is made up"
    assert value(2, answers.SEEN) < 0.2 * value(2, answers.SEEN, "mean")
