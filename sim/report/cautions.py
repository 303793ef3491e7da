"""What a reader should know of a scenario before its numbers: plan against floor, idle rules,
closed to the end, holidays of other years.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sim.clinic.booking_rules import Slots
from sim.clinic.clinic_table import ClinicTable
from sim.config.names import listed
from sim.model.eras import each
from sim.model.fitting import CLOSING, ends_without_room, named
from sim.model.scenario import Scenario
from sim.policy.boosters import NoBoosters
from sim.policy.evaluation import NoEvaluation
from sim.policy.induction import NoInduction
from sim.policy.regimen import Regimen
from sim.report.dates import in_words

FOUR_WEEKS = 28
WHOLE = 60  # days of a calendar year in a run, from which on its holidays are missed


def cautions_of(scenario: Scenario) -> list[str]:
    """List the cautions that a scenario asks for, a sentence or two each."""
    plan = plan_and_floor(scenario)
    return [
        *([plan] if plan else []),
        *_idle_fences(scenario),
        *_in_later_eras(scenario, plan),
        *_nothing_to_give(scenario),
        *closed_to_the_end(scenario),
        *holidays_of_another_year(scenario),
    ]


def _in_later_eras(scenario: Scenario, plan: str | None) -> Iterator[str]:
    """Say where plan and floor disagree once something has changed, if that is news."""
    for era in scenario.eras:
        if (later := plan_and_floor(era.scenario)) and later != plan:
            yield f"From {in_words(era.date)}: {later}"
        plan = later


def _nothing_to_give(scenario: Scenario) -> Iterator[str]:
    """Say it where from some day on no infusion is booked, up to the end of the run."""
    *_, last = each(scenario)
    booking = last.clinic.booking
    if isinstance(booking, Slots) and booking.infusions_per_day == 0:
        first = scenario.run.start_date
        for era, before in zip(scenario.eras, each(scenario), strict=False):
            if getattr(before.clinic.booking, "infusions_per_day", None) != 0:
                first = era.date
        yield (
            f"From {in_words(first)} to the end no infusion is booked in the clinic "
            "(clinic.booking.infusions_per_day = 0)."
        )


def plan_and_floor(scenario: Scenario) -> str | None:
    """Say where what is booked and what chairs and nurses can take disagree; None: nowhere."""
    clinic = scenario.clinic
    if not isinstance(clinic.booking, Slots):
        return None
    said = [*_ratios(clinic), *_breaks(clinic), *_overbooked(clinic.booking)]
    return " ".join(said) if said else None


def _ratios(clinic: ClinicTable) -> Iterator[str]:
    chairs, nurses = clinic.staffed("chairs"), clinic.staffed("nurses")
    planned = clinic.places_at_most("chairs")
    if nurses is None or planned is None or (chairs is not None and planned >= chairs):
        return
    many, few = clinic.chairs_per_nurse, clinic.watched_infusing
    have = "unlimited chairs" if chairs is None else f"{chairs} chair{'s' * (chairs != 1)}"
    said = f"{nurses} nurse{'s' * (nurses != 1)}"
    yield (
        f"Of {have} no more than {planned} are booked at a time, as {said} can have {few} patient"
        f"{'s' * (few != 1)} each{' until the infusion ends' if few < many else ''}."
    )
    if few < many:
        floor = nurses * many if chairs is None else min(chairs, nurses * many)
        yield f"After it they could watch {floor} at a time: the book leaves that idle."


def _breaks(clinic: ClinicTable) -> Iterator[str]:
    nurses, most = clinic.staffed("nurses"), clinic.places_at_most("chairs")
    if nurses is None or most is None:
        return
    few = [shift.of(nurses) for shift in clinic.rota if shift.staff == "nurses"]
    if any(number * clinic.watched_infusing < most for number in few):
        minutes = clinic.planned_minutes("iv")
        yield (
            "Sessions are booked around the hours in which the rota has fewer nurses by their "
            f"mean length (iv: {minutes:.0f} minutes); who takes longer waits there for a nurse."
        )


def _overbooked(rules: Slots) -> Iterator[str]:
    if rules.overbook_per_day:
        yield (
            f"Up to {rules.overbook_per_day} session(s) a day are booked beyond what chairs and "
            "nurses can take."
        )


def _idle_fences(scenario: Scenario) -> Iterator[str]:
    booking = scenario.clinic.booking
    if not isinstance(booking, Slots):
        return
    for fence in booking.ring_fenced:
        if fence.kind in _never_ordered(scenario.policy):
            yield (
                f"clinic.booking.ring_fenced keeps {fence.places} place(s) for each {fence.kind}, "
                "which the policy never orders."
            )


def closed_to_the_end(scenario: Scenario) -> Iterator[str]:
    """Say from which day on no visit of a kind has room any more, if that is four weeks or more."""
    run = scenario.run
    found: dict[int, list[str]] = {}
    changed, last = 0, scenario
    for era in scenario.eras:
        changed, last = era.day, era.scenario
    for what, days in ends_without_room(last.clinic, last.policy, run.start_date, run.days):
        if FOUR_WEEKS <= days < run.days - changed:
            found.setdefault(days, []).append(named(what))
    for days, whats in found.items():
        since = in_words(run.start_date + timedelta(days=run.days - days))
        yield (
            f"From {since} to the end, the last {days} of {run.days} days, no day has room for "
            f"{' or '.join(whats)} ({CLOSING}): whoever is due then is not seen any more "
            "and, unless they give up, counts as waiting."
        )


def _never_ordered(policy: Regimen) -> set[str]:
    at_home = policy.treatment.home
    boosters_at_home = (policy.booster_treatment or policy.treatment).home
    never = {
        "assessment": not policy.assessment,
        "induction": isinstance(policy.induction, NoInduction) or at_home,
        "evaluation": isinstance(policy.evaluation, NoEvaluation),
        "booster": isinstance(policy.boosters, NoBoosters) or boosters_at_home,
    }
    return {kind for kind, is_so in never.items() if is_so}


def holidays_of_another_year(scenario: Scenario) -> list[str]:
    """Name the years that the run covers and the list of holidays does not."""
    listed = {day.year for day in scenario.clinic.all_holidays()}
    if not listed:
        return []
    first, days = scenario.run.start_date, scenario.run.days
    covered = Counter((first + timedelta(days=day)).year for day in range(days))
    missing = [year for year, count in covered.items() if count >= min(WHOLE, days)]
    missing = [year for year in missing if year not in listed]
    if not missing:
        return []
    last = first + timedelta(days=days - 1)
    return [
        f"The holidays are of {_years(sorted(listed))}, and the run goes from {in_words(first)} to "
        f"{in_words(last)}: it has no holidays in {_years(missing)}. Add them to clinic.holidays "
        "or clinic.holidays_file, or start the run in another year."
    ]


def _years(years: list[int]) -> str:
    """Say years, those that follow one another as from-to."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return listed(told)
