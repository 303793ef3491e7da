"""`[[changes]]` as written: what may change, on which days, and the faults that are told."""

import tomllib
from datetime import date

import pytest

import sim
from sim.config.errors import ScenarioError
from sim.config.fields import paths
from sim.config.listing import as_toml
from sim.config.overrides import given
from sim.config.validation import validated
from sim.experiment.provenance import digest, resolved
from sim.model.changes import MAY_CHANGE
from sim.outcomes.twin_controls import controls_of, why_no_twin
from sim.report.assumptions import describe

BASE = sim.Scenario()
JULY = {"date": "2026-07-01", "clinic.chairs": 4}


def changed(*changes, **others):
    return BASE.override({"changes": list(changes), **others})


def test_paths_stand_beside_the_date_quoted_or_in_tables():
    quoted = changed({"day": 30, "clinic.chairs": 4, "policy.boosters": {"kind": "none"}})
    text = """
    [[changes]]
    day = 30
    [changes.clinic]
    chairs = 4
    [changes.policy.boosters]
    kind = "none"
    """
    nested = validated(sim.Scenario, tomllib.loads(text))
    assert nested.eras[0].scenario == quoted.eras[0].scenario
    assert quoted.eras[0].scenario.clinic.chairs == 4
    assert quoted.eras[0].scenario.policy.boosters.kind == "none"
    assert quoted.clinic.chairs == 3, "until then"


def test_each_change_builds_on_those_before_it_whatever_their_order_in_the_file():
    late = {"date": "2026-09-01", "clinic.nurses": 5}
    one, other = changed(JULY, late), changed(late, JULY)
    assert one.eras == other.eras
    assert [era.date for era in one.eras] == [date(2026, 7, 1), date(2026, 9, 1)]
    assert one.eras[1].scenario.clinic.chairs == 4


def test_a_scenario_with_changes_is_a_value_that_can_be_written_and_read():
    scenario = changed(JULY, {"day": 9, "policy.boosters": {"kind": "taper"},
                              "clinic.rota": [{"staff": "nurses", "hours": "12:00-13:00",
                                               "fewer": 1}]})  # fmt: skip
    assert hash(scenario) == hash(validated(sim.Scenario, given(scenario)))
    assert validated(sim.Scenario, given(scenario)) == scenario
    assert validated(sim.Scenario, resolved(scenario)) == scenario
    assert validated(sim.Scenario, tomllib.loads(as_toml(scenario))) == scenario
    assert digest(resolved(scenario)) != digest(resolved(BASE))
    assert scenario.override({"clinic.prescribers": 2}).changes == scenario.changes
    assert scenario.override({"changes": []}) == BASE


def test_every_path_that_may_change_is_one():
    known = set(paths(sim.Scenario))
    assert set(MAY_CHANGE) <= known


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([{"clinic.chairs": 4}], ["entry 1", "a date or a day"]),
        ([JULY | {"day": 4}], ["a date or a day, and not both"]),
        ([{"day": 4}], ["what is to change"]),
        (
            [{"day": 4, "run.days": 90}],
            ["run.days cannot change in mid-run", "clinic.chairs", "referrals.per_week"],
        ),
        ([{"day": 4, "population.kind": "panic"}], ["population.kind cannot change"]),
        ([{"day": 4, "symptoms.plasticity": 1}], ["symptoms.plasticity cannot change"]),
        ([{"day": 4, "policy.usual_care": "never"}], ["policy.usual_care", "policy.boosters"]),
        ([{"day": 4, "clinic.chiars": 4}], ['Did you mean "clinic.chairs"?']),
        ([{"day": 4, "clinic.hours.mondy": "closed"}], ["2026-01-09", "clinic.hours.monday"]),
        ([{"day": 4, "clinic.chairs": 0}], ["2026-01-09", "clinic.chairs = 0", "from 1"]),
        ([JULY, {"day": 4, "clinic.chairs": "many"}], ["2026-01-09", '"unlimited"']),
        ([{"day": 0, "clinic.chairs": 4}], ["first day of the run", "scenario itself"]),
        (
            [{"date": "2025-12-31", "clinic.chairs": 4}],
            ["2025-12-31 is before the run", "2026-01-05"],
        ),
        (
            [{"date": "2028-01-05", "clinic.chairs": 4}],
            ["2028-01-05 is after the run", "2028-01-04", "730"],
        ),
        (
            [{"day": 177, "clinic.chairs": 5}, JULY],
            ["entry 2", "two entries that set clinic.chairs"],
        ),
        (
            [
                {"day": 4, "policy.boosters.first_days": 20},
                {"day": 4, "policy.boosters": {"kind": "none"}},
            ],
            ["two entries that set policy.boosters"],
        ),
        ([{"day": 4, "clinic.chairs": "unlimited"}], ["clinic.chairs", "cease to be so"]),
        ([{"day": 4, "clinic.hours": "always"}], ["clinic.hours", "always"]),
        ([{"day": 4, "clinic.booking.kind": "walk_in"}], ["clinic.booking.kind"]),
        ([{"day": 4, "clinic.booking.grid_minutes": 5}], ["clinic.booking.grid_minutes"]),
        ([{"day": 4, "policy.treatment": {"route": "oral", "home": True}}], ["(home)"]),
        ([{"day": "four", "clinic.chairs": 4}], ["changes, entry 1.day", "whole number"]),
        ([{"date": "July", "clinic.chairs": 4}], ["changes, entry 1.date", "2026-01-31"]),
        ([4], ["changes, entry 1 = 4"]),
        ({"day": 4}, ["changes = {", "list"]),
    ],
)
def test_faults_are_told_with_the_place_and_what_is_allowed(changes, words):
    with pytest.raises(ScenarioError) as caught:
        BASE.override({"changes": changes})
    for word in words:
        assert word in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_referrals_change_only_where_they_are_drawn_by_a_rate():
    rate = [{"day": 4, "referrals.per_week": 2.0}]
    with pytest.raises(ScenarioError, match=r"2026-01-09: referrals.per_week belongs to .*poisson"):
        BASE.override({"referrals": {"kind": "cohort"}, "changes": rate})
    kind = [{"day": 4, "referrals.kind": "cohort"}]
    with pytest.raises(ScenarioError, match=r"referrals.kind cannot change in mid-run"):
        BASE.override({"changes": kind})


