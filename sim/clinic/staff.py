"""How many staff there are: a number, no limit, or in proportion to the chairs."""

from __future__ import annotations

from math import ceil
from typing import ClassVar

from sim.config.value import Capacity, Value, parameter

_ROUNDING = 1e-9  # 7 / 0.7 is 10 chairs' worth and no more


class PerChairs(Value):
    """Staff that follow the chairs, so that chairs can be asked about alone."""

    inline: ClassVar[bool] = True

    chairs_each: float = parameter(
        ..., "one for every so many of clinic.chairs, rounded up, and at least one", unit="chairs",
        gt=0, le=1000,
    )  # fmt: skip

    def of(self, chairs: int) -> int:
        """Give how many there are with so many chairs."""
        return max(1, ceil(chairs / self.chairs_each - _ROUNDING))

    def __str__(self) -> str:
        """Say it: `one for every 1.5 chairs`."""
        return f"one for every {self.chairs_each:g} chairs"


StaffNumber = Capacity | PerChairs


def places(capacity: int | str) -> int | None:
    """Turn a capacity of a scenario into a number, None for `"unlimited"`."""
    return None if isinstance(capacity, str) else capacity


def staffed(number: StaffNumber, chairs: Capacity) -> int | None:
    """Give how many staff there are with these chairs; None: no limit, as where chairs have none.

    Chairs out of order take no staff away.
    """
    if not isinstance(number, PerChairs):
        return places(number)
    limit = places(chairs)
    return None if limit is None else number.of(limit)


def counted(resource: str, number: StaffNumber, chairs: Capacity) -> str:
    """Say how many there are, and by which rule: `2 nurses (one for every 1.5 chairs)`."""
    limit = staffed(number, chairs)
    said = f"{'unlimited' if limit is None else limit} {resource[:-1] if limit == 1 else resource}"
    return f"{said} ({number})" if isinstance(number, PerChairs) else said
