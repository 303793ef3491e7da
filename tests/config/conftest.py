"""A small scenario with everything that a large one has: unions, lists, dates, distributions."""

from datetime import date
from types import SimpleNamespace
from typing import Annotated, Any, Literal, Self

import pytest
from pydantic import Field, WrapValidator, model_validator

from sim.config.value import Capacity, Value, parameter
from sim.distributions import Constant, Duration, Lognormal


class OwnBoosters:
    """A policy of a user's own: no table of a file."""


def own_object(value: Any, validated: Any) -> Any:
    return value if isinstance(value, OwnBoosters) else validated(value)


class NoBoosters(Value):
    """Treatment ends with the induction."""

    kind: Literal["none"] = "none"


class FixedBoosters(Value):
    """One infusion every so many days."""

    kind: Literal["fixed"] = "fixed"
    every_days: float = parameter(28, "from one to the next", unit="days", grade="A", gt=0)
    late_days: int = parameter(7, "how late it may come", unit="days", ge=0, le=365)


class AdaptiveBoosters(Value):
    """Closer when symptoms return."""

    kind: Literal["adaptive"] = "adaptive"
    first_days: float = parameter(28, "first interval", unit="days", gt=0)
    late_days: int = parameter(7, "how late it may come", unit="days", ge=0, le=365)


Boosters = Annotated[
    Annotated[NoBoosters | FixedBoosters | AdaptiveBoosters, Field(discriminator="kind")],
    WrapValidator(own_object),
]


class Policy(Value):
    """What is ordered."""

    boosters: Boosters = AdaptiveBoosters(first_days=42)


class Hours(Value):
    """Opening hours."""

    opens: int = parameter(9, "opens at", unit="o'clock", ge=0, le=24)
    closes: int = parameter(17, "closes at", unit="o'clock", ge=0, le=24)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("the clinic closes before it opens; give the earlier hour first")
        return self


class Session(Value):
    """The stages of a session."""

    infuse_minutes: Duration = parameter(
        40, "the infusion", unit="minutes", source="trials", grade="A"
    )
    monitor_minutes: Duration = parameter(
        Lognormal(mean=50, cv=0.2), "watched afterwards", unit="minutes", source="assumption"
    )


class Clinic(Value):
    """Where it happens."""

    chairs: Capacity = parameter(3, "infusion chairs", unit="chairs", source="design", grade="D")
    watch: float | None = parameter(None, "share of time a nurse watches", unit="share", ge=0, le=1)
    hours: Hours | Literal["always"] = parameter(Hours(), "opening hours")
    session: Session = Session()


class Run(Value):
    """How long, how often."""

    title: str = parameter('the "base" case', "name in tables")
    start_date: date = parameter(date(2026, 1, 5), "first day")
    days: int = parameter(730, "horizon", unit="days", ge=1)
    closed_on: tuple[date, ...] = parameter((), "holidays", unit="dates")
    weights: tuple[float, ...] = parameter((0.5, 1), "two at least, for the tests", min_length=2)
    traced: bool = parameter(False, "whether to keep a trace")


class Scenario(Value):
    """All of it."""

    run: Run = Run()
    policy: Policy = Policy()
    clinic: Clinic = Clinic()


CLASSES = (Scenario, Run, Policy, Clinic, Session, Hours, NoBoosters, FixedBoosters)
CLASSES += (AdaptiveBoosters, OwnBoosters, Constant, Lognormal)


@pytest.fixture(scope="session")
def tree() -> SimpleNamespace:
    """Give the classes of the small scenario by their names."""
    return SimpleNamespace(**{cls.__name__: cls for cls in CLASSES})
