"""Who is treated, in words: populations with sources, mixtures, correlations, tables, referrals."""

from __future__ import annotations

from collections.abc import Iterator

from sim.clinic.booking_rules import Slots
from sim.model.scenario import Scenario
from sim.people.named_populations import (
    ANXIETY_TYPES,
    DIFFERENCES,
    IN_WORDS,
    MIXED,
    PopulationName,
    Traits,
    known,
)
from sim.people.referrals import ClosedCohort, FromFile, Interarrival, Poisson
from sim.people.settings import SETTINGS_IN_WORDS
from sim.people.start import Caseload, Empty, SteadyState, days_until, those_there
from sim.people.tables.columns import COLUMNS
from sim.people.tables.patients import listed_patients
from sim.report.dates import in_words
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY

HOURS = {"weekdays": "on weekdays, 9 to 17", "clock": "day and night"}
BEYOND = {
    "last": "the number of the last one holds",
    "repeat": "they begin again with the first",
    "none": "nobody is referred",
}
REGRESSION = "so some of what follows is regression to the mean"


def people(scenario: Scenario) -> str:
    """Say who is referred, who they are, in what they differ, and who leaves."""
    behaviour = scenario.behaviour
    parts = [
        referred(scenario),
        start(scenario),
        *_table(scenario),
        *_populations(scenario),
        _types(scenario),
        _correlations(scenario),
        f"{behaviour.in_force().withdrawal_share:.0%} withdraw in a course of "
        f"{behaviour.withdrawal_course} infusions, {behaviour.stopping_share:.0%} stop maintenance "
        f"within {behaviour.stopping_days:g} days.",
        *_setting(scenario),
        _attendance(scenario),
        *_postponing(scenario),
    ]
    return " ".join(part for part in parts if part)


def _setting(scenario: Scenario) -> Iterator[str]:
    """Say which setting it is, and who leaves for a reason of it; nothing in the usual one."""
    name, numbers = scenario.behaviour.setting, scenario.behaviour.in_force()
    if name != "usual":
        yield f"The setting is {name}: {SETTINGS_IN_WORDS[name]} (numbers fitted, grade D)."
    if numbers.first_stopping_share:
        yield f"{numbers.first_stopping_share:.0%} more stop after the first infusion."
    if numbers.withdrawal_without_response != 1:
        yield (
            "While the newest rating since the first infusion is no response, the hazard of "
            f"withdrawing is {numbers.withdrawal_without_response:g} times as high."
        )
    if numbers.stopping_without_response != 1:
        yield (
            "While the newest rating is no response, the hazard of stopping maintenance is "
            f"{numbers.stopping_without_response:g} times as high."
        )


def _postponing(scenario: Scenario) -> Iterator[str]:
    """Say who puts visits off; nothing where nobody does, or where there are no appointments."""
    numbers = scenario.behaviour.in_force()
    if numbers.postponed_share and isinstance(scenario.clinic.booking, Slots):
        yield (
            f"{numbers.postponed_share:.0%} of booked visits are put off as soon as the day is "
            f"known, by {numbers.postponed_days:g} days on average; the slot is free again."
        )


def _attendance(scenario: Scenario) -> str:
    """Say who keeps appointments; nothing where there are none."""
    who = scenario.behaviour
    if not isinstance(scenario.clinic.booking, Slots):
        return ""
    return (
        f"{who.no_show_share:.1%} of booked visits are missed ({who.first_no_show_share:.0%} of "
        f"first assessments), {who.late_cancellation_share:.1%} called off at short notice; of "
        f"missed visits {who.rebooked_share:.1%} are made up for, the others lost to follow-up. "
        f"Without a first infusion people leave the waiting list after "
        f"{who.patience_days.expectation():.0f} days on average, sooner the more severe."
    )


