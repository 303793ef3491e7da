"""What can never happen in a scenario: visits for which no day has room. Found before the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sim.clinic.book import Book
from sim.clinic.book_page import Need
from sim.clinic.booking_rules import NoBooking, Slots
from sim.clinic.clinic_table import ClinicTable
from sim.clinic.hours import WEEKDAYS
from sim.clinic.reception import planned_by
from sim.clinic.rota import Resource, Staff
from sim.policy.boosters import NoBoosters
from sim.policy.evaluation import NoEvaluation
from sim.policy.induction import NoInduction
from sim.policy.orders import Gap
from sim.policy.regimen import Regimen

CLOSING = "clinic.holidays, clinic.closures, clinic.chairs_out or clinic.staff_away"
"""Keys that take single days away from a clinic."""


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
    need = _need(clinic, what, rules)
    return [book.could_start(day, need) for day in range(7)]


def check(clinic: ClinicTable, policy: Regimen, start: date, days: int) -> None:
    """Refuse a clinic in which a visit of the policy has no room on any day of the run.

    Raises ValueError, which says why and by which keys.
    """
    rules = clinic.booking
    for what in visits_of(policy):
        if isinstance(rules, Slots) and not any(fitting_weekdays(clinic, rules, what)):
            raise ValueError(_never(clinic, rules, what))
        if _has_none_throughout(clinic, what, start, days):
            raise ValueError(
                f"no day of the run (from {start}, run.days = {days}) has room for {named(what)}, "
                f"as {CLOSING} leave none that is open with a chair in order and staff on duty: "
                "shorten them or run longer"
            )


def check_gaps(week: list[bool], gaps: tuple[Gap, ...], path: str) -> None:
    """Refuse windows that fall on closed days from whatever weekday a series starts."""
    reachable = {day for day in range(7) if week[day]}
    for gap in gaps:
        window = range(gap.days, gap.days + gap.late_days + 1)
        reachable = {
            (day + days) % 7 for day in reachable for days in window if week[(day + days) % 7]
        }
        if not reachable:
            opens = ", ".join(name for name, is_open in zip(WEEKDAYS, week, strict=True) if is_open)
            raise ValueError(
                f"an infusion due {gap.days} days after the one before, at most {gap.late_days} "
                f"days late, can never be given: the clinic is open for a whole session on {opens} "
                f"only; raise {path} or open clinic.hours on more days"
            )


def ends_without_room(
    clinic: ClinicTable, policy: Regimen, start: date, days: int
) -> Iterator[tuple[str, int]]:
    """Tell of each visit of the policy for how many days at the end of the run none has room."""
    for what in visits_of(policy):
        has_room = _room(clinic, what, start)
        yield what, next((ago for ago in range(days) if has_room(days - 1 - ago)), days)


def _has_none_throughout(clinic: ClinicTable, what: str, start: date, days: int) -> bool:
    """Whether what is possible on some weekday of the run is not, for holidays, repairs, leave."""
    if not (clinic.all_holidays() or clinic.closures or clinic.chairs_out or clinic.staff_away):
        return False
    if any(map(_room(clinic, what, start), range(days))):
        return False
    return any(map(_room(_in_an_ordinary_week(clinic), what, start), range(min(days, 7))))


def _room(clinic: ClinicTable, what: str, start: date) -> Callable[[int], bool]:
    """Give the test whether a visit has room on a day, as long as nothing is booked."""
    calendar, rules = clinic.calendar(start), clinic.booking
    if isinstance(rules, Slots):
        book, need = _book(clinic, what, start, rules.grid_minutes), _need(clinic, what, rules)
        return lambda day: book.could_start(day, need)
    staff: Staff = "prescribers" if _resource(what) == "prescribers" else "nurses"

    def in_order(day: int) -> bool:
        return _resource(what) != "chairs" or clinic.on_duty("chairs", calendar, day, 0) != 0

    if isinstance(rules, NoBooking):  # at any hour
        return in_order
    return lambda day: (
        in_order(day) and any(number != 0 for *_, number in clinic.shifts(staff, calendar, day))
    )


def _in_an_ordinary_week(clinic: ClinicTable) -> ClinicTable:
    never = {"holidays": (), "holidays_file": None, "closures": (), "chairs_out": ()}
    return clinic.model_copy(update=never | {"staff_away": ()})


def _book(clinic: ClinicTable, what: str, start: date, grid: int) -> Book:
    calendar = clinic.calendar(start)
    return Book(calendar, planned_by(clinic, _resource(what), calendar, grid), grid)


def _need(clinic: ClinicTable, what: str, rules: Slots) -> Need:
    return Need(*clinic.slots_needed(what, rules))


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
        f"{named(what)} takes {length} minutes as booked (its mean, rounded up to "
        f"clinic.booking.grid_minutes = {grid}){late}, but the longest stretch of "
        f"clinic.hours{breaks} has {longest}: no appointment could ever be made; open longer "
        f"or shorten {_keys(what)}"
    )


def named(what: str) -> str:
    """Name a visit as messages do."""
    if what in ("assessment", "evaluation"):
        return f"an {what}"
    return f"an infusion session (route {what})"


def _keys(what: str) -> str:
    if what in ("assessment", "evaluation"):
        return f"clinic.{what}_minutes"
    return "clinic.session" if what == "iv" else f"clinic.sessions.{what}"
