"""Named distributions: how long or how often, written by name and drawn by inverting a uniform.

Every draw uses exactly one uniform number, so that common random numbers stay in step when a
scenario changes the distribution.
"""

from __future__ import annotations

from math import exp, log1p, pi, sqrt
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from pydantic import AfterValidator, Field, model_validator
from scipy.special import gamma, gammaincinv, ndtr, ndtri

from sim.arrays import Floats
from sim.config.bounds import CV_BOUNDS, FURTHEST, LOG_SPREAD, WITHIN, BoundedNumber
from sim.config.value import NumberAs, Value, parameter

_LEAST, _MOST = 2.0**-54, 1.0 - 2.0**-53  # uniforms are kept within, so that no draw is infinite
GRID = (np.arange(20_000) + 0.5) / 20_000  # midpoints, for the part of a mean a floor lifts


class Random(Value):
    """What all distributions but the constant share: an offset, and a floor applied after it."""

    inline: ClassVar[bool] = True

    offset: float = parameter(0.0, "added to every draw", **WITHIN)
    at_least: float | None = parameter(None, "floor of what is drawn, offset included", **WITHIN)

    def quantile(self, u: ArrayLike) -> Floats:
        """Invert the cumulative distribution: one finite draw for each uniform in 0..1."""
        draws = self._inverse(np.clip(np.asarray(u, dtype=float), _LEAST, _MOST)) + self.offset
        return np.asarray(draws if self.at_least is None else np.maximum(draws, self.at_least))

    def expectation(self) -> float:
        """Give the mean of the draws: exact without a floor, within 1e-3 of itself with one.

        With a floor c it is E[max(X, c)] = E[X] + E[(c - X)+], whose last term is integrated over
        20,000 quantiles. (The name leaves `mean` to the parameter.)
        """
        mean = self._expectation() + self.offset
        if self.at_least is None:
            return mean
        lifted = self.at_least - (self._inverse(GRID) + self.offset)
        return mean + float(np.maximum(lifted, 0.0).mean())

    def longest(self, q: float = 0.95) -> float:
        """Give the draw that a share `q` of all draws does not exceed."""
        return float(self.quantile(q))

    def _inverse(self, u: Floats) -> Floats:
        raise NotImplementedError

    def _expectation(self) -> float:
        raise NotImplementedError


class Constant(Value):
    """The same number every time; a file may write the number alone."""

    inline: ClassVar[bool] = True
    shorthand: ClassVar[str] = "value"

    kind: Literal["constant"] = parameter("constant", "no spread")
    value: float = parameter(..., "the number itself", **WITHIN)

    def quantile(self, u: ArrayLike) -> Floats:
        """Give the number once for each uniform."""
        return np.full(np.shape(u), self.value)

    def expectation(self) -> float:
        """Give the number."""
        return self.value

    def longest(self, q: float = 0.95) -> float:
        """Give the number, whatever the share `q`."""
        return self.value


class Uniform(Random):
    """Every value from `low` to `high` is equally likely."""

    kind: Literal["uniform"] = parameter("uniform", "equally likely from low to high")
    low: float = parameter(..., "least value", **WITHIN)
    high: float = parameter(..., "greatest value", **WITHIN)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _require(self.low < self.high, f"low ({self.low:g}) must be below high ({self.high:g})")
        return self

    def _inverse(self, u: Floats) -> Floats:
        return self.low + (self.high - self.low) * u

    def _expectation(self) -> float:
        return (self.low + self.high) / 2


class Triangular(Random):
    """The density rises in a straight line from `low` to `mode` and falls in one to `high`."""

    kind: Literal["triangular"] = parameter("triangular", "least, most likely and greatest value")
    low: float = parameter(..., "least value", **WITHIN)
    mode: float = parameter(..., "most likely value", **WITHIN)
    high: float = parameter(..., "greatest value", **WITHIN)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _require(self.low < self.mode < self.high, "low, mode and high must rise in this order")
        return self

    def _inverse(self, u: Floats) -> Floats:
        width, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        left, right = np.sqrt(u * width * rise), np.sqrt((1 - u) * width * fall)
        return np.where(u < rise / width, self.low + left, self.high - right)

    def _expectation(self) -> float:
        return (self.low + self.mode + self.high) / 3