def referred(scenario: Scenario) -> str:
    """Say how people are referred; not a word where a table of patients says it."""
    table, said = listed_patients(scenario.population), scenario.referrals
    if table is not None and table.values("referred") is not None:
        return "People are referred when their table says ([referrals] does not count)."
    if isinstance(said, Poisson):
        when = HOURS[said.when]
        return f"{said.per_week:g} referrals a week on average, at random, {when}{_changes(said)}."
    if isinstance(said, FromFile):
        forecast, run = said.forecast(), scenario.run
        total, here = forecast.referrals.sum(), said.expected(run.start_date, run.days)
        how = "exactly as many as" if said.exact else "at random around what"
        return (
            f"Referrals come {HOURS[said.when]}, {how} {said.file} forecasts for "
            f"{forecast.in_words()}, {total:,.10g} referrals in all; after them "
            f"{BEYOND[said.beyond]}. In the {run.days} days of this run {here:,.0f} are expected."
        )
    if isinstance(said, ClosedCohort):
        spread = f"within {said.over_days:g} days" if said.over_days else "at minute 0"
        return f"A closed cohort of {said.patients} people, referred {spread}."
    assert isinstance(said, Interarrival)
    mean = said.minutes_between.expectation()
    return f"One referral after another, {mean:g} minutes apart on average."


def _changes(said: Poisson) -> str:
    """Say how the rate changes in the course of time."""
    told = []
    if said.growth_per_year:
        told.append(f"growing by {said.growth_per_year:.0%} a year")
    if said.seasonality:
        factors = " ".join(f"{factor:g}" for factor in said.seasonality)
        told.append(f"times {factors} from January to December")
    told += [
        f"times {shock.factor:g} from {in_words(shock.begins)} until {in_words(shock.until)}"
        for shock in said.shocks
    ]
    return "".join(f", {text}" for text in told)


def start(scenario: Scenario) -> str:
    """Say who is there when the run begins."""
    there = scenario.start
    if isinstance(there, Empty):
        return "The clinic is new: nobody is in treatment when the run begins."
    free = (
        f"For {there.history_days} days before the start date they are treated in a clinic "
        "without limits, which no measure counts."
    )
    if isinstance(there, Caseload):
        people = those_there(there)
        waiting = int(people.waiting.sum())
        return (
            f"When the run begins, the {len(people)} people of {there.file} are there: "
            f"{len(people) - waiting} in maintenance, who have responded, and {waiting} waiting "
            f"for their first infusion. What the file leaves out is drawn. {free}"
        )
    assert isinstance(there, SteadyState)
    assert not isinstance(scenario.referrals, ClosedCohort)
    years = days_until(scenario.behaviour, there.reached) / DAYS_PER_YEAR
    return (
        f"When the run begins, those are there who would be in treatment after "
        f"{scenario.referrals.usual_per_week():g} referrals a week for {years:.1f} years with "
        f"places enough ({there.reached:.0%} of the steady state). {free}"
    )


def table_note(scenario: Scenario) -> str:
    """Say how many rows of a table of patients a run can use; nothing when there is no table."""
    table = listed_patients(scenario.population)
    if table is None:
        return ""
    rows, days = f"{table.path} has {table.rows} patients", scenario.run.days
    own = table.values("referred")
    if own is not None:
        inside = int((own < days * MINUTES_PER_DAY).sum())
        if inside == table.rows:
            return f"{rows}, all referred within the run."
        return f"{rows}, of whom {inside} are referred within the {days} days of the run."
    expected = scenario.referrals.expected(scenario.run.start_date, days)
    if expected > table.rows:
        return (
            f"{rows}, fewer than the {expected:.0f} or so whom the referrals would bring in {days} "
            "days: the run refers these and then nobody more."
        )
    return f"{rows}; the run refers the first {expected:.0f} or so of them, as referrals come."