def test_a_growth_goes_on_from_the_rate_that_was_reached():
    """Witness: 10 a week growing by half a year, level from day 182 on (closed form)."""
    grows = {"per_week": 10.0, "growth_per_year": 0.5, "when": "clock"}
    scenario = changed({"day": 182, "referrals.growth_per_year": 0.0}, referrals={
        "kind": "poisson", **grows}, **{"run.days": 364})  # fmt: skip
    later = [(era.day, era.scenario.referrals) for era in scenario.eras]
    daily = scenario.referrals.daily_through(scenario.run.start_date, 364, later)
    assert daily[181] == pytest.approx(10 / 7 * 1.5 ** (181 / 365.25))
    assert daily[182:] == pytest.approx([10 / 7 * 1.5 ** (182 / 365.25)] * 182)


def test_a_variant_of_a_study_has_changes_of_its_own(tmp_path):
    (tmp_path / "base.toml").write_text("[run]\ndays = 60\n")
    (tmp_path / "study.toml").write_text(
        'base = "base.toml"\n[variants.as_it_is]\n[[variants.more.changes]]\nday = 30\n'
        '"clinic.chairs" = 4\n[variants.none]\nchanges = [{ day = 9, "clinic.nurses" = 4 }]\n'
    )
    scenarios = sim.read_study(tmp_path / "study.toml").scenarios
    assert [len(one.eras) for one in scenarios.values()] == [0, 1, 1]
    (tmp_path / "next.toml").write_text('extends = "first.toml"\nchanges = []\n')
    (tmp_path / "first.toml").write_text('[[changes]]\nday = 9\n"clinic.chairs" = 4\n')
    assert sim.read_scenario(tmp_path / "first.toml").eras
    assert not sim.read_scenario(tmp_path / "next.toml").eras, "a list replaces a list"


def test_describe_says_each_change_with_its_date_and_nothing_without():
    later = {"date": "2026-09-01", "clinic.chairs": 4, "policy.boosters": {"kind": "none"}}
    text = " ".join(describe(changed(JULY, later)).split())
    assert "From 1 July 2026: clinic.chairs = 4 (before: 3)." in text
    assert "From 1 September 2026: policy.boosters: No boosters." in text
    assert "Nobody knows of a change before its day" in text
    assert "Nobody knows of a change" not in describe(BASE)


def test_a_caution_that_begins_with_a_change_has_its_date():
    text = " ".join(describe(changed({"date": "2026-07-01", "clinic.nurses": 1})).split())
    assert "From 1 July 2026: Of 3 chairs no more than 2 are booked at a time" in text


def test_a_shortage_without_end_is_told_and_one_that_ends_is_not():
    none = {"date": "2026-07-01", "clinic.booking.infusions_per_day": 0}
    again = {"date": "2026-08-01", "clinic.booking.infusions_per_day": 5}
    said = "From 1 July 2026 to the end no infusion is booked"
    assert said in " ".join(describe(changed(none)).split())
    assert "no infusion is booked" not in describe(changed(none, again))
    assert said in " ".join(describe(changed(none, {"day": 300, "clinic.chairs": 2})).split())
    always = BASE.override({"clinic.booking.infusions_per_day": 0})
    assert "From 5 January 2026 to the end no infusion" in " ".join(describe(always).split())


class Every:
    """A policy of one's own: a booster every so many days."""

    def __init__(self, days):
        self.days = days

    def next_order(self, chart):
        last = chart.last_infusion
        if last is None:
            return None
        due = last.minute + self.days * 1440
        return sim.Order("booster", due, due + 7 * 1440, chart.maintenance, float(self.days))


def test_a_policy_of_ones_own_may_come_in_mid_run():
    own = Every(10)
    scenario = changed({"day": 60, "policy.boosters": own}, **{"run.days": 120})
    assert scenario.eras[0].scenario.policy.boosters is own
    visits = sim.replicate(scenario, 1).visits
    boosters = visits["kind"] == "booster"
    late = boosters & (visits["ordered"] >= 60 * 1440)
    assert set(visits["interval_days"][late].tolist()) == {10.0}
    assert 10.0 not in visits["interval_days"][boosters & ~late].tolist()


def test_a_changing_clinic_has_no_twin_and_no_capacity_answer():
    assert "changes" in why_no_twin(changed(JULY))
    with pytest.raises(ScenarioError, match="no twin"):
        controls_of(changed(JULY), 1, 1)
    with pytest.raises(ScenarioError, match="stays as it is"):
        sim.capacity(changed(JULY), {"clinic.chairs": [3]}, ["overtime_minutes_per_week <= 60"])
    with pytest.raises(ScenarioError, match="no one steady state"):
        sim.run({"a": changed(JULY, **{"run.warmup_days": "auto"})}, replications=2, jobs=1)
