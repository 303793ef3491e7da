"""What stands beside a headline: how the same people fare untreated, and whose response it is.

Sentences of numbers of the same results, to be printed under a table or a figure. Where they would
say nothing, because nobody was infused, evaluated or followed for long enough, there are none.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import TYPE_CHECKING

from sim.outcomes.evaluations import RESPONSE_WITHIN_DAYS

if TYPE_CHECKING:
    from sim.experiment.results import TidyTable

WELL, UNTREATED = "days_below_10", "days_below_10_untreated"
EVALUATED, REFERRED = "response_after_induction", "response_of_referred"
_INFUSED = "infusions_per_patient_year"
STANDS_ON = (WELL, UNTREATED, EVALUATED, REFERRED, _INFUSED)
"""The measures that these sentences are made of."""
Means = Mapping[str, Mapping[str, float]]  # of each measure, by scenario


def said_beside(summary: TidyTable, reference: str | None = None) -> list[str]:
    """List the sentences for a summary (scenario, measure, mean), the untreated first."""
    means = _means(summary)
    return [said for said in (_untreated(means), _response(means, reference)) if said]


def untreated_beside(summary: TidyTable) -> str:
    """Say of the days below 10 how many the same people would have had untreated, if any were."""
    return _untreated(_means(summary))


def _means(summary: TidyTable) -> Means:
    found: dict[str, dict[str, float]] = {}
    columns = (summary[name].tolist() for name in ("scenario", "measure", "mean"))
    for scenario, measure, mean in zip(*columns, strict=True):
        found.setdefault(str(measure), {})[str(scenario)] = float(mean)
    return found


def _untreated(means: Means) -> str:
    well, untreated, infused = (means.get(name, {}) for name in (WELL, UNTREATED, _INFUSED))
    told = {name: untreated[name] for name in well if name in untreated}
    if not any(infused.get(name, 0.0) > 0 for name in told):
        return ""  # they are the untreated
    first, *others = told.values()
    if not others:
        (days,) = (well[name] for name in told)
        return (
            f"Of these {days:.1f} days below 10 a patient-year the same people untreated would "
            f"have had {first:.1f}."
        )
    begin = "Of the days below 10 a patient-year the same people untreated would have had"
    if all(isclose(first, other, rel_tol=1e-9) for other in others):
        return f"{begin} {first:.1f}, whatever the scenario."
    return f"{begin}: {'; '.join(f'{name} {days:.1f}' for name, days in told.items())}."


def _response(means: Means, reference: str | None) -> str:
    evaluated, referred = (means.get(name, {}) for name in (EVALUATED, REFERRED))
    both = [name for name in evaluated if name in referred]
    if not both:
        return ""
    name = reference if reference in both else both[0]
    where = f" in {name}" if len(evaluated) > 1 else ""
    return (
        f"Rated response{where}: {100 * evaluated[name]:.0f} % of those evaluated after the "
        f"induction, and {100 * referred[name]:.0f} % of all referred, evaluated or not, within "
        f"{RESPONSE_WITHIN_DAYS} days of referral."
    )
