"""What can never happen in a scenario: visits for which no day has room. Found before the run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sim.clinic.booking import Book
from sim.clinic.booking_rules import NoBooking, Slots
from sim.clinic.hours import Calendar
from sim.clinic.page import Need
from sim.clinic.reception import planned_by
from sim.clinic.rota import Resource
from sim.clinic.table import ClinicTable
from sim.policy.boosters import NoBoosters
from sim.policy.evaluation import NoEvaluation
from sim.policy.induction import NoInduction
from sim.policy.regimen import Regimen


def visits_of(policy: Regimen) -> Iterator[str]:
    """List what may take place in the clinic: the routes of infusions, and talks."""
    boosters = policy.booster_treatment or policy.treatment
    treatments = [] if isinstance(policy.induction, NoInduction) else [policy.treatment]
    treatments += [] if isinstance(policy.boosters, NoBoosters) else [boosters]
    yield from dict.fromkeys(one.route for one in treatments if not one.home)
    if policy.assessment:
        yield "assessment"
    if not isinstance(policy.evaluation, NoEvaluation):
        yield "evaluation"


def fitting_weekdays(clinic: ClinicTable, rules: Slots, what: str) -> list[bool]:
    """Tell of each weekday, Monday first, whether such a visit has room in an ordinary week."""
    monday = date(2024, 1, 1)
    book = _book(_in_an_ordinary_week(clinic), what, monday, rules.grid_minutes)
    need = Need(*clinic.slots_needed(what, rules))
    return [book.could_start(day, need) for day in range(7)]


def check(clinic: ClinicTable, policy: Regimen, start: date, days: int) -> None:
    """Refuse a clinic in which a visit of the policy has no room on any day of the run.

    Raises ValueError, which says why and by which keys.
    """
    rules = clinic.booking
    for what in visits_of(policy):
        week = [True] * 7
        if isinstance(rules, Slots):
            week = fitting_weekdays(clinic, rules, what)
            if not any(week):
                raise ValueError(_never(clinic, rules, what))
        if _is_closed_throughout(clinic, what, week, start, days):
            raise ValueError(
                f"no day of the run (from {start}, run.days = {days}) has room for "
                f"{_named(what)}, as clinic.holidays, clinic.closures or clinic.chairs_out leave "
                "none open with a chair in order: shorten them or run longer"
            )


def _is_closed_throughout(
    clinic: ClinicTable, what: str, week: list[bool], start: date, days: int
) -> bool:
    """Whether what is possible on some weekday of the run is not, for holidays and repairs."""
    if not (clinic.all_holidays() or clinic.closures or clinic.chairs_out):
        return False
    calendar, ordinary = clinic.calendar(start), _in_an_ordinary_week(clinic).calendar(start)
    at_any_hour = isinstance(clinic.booking, NoBooking)

    def fits(day: int, of: Calendar, repairs: bool) -> bool:
        chairs = not repairs or clinic.on_duty("chairs", of, day, 0) != 0
        is_open = at_any_hour or of.opening(day) is not None
        return week[of.weekday(day)] and is_open and (chairs or _resource(what) != "chairs")

    if any(fits(day, calendar, True) for day in range(days)):
        return False
    return any(fits(day, ordinary, False) for day in range(min(days, 7)))


def _in_an_ordinary_week(clinic: ClinicTable) -> ClinicTable:
    never = {"holidays": (), "holidays_file": None, "closures": (), "chairs_out": ()}
    return clinic.model_copy(update=never | {"staff_away": ()})


def _book(clinic: ClinicTable, what: str, start: date, grid: int) -> Book:
    calendar = clinic.calendar(start)
    return Book(calendar, planned_by(clinic, _resource(what), calendar, grid), grid)


def _resource(what: str) -> Resource:
    return "prescribers" if what in ("assessment", "evaluation") else "chairs"


def _never(clinic: ClinicTable, rules: Slots, what: str) -> str:
    grid = rules.grid_minutes
    length, reach = (slots * grid for slots in clinic.slots_needed(what, rules))
    late = ""
    if reach > length:
        late = (
            f" and has to begin {reach} minutes before closing, so that a share of "
            f"{rules.ends_in_time_share:g} ends in time (clinic.booking.ends_in_time_share)"
        )
    breaks = ", breaks of clinic.rota aside," if clinic.rota else ""
    longest = max(clinic.bookable_minutes(_resource(what), grid))
    return (
        f"{_named(what)} takes {length} minutes as booked (its mean, rounded up to "
        f"clinic.booking.grid_minutes = {grid}){late}, but the longest stretch of "
        f"clinic.hours{breaks} has {longest}: no appointment could ever be made; open longer "
        f"or shorten {_keys(what)}"
    )


def _named(what: str) -> str:
    if what in ("assessment", "evaluation"):
        return f"an {what}"
    return f"an infusion session (route {what})"


def _keys(what: str) -> str:
    if what in ("assessment", "evaluation"):
        return f"clinic.{what}_minutes"
    return "clinic.session" if what == "iv" else f"clinic.sessions.{what}"
