"""Several sources of relief, and how they combine: the drug, being treated at all, an SSRI.

    E_total = 1 - (1 - E_drug) (1 - E_ns) (1 - E_ssri)

The two states of `symptoms.state` are calibrated to the *open-label total* of IV infusions.
Let E be that course at the doses given, and E_ref the same visits at the reference exposure. With
f the drug-specific share,

    E_ns   = (1 - f) E_ref                              independent of dose and route
    E_drug = 1 - (1 - E) / (1 - (1 - f) E)

so that at the reference dose the total is exactly the calibrated E, a placebo (dose 0, same visits)
has (1 - f) of it, and nothing needs to be fitted anew. E_ns rises with visits and fades as the
calibrated course does. Source for f: Murrough 2013, Singh 2016 (docs/evidence.md, caution 2).

    E_ssri = Emax_ssri (1 - exp(-t / tau_ssri)),  t days since usual care began
"""

from __future__ import annotations

from math import exp
from typing import Any, TypeVar

Number = Any  # a float, or an array of them
T = TypeVar("T", float, Any)


def of_drug(course: Number, drug_share: float) -> Number:
    """The drug's own relief E_drug, from the open-label course E at the doses given."""
    return 1 - (1 - course) / (1 - (1 - drug_share) * course)


def non_specific(reference: Number, drug_share: float) -> Number:
    """Relief by being treated, E_ns, from the same visits at the reference exposure."""
    return (1 - drug_share) * reference


def infusions(course: Number, reference: Number, drug_share: float) -> Number:
    """Relief of infusions: the drug's own and the non-specific part together."""
    bare = (1 - course) / (1 - (1 - drug_share) * course)
    return 1 - bare * (1 - (1 - drug_share) * reference)


def with_usual_care(relief: Number, usual_care: Number) -> Number:
    """Relief with an SSRI or SNRI on top."""
    return 1 - (1 - relief) * (1 - usual_care)


def usual_care(ceiling: float, tau_days: float, days: float) -> float:
    """Relief by an SSRI or SNRI begun so many days ago; none before."""
    return ceiling * (1 - exp(-days / tau_days)) if days > 0 else 0.0
