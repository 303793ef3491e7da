"""What a reader should know of a scenario before its numbers: plan against floor, idle rules."""

from __future__ import annotations

from collections.abc import Iterator

from sim.clinic.booking_rules import Slots
from sim.clinic.table import ClinicTable
from sim.model.scenario import Scenario
from sim.policy.boosters import NoBoosters
from sim.policy.evaluation import NoEvaluation
from sim.policy.induction import NoInduction
from sim.policy.regimen import Regimen


def cautions_of(scenario: Scenario) -> list[str]:
    """List the cautions that a scenario asks for, a sentence or two each."""
    plan = plan_and_floor(scenario)
    return [*([plan] if plan else []), *_idle_fences(scenario)]


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
