"""When a value will do, and how sure that is: the binomial distribution of years that meet targets.

Asked is a clinic that meets its targets in a share `confidence` of all years. A value is judged
after every batch of simulated years, `wanted` at most:

- it **fails** once so many missed that it could not pass any more, or that so few would have met
  the targets by chance in at most 1 case of 40 if its share were what is asked;
- it is **sure** once so many met them that this would happen by chance in at most 1 case of 100
  (and Wilson's lower 95 % limit is not below what is asked). Looking again and again makes the
  chance of ever being wrongly sure larger, but not above 1 in 20 up to 120 years;
- between the two it goes on: more years are simulated where it is close.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

from scipy.special import bdtr, bdtrc, betainc

from sim.stats.intervals import wilson

_EPSILON = 1e-9  # 0.9 * 20 is 18
FAILS_AT, SURE_AT = 0.025, 0.01  # chance, in one look, of a verdict that is wrong

Sureness = Literal["sure", "probable", "possible"]
"""Wrong in 1 case of 20 at most; more likely than not; met as often as asked, and no surer."""


@dataclass(frozen=True)
class Rule:
    """A share `confidence` of all years must meet the targets; judged on `wanted` at most."""

    confidence: float
    wanted: int

    @property
    def needed(self) -> int:
        """How many of `wanted` replications must meet the targets."""
        return ceil(self.confidence * self.wanted - _EPSILON)

    def passes(self, met: int, tried: int) -> bool:
        """Tell whether enough have met the targets."""
        return met >= self.needed or self.sure(met, tried)

    def fails(self, met: int, tried: int) -> bool:
        """Tell whether too many missed for the rest to make up, in all likelihood."""
        return tried - met > self.wanted - self.needed or self.surely_fails(met, tried)

    def done(self, met: int, tried: int) -> bool:
        """Tell whether more replications would change nothing or are not wanted."""
        return tried >= self.wanted or self.sure(met, tried) or self.fails(met, tried)

    def sure(self, met: int, tried: int) -> bool:
        """Tell whether the share of all years is at least what is asked, by the chances above."""
        if not met or bdtrc(met - 1, tried, self.confidence) > SURE_AT:
            return False
        return (wilson(met, tried).lower or 0.0) >= self.confidence

    def surely_fails(self, met: int, tried: int) -> bool:
        """Tell whether the share of all years is below what is asked, by the chances above."""
        return bool(tried and bdtr(met, tried, self.confidence) <= FAILS_AT)

    def grade(self, met: int, tried: int) -> Sureness:
        """Say how sure it is that the share of all years is at least what is asked.

        More likely than not is by Jeffreys' prior: the share is Beta(met + 1/2, missed + 1/2).
        """
        if self.sure(met, tried):
            return "sure"
        below = float(betainc(met + 0.5, tried - met + 0.5, min(self.confidence, 1 - _EPSILON)))
        return "probable" if below <= 1 / 2 else "possible"

    def years_to_be_sure(self) -> int | None:
        """Count the replications after which, if all meet the targets, the value is sure."""
        return next((n for n in range(1, 1001) if self.sure(n, n)), None)