class Normal(Random):
    """The bell curve, cut off (not piled up) at `low` and `high` where these are given."""

    kind: Literal["normal"] = parameter("normal", "bell curve, truncated at low and high")
    mean: float = parameter(..., "mean before truncation", **WITHIN)
    sd: float = parameter(..., "standard deviation before truncation", gt=0, le=FURTHEST)
    low: float | None = parameter(None, "values below it do not occur", **WITHIN)
    high: float | None = parameter(None, "values above it do not occur", **WITHIN)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        _require(self._kept() > 1e-9, "low and high leave nothing of this mean and sd")
        return self

    def _bounds(self) -> tuple[float, float, bool]:
        """Give the bounds in standard units, mirrored to the left where digits are not lost."""
        low = -np.inf if self.low is None else (self.low - self.mean) / self.sd
        high = np.inf if self.high is None else (self.high - self.mean) / self.sd
        return (-high, -low, True) if low > 0 else (low, high, False)

    def _kept(self) -> float:
        low, high, _ = self._bounds()
        return float(ndtr(high) - ndtr(low))

    def _inverse(self, u: Floats) -> Floats:
        low, high, mirrored = self._bounds()
        share = 1 - u if mirrored else u
        reached = np.clip(ndtr(low) + share * self._kept(), _LEAST, _MOST)
        z = np.clip(ndtri(reached), low, high)
        return self.mean + self.sd * (-z if mirrored else z)

    def _expectation(self) -> float:
        # mean + sd (phi(a) - phi(b)) / (Phi(b) - Phi(a)), and the reverse when mirrored
        low, high, mirrored = self._bounds()
        shift = (exp(-(low**2) / 2) - exp(-(high**2) / 2)) / sqrt(2 * pi) / self._kept()
        return self.mean + self.sd * (-shift if mirrored else shift)


class Lognormal(Random):
    """The logarithm is normal; written as `mean` and `cv`, or as `median` and `sigma`."""

    kind: Literal["lognormal"] = parameter("lognormal", "positive, with a long upper tail")
    mean: float | None = parameter(None, "mean, with cv", gt=0, le=FURTHEST)
    cv: float | None = parameter(None, "standard deviation as a share of the mean", **CV_BOUNDS)
    median: float | None = parameter(None, "median, with sigma", gt=0, le=FURTHEST)
    sigma: float | None = parameter(None, "standard deviation of the logarithm", **LOG_SPREAD)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        given = [value is not None for value in (self.mean, self.cv, self.median, self.sigma)]
        pairs = [True, True, False, False], [False, False, True, True]
        _require(given in pairs, "give either mean and cv, or median and sigma, and no others")
        return self

    def _logarithm(self) -> tuple[float, float]:
        """Give median and sigma: sigma^2 = ln(1 + cv^2), median = mean / sqrt(1 + cv^2)."""
        if self.median is not None and self.sigma is not None:
            return self.median, self.sigma
        mean, cv = self.mean or 0.0, self.cv or 0.0  # both given, as `_one_of_two` has seen
        return mean / sqrt(1 + cv**2), sqrt(log1p(cv**2))

    def _inverse(self, u: Floats) -> Floats:
        median, sigma = self._logarithm()
        return np.asarray(median * np.exp(sigma * ndtri(u)))

    def _expectation(self) -> float:
        median, sigma = self._logarithm()
        return median * exp(sigma**2 / 2)


class ByMean(Random):
    """A positive distribution whose first parameter is its mean."""

    mean: float = parameter(..., "mean", gt=0, le=FURTHEST)

    def _expectation(self) -> float:
        return self.mean


