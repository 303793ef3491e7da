"""How far the numbers of a distribution may go, and what is said to whoever goes beyond."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

FURTHEST = 1e7
"""No number of a distribution is larger; in minutes it is 19 years."""
BoundedNumber = Annotated[float, Field(ge=-FURTHEST, le=FURTHEST)]
WITHIN: dict[str, Any] = {"ge": -FURTHEST, "le": FURTHEST}
SIGMA_HINT = "It is the spread of the logarithm, such as 0.66, and not per cent."
LOG_SPREAD: dict[str, Any] = {"gt": 0, "le": 3, "hint": SIGMA_HINT}
"""Of the sd of a logarithm."""
CV_HINT = "It is a share of the mean, such as 0.25, and not per cent."
CV_BOUNDS: dict[str, Any] = {"ge": 0.001, "le": 20, "hint": CV_HINT}
"""Of a coefficient of variation; beyond, draws would overflow."""