def _table(scenario: Scenario) -> Iterator[str]:
    table = listed_patients(scenario.population)
    if table is None:
        return
    yield table_note(scenario)
    yield "They are the same people in every replication, and all of them are enrolled."
    whole = [name for name in COLUMNS if name in table.known and table.known[name].all()]
    partly = [name for name in table.known if name not in whole]
    absent = [name for name in COLUMNS if name not in table.known and name != "referred"]
    if not partly and not absent:
        yield "The table gives all of their traits."
        return
    yield f"The table gives {', '.join(whole)}" + (
        f", and for some people {', '.join(partly)}." if partly else "."
    )
    yield "The rest is drawn, the score behind a rating so that it fits the rating."


def _populations(scenario: Scenario) -> Iterator[str]:
    parts = scenario.population.components()
    drawn = "What is drawn is drawn from" if scenario.population.file else "People are drawn from"
    if len(parts) > 1:
        shares = ", ".join(f"{share:.0%} {name}" for name, share, _ in parts)
        yield (
            f"{drawn} a mixture: {shares} (shares of the candidates; those enrolled divide "
            "otherwise where populations differ in who is enrolled)."
        )
    for name, _, numbers in parts:
        start = f"{name}:" if len(parts) > 1 else f"{drawn} {name}:"
        yield f"{start} {IN_WORDS[name]}. {_numbers(scenario, name, numbers)}"


def _numbers(scenario: Scenario, name: PopulationName, numbers: Traits) -> str:
    enrolled = f"rated at least {numbers.enrolled_from:g}"
    if numbers.enrolled_to < MIXED["enrolled_to"].value:
        enrolled = f"rated {numbers.enrolled_from:g} to {numbers.enrolled_to:g}"
    return (
        f"The untreated GAD-7 is normal, mean {numbers.baseline_mean:g} and sd "
        f"{numbers.baseline_sd:g} on the whole scale; people {enrolled} are enrolled, "
        f"{REGRESSION}. {numbers.ptsd_share:.0%} have PTSD, {numbers.chronic_pain_share:.0%} "
        f"chronic pain, {numbers.depression_share:.0%} depression, "
        f"{numbers.benzodiazepine_share:.0%} take a benzodiazepine daily."
        + _sources(scenario, name)
    )


def _sources(scenario: Scenario, name: PopulationName) -> str:
    """Say where a population differs from mixed_refractory and on what authority, else that not."""
    if name == "mixed_refractory":
        return ""
    own = [
        f"{parameter.replace('_', ' ')} {known(name, parameter).value:g} "
        f"({known(name, parameter).grade}: {known(name, parameter).source})"
        for parameter in DIFFERENCES[name]
        if getattr(scenario.population, parameter) is None
    ]
    return (
        f" Its own are {'; '.join(own)}. In everything else it is taken to be as mixed_refractory, "
        "for want of a source for a difference (grade D)."
    )


def _types(scenario: Scenario) -> str:
    by_type = scenario.population.by_type
    differing = [name for name in ANXIETY_TYPES if by_type.differs(name)]
    if not differing:
        return (
            "The types of anxiety (generalised, social, panic, mixed, secondary) are taken to be "
            "equal in baseline, in threshold (sensitivity) and in durability within a population: "
            "no source was found for a difference (grade D)."
        )
    said = "; ".join(
        f"{name} {effect.baseline_points:+g} points, sensitivity times {effect.sensitivity:g}, "
        f"durability times {effect.durability:g}"
        for name in differing
        for effect in [getattr(by_type, name)]
    )
    return f"Types of anxiety differ as this scenario says, which no source supports: {said}."


def _correlations(scenario: Scenario) -> str:
    asked = scenario.population.correlations.asked()
    if not asked:
        return "Traits are independent of one another (no source for a correlation)."
    pairs = ", ".join(f"{a} and {b} {value:+g}" for (a, b), value in asked.items())
    return (
        f"Traits are correlated among the candidates (normal scores, Gaussian copula): {pairs}; "
        "the others are independent. Enrolment by the rating weakens correlations with the "
        "baseline (ketasim population prints those achieved)."
    )