class Gamma(ByMean):
    """Shape 1 / cv^2, scale mean cv^2: cv = 1 is the exponential."""

    kind: Literal["gamma"] = parameter("gamma", "positive, upper tail shorter than lognormal's")
    cv: float = parameter(..., "standard deviation as a share of the mean", **CV_BOUNDS)

    def _inverse(self, u: Floats) -> Floats:
        return np.asarray(gammaincinv(self.cv**-2, u) * (self.mean * self.cv**2))


class Erlang(ByMean):
    """The sum of `shape` equal exponential stages, with this mean in all."""

    kind: Literal["erlang"] = parameter("erlang", "a sum of equal exponential stages")
    shape: int = parameter(..., "number of stages", ge=1, le=10_000)

    def _inverse(self, u: Floats) -> Floats:
        return np.asarray(gammaincinv(self.shape, u) * (self.mean / self.shape))


class Exponential(ByMean):
    """Memoryless: the standard deviation equals the mean."""

    kind: Literal["exponential"] = parameter("exponential", "memoryless")

    def _inverse(self, u: Floats) -> Floats:
        return -self.mean * np.log1p(-u)


class Weibull(Random):
    """P(X > x) = exp(-(x / scale)^shape): ageing for shape above 1, exponential at 1."""

    kind: Literal["weibull"] = parameter("weibull", "ageing (shape above 1) or burn-in (below)")
    scale: float = parameter(..., "value that 63 % do not exceed", gt=0, le=FURTHEST)
    shape: float = parameter(..., "power of the ageing", ge=0.2, le=100)

    def _inverse(self, u: Floats) -> Floats:
        return np.asarray(self.scale * (-np.log1p(-u)) ** (1 / self.shape))

    def _expectation(self) -> float:
        return float(self.scale * gamma(1 + 1 / self.shape))


class Empirical(Random):
    """Only the given `values` occur, each with its share (equal shares without `weights`)."""

    kind: Literal["empirical"] = parameter("empirical", "the given values and no others")
    values: tuple[BoundedNumber, ...] = parameter(..., "values that occur", min_length=1)
    weights: tuple[Annotated[float, Field(ge=0, le=FURTHEST)], ...] | None = parameter(
        None, "their shares, in the same order, of any sum; equal when left out"
    )

    @model_validator(mode="after")
    def _weighed(self) -> Self:
        if self.weights is not None:
            _require(len(self.weights) == len(self.values), "give one weight for each value")
            _require(sum(self.weights) > 0, "one of the weights must be above 0")
        return self

    def _shares(self) -> tuple[Floats, Floats]:
        """Give the values that can occur, rising, and their shares."""
        weights = np.ones(len(self.values)) if self.weights is None else np.array(self.weights)
        order = np.argsort(self.values, kind="stable")
        possible = order[weights[order] > 0]
        return np.array(self.values)[possible], weights[possible] / weights.sum()

    def _inverse(self, u: Floats) -> Floats:
        values, shares = self._shares()
        return values[np.searchsorted(shares.cumsum()[:-1], u, side="left")]

    def _expectation(self) -> float:
        values, shares = self._shares()
        return float(values @ shares)


def _require(fine: bool, otherwise: str) -> None:
    if not fine:
        raise ValueError(otherwise)


def _never_negative(duration: Constant | Random) -> Constant | Random:
    least = float(duration.quantile(0.0))
    remedy = "" if isinstance(duration, Constant) else "; at_least = 0 would prevent it"
    _require(least >= 0, f"a duration must not be negative, and this can be {least:g}{remedy}")
    return duration


Bounded = Constant | Uniform | Triangular | Normal | Empirical
Tailed = Lognormal | Exponential | Gamma | Erlang | Weibull
Distribution = Annotated[
    Bounded | Tailed, Field(discriminator="kind"), NumberAs("constant", "value", FURTHEST)
]
"""The type of a field that takes a number or any named distribution."""

Duration = Annotated[Distribution, AfterValidator(_never_negative)]
"""The type of a field that takes a distribution of which no draw is negative."""
