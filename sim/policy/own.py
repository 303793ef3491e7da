"""A policy of a user's own, and what is not taken from it: each fault is one clear paragraph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from numbers import Integral
from typing import Any, get_args

from sim.config.errors import ScenarioError, nearest
from sim.policy.chart import Chart
from sim.policy.orders import INFUSIONS, ROUTES, Discharge, Gap, Kind, Order, Prescription
from sim.units import MINUTES_PER_DAY, midnight_of

KINDS = tuple(kind for kind in get_args(Kind) if kind != "missed")


def refusal(value: object) -> str:
    """Say why a value can be no policy of one's own; nothing if it can, or is a table."""
    if isinstance(value, type):
        return f"{value.__name__} is a class; give an object of it, {value.__name__}()"
    method = getattr(value, "next_order", None)
    if method is None:
        return (
            f"an object of the class {type(value).__name__} is no policy, as it has no method "
            "next_order(self, chart), which gives an Order, a Discharge or None"
        )
    return "" if callable(method) else f"next_order of {type(value).__name__} is no method"


def rule_in_words(phase: object) -> str:
    """Say a phase's rule in a sentence: its own `describe()`, or else its name.

    Raises ScenarioError where the `describe()` of a user's own phase fails.
    """
    describe = getattr(phase, "describe", None)
    if not callable(describe):
        name = str(getattr(phase, "kind", type(phase).__name__)).replace("_", " ")
        return f"By the policy “{name}”."
    try:
        return str(describe())
    except Exception as fault:
        what = f"{type(phase).__name__}.describe failed with {type(fault).__name__}: {fault}"
        raise ScenarioError(f"{what}.") from fault


@dataclass(frozen=True)
class Own:
    """A phase of the user's own, whose every word is read before it is passed on."""

    path: str  # dotted, of the phase
    phase: Any

    def next_order(self, chart: Chart) -> Order | Discharge | None:
        """Give what the phase says, or refuse it."""
        try:
            said = self.phase.next_order(chart)
        except Exception as fault:
            raise self._fault(f"failed with {type(fault).__name__}: {fault}", chart) from fault
        if said is None:
            if self._has_the_last_word(chart):
                raise self._fault(
                    "gave nothing (None), which leaves the word to the next phase, and here there "
                    "is none to take it; return an Order, or a Discharge with a reason to end "
                    "treatment",
                    chart,
                )
            return None
        if isinstance(said, Discharge):
            return said
        if not isinstance(said, Order):
            raise self._fault(f"gave {said!r}; it must give an Order, a Discharge or None", chart)
        for what in _faults(said, chart):
            raise self._fault(f"ordered {said!r}: {what}", chart)
        return _in_plain_numbers(said)

    def _has_the_last_word(self, chart: Chart) -> bool:
        """Boosters are the last phase; and no other phase begins what an induction does not."""
        return self.path == "policy.boosters" or (
            self.path == "policy.induction" and chart.last_infusion is None
        )

    def _fault(self, what: str, chart: Chart) -> ScenarioError:
        name = type(self.phase).__name__
        visits = f"{len(chart.visits)} visits" if len(chart.visits) != 1 else "1 visit"
        return ScenarioError(f"{self.path}: {name}.next_order, asked after {visits}, {what}.")


def _in_plain_numbers(order: Order) -> Order:
    """Give an order in Python's own numbers, whatever whole numbers a rule came to (numpy's)."""
    numbers = (order.due, order.latest, order.early_days, *chain.from_iterable(order.series))
    if all(type(number) is int for number in numbers):
        return order
    return order._replace(
        due=int(order.due),
        latest=int(order.latest),
        early_days=int(order.early_days),
        series=tuple(Gap(*map(int, gap)) for gap in order.series),
    )


def _faults(order: Order, chart: Chart) -> Iterable[str]:
    """Find what an order cannot be: the first is told."""
    if order.kind not in KINDS:
        yield f'there is no kind "{order.kind}"; it must be {", ".join(KINDS)}' + nearest(
            str(order.kind), KINDS
        ).rstrip(".")
    for name, minute in (("due", order.due), ("latest", order.latest)):
        if not isinstance(minute, Integral):
            yield f"{name} must be a whole number of minutes from midnight of the first day"
    if not all(isinstance(gap, Gap) for gap in order.series):
        yield "series must be a tuple of Gap(days, late_days)"
    for days in (order.early_days, *chain.from_iterable(order.series)):
        if not isinstance(days, Integral):
            yield f"early_days and the days of a Gap are whole numbers, and not {days!r}"
    order = _in_plain_numbers(order)
    yield from _past(order, chart)
    if order.latest < order.due:
        yield "latest is before due"
    if order.kind == "rating" and chart.visits and order.due <= chart.visits[-1].minute:
        yield f"a rating must be due after the newest visit (minute {chart.visits[-1].minute})"
    if order.kind in INFUSIONS and not isinstance(order.prescription, Prescription):
        yield "an infusion needs a prescription: chart.prescription or chart.maintenance"
    if order.prescription is not None and order.prescription.route not in ROUTES:
        route = order.prescription.route
        yield f'there is no route "{route}"; it must be {", ".join(ROUTES)}'
    if not isinstance(order.why, str):
        yield "why must be text: the reason in a few words"


def _past(order: Order, chart: Chart) -> Iterable[str]:
    """Find an order due before what it follows: the last infusion, or else the referral.

    One that fell due since then is late, not wrong: an evaluation may have come late itself.
    """
    last = chart.last_infusion
    if last is None and midnight_of(order.due) < midnight_of(chart.referred):
        yield f"it is due in the past, before the referral in minute {chart.referred}"
    if last is None or midnight_of(order.due) > midnight_of(last.minute):
        return
    before = (last.minute - order.due) / MINUTES_PER_DAY
    if midnight_of(order.due) < midnight_of(last.minute):
        yield (
            f"it is due in the past, {before:.1f} days before the last infusion (minute "
            f"{last.minute})"
        )
    elif order.kind in INFUSIONS:
        yield (
            f"it is due on the day of the last infusion (minute {last.minute}); a day has "
            f"{MINUTES_PER_DAY} minutes"
        )
