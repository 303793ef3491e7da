"""On which uncertain parameters the load of a clinic rests, and how far each moves it.

With nobody waiting, Little's law gives the infusions a week of a clinic (`sim.planning.buildup`):

    infusions = per_week (before + entering kept rate tau)      tau: mean time until people stop

A parameter at the 5th or 95th percentile of its distribution in the register moves `before` by the
share of people who come to their assessment, `entering` by the share who come, tolerate the
induction and respond, `tau` by its closed form, and the load by the length of a session. All of
these are worked out of one cohort that is treated without a clinic (`sim.model.trial`), on the same
draws for every parameter; what they are multiplied with is what the build-up simulated. The rate of
boosters and the share `kept` until they stop are held: how a policy shortens or stretches
intervals, and whom it gives up on, is not in the closed form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.config.errors import ScenarioError
from sim.experiment.uncertainty import drawing
from sim.model.replication import recruited
from sim.model.scenario import Scenario
from sim.model.trial import follow
from sim.people.cohort import Cohort
from sim.planning.buildup import BuildUp, closed_form
from sim.planning.cohort_courses import stay_weeks
from sim.planning.draws import HIGH, LOW
from sim.policy.evaluation import FormalEvaluation
from sim.scales import is_response

if TYPE_CHECKING:
    import pandas as pd

Load = Callable[[Mapping[str, float]], float]
"""The load in chairs with some parameters changed."""

_PEOPLE = 400
JOINT_DRAWS = 12
JOINT_POSTERIOR = "joint posterior of the calibration"
_NAMED, _LEAST = 3, 0.05  # parameters that are named at most, and what they must move the load by
BOUND = ("population.", "symptoms.", "behaviour.", "clinic.adverse_events.")
"""Tables whose parameters can move the load; prices cannot."""
NOT_IN_IT = (
    "symptoms.usual_care.", "behaviour.patience_per_point",
    "behaviour.rebooked_within_2_weeks_share",
)  # fmt: skip
"""Parameters that the closed form says nothing of, as it holds the rate and nobody waits."""
_COLUMNS = [
    "parameter", "default", "low_5", "high_95", "load", "load_low_5", "load_high_95", "span",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class RestsOn:
    """How the load moves with each uncertain parameter, the one that moves it most first."""

    table: pd.DataFrame
    when: str  # the load of which time: "once level" or of the first days
    open_minutes: int

    @property
    def sentence(self) -> str:
        """Name the two or three that move the load most, and how far; empty if none does."""
        rows = self.table.to_dict("records")
        named = [row for row in rows if row["span"] >= _LEAST * row["load"]][:_NAMED]
        if not named:
            return ""
        most = "; ".join(_moved(row) for row in named)
        return (
            f"The load of {named[0]['load']:.1f} chairs {self.when} rests most on {most} (5th to "
            "95th percentile of what is known, one at a time, with the rate of boosters and who "
            "stays for them held; computed from how many start, respond and stay: rests_on.csv)."
        )


def _moved(row: dict[Any, Any]) -> str:
    low, high = sorted((float(row["load_low_5"]), float(row["load_high_95"])))
    by = row["parameter"]
    if isfinite(float(row["low_5"])):
        by += f" = {row['low_5']:.2g} to {row['high_95']:.2g}"
    return f"{by}: {low:.1f} to {high:.1f} chairs"


def rests_on(
    scenario: Scenario, filling: BuildUp, when: str = "steady", days: int = 365
) -> RestsOn | None:
    """Move the load by each uncertain parameter; None where there is no load to speak of.

    Of `when="first-year"` it is the mean of the first `days` days after the opening.
    """
    import pandas as pd

    if filling.stay_years == inf or not filling.per_week:
        return None
    weeks = [inf] if when == "steady" else [float(w) for w in range(1, max(2, days // 7 + 1))]
    alone = _alone(scenario)
    base = _Parts.of(alone, scenario.policy.assessment)

    def load(changes: Mapping[str, float]) -> float:
        changed = alone.override(changes)
        parts = _Parts.of(changed, scenario.policy.assessment)
        return base.load(parts, stay_weeks(changed), filling, weeks)

    rows = [*_singly(scenario, load), *_jointly(scenario, load)]
    table = pd.DataFrame(rows, columns=_COLUMNS[:4] + _COLUMNS[5:7])
    table.insert(4, "load", load({}))
    loads = table[["load_low_5", "load_high_95", "load"]]
    table["span"] = loads.max(axis=1) - loads.min(axis=1)
    table = table.sort_values("span", ascending=False, kind="stable", ignore_index=True)
    said = "once level" if when == "steady" else f"on average of the first {days} days"
    return RestsOn(table, said, filling.open_minutes)


def _singly(scenario: Scenario, load: Load) -> Iterator[tuple[object, ...]]:
    for entry in drawing({"only": scenario}, scenario.run.seed).entries:
        if entry.path.startswith(BOUND) and _acts(scenario, entry.path):
            low, high = entry.quantile(LOW), entry.quantile(HIGH)
            moved = (load({entry.path: value}) for value in (low, high))
            yield (entry.path, float(entry.default), low, high, *moved)


def _acts(scenario: Scenario, path: str) -> bool:
    """Tell whether the closed form has a parameter; of routes, those that are used."""
    used = {t.route for t in (scenario.policy.treatment, scenario.policy.booster_treatment) if t}
    route = path.removeprefix("symptoms.routes.").split(".")[0]
    return not path.startswith(NOT_IN_IT) and (
        not path.startswith("symptoms.routes.") or route in used
    )


def _jointly(scenario: Scenario, load: Load) -> Iterator[tuple[object, ...]]:
    """Take so many rows of the joint posterior, and of their loads the same percentiles."""
    chosen = drawing({"only": scenario}, scenario.run.seed)
    draws = [chosen.joint(scenario, draw) for draw in range(JOINT_DRAWS)]
    if all(draws):
        loads = [load(draw) for draw in draws]
        yield (JOINT_POSTERIOR, np.nan, np.nan, np.nan, *np.quantile(loads, [LOW, HIGH]))


@dataclass(frozen=True)
class _Parts:
    """What the closed form takes from a cohort without a clinic."""

    starts: float  # share who come to the assessment in the end
    enters: float  # share who also come to all of the induction, tolerate it and respond
    minutes: float  # a session, as planned

    @classmethod
    def of(cls, alone: Scenario, assessed: bool) -> _Parts:
        """Work them out of one cohort, the same for every scenario."""
        cohort, responds = _treated(alone)
        behaviour, infusions = alone.behaviour, _infusions(alone)
        calls_off = behaviour.late_cancellation_share

        def comes(missing: Any) -> Any:
            """Miss or call off any number of times and be booked again, but come in the end."""
            again = missing * behaviour.rebooked_share + (1 - missing) * calls_off
            return (1 - missing) * (1 - calls_off) / (1 - again)

        starts = comes(cohort.first_no_show_share) if assessed else np.ones(len(cohort))
        enters = starts * comes(cohort.no_show_share) ** (infusions + 1) * responds
        planned = alone.clinic.planned_minutes(alone.policy.treatment.route)
        return cls(float(np.mean(starts)), float(np.mean(enters)), planned)

    def load(self, other: _Parts, tau: float, filling: BuildUp, weeks: list[float]) -> float:
        """Give the load in chairs with other parts, from what the build-up simulated with these."""
        more = other.enters / self.enters if self.enters else 1.0
        come = other.starts / self.starts if self.starts else 1.0
        courses = [
            replace(one, before=one.before * come, entering=one.entering * more)
            for one in filling.courses
        ]
        each = [closed_form(courses, filling.per_week, tau, week) for week in weeks]
        return filling.load(float(np.mean(each))) * other.minutes / self.minutes


def _infusions(scenario: Scenario) -> int:
    induction = scenario.policy.induction
    return int(getattr(induction, "infusions", getattr(induction, "maximum", 0)))


def _alone(scenario: Scenario) -> Scenario:
    """The induction and its evaluation as a trial without a clinic."""
    return scenario.override(
        {
            "referrals": {"kind": "cohort", "patients": _PEOPLE, "over_days": 0},
            "start": {"kind": "empty"},
            "run.days": 120,
            "run.warmup_days": 0,
            "policy.assessment": False,
            "policy.boosters": {"kind": "none"},
            "policy.relapse": {"kind": "none"},
            "policy.usual_care": "never",
            "clinic.booking": {"kind": "none"},
        }
    )


def _treated(alone: Scenario) -> tuple[Cohort, Any]:
    """Give a cohort, and who of it tolerates the induction and responds; all, if not known."""
    seed, judged = alone.run.seed, isinstance(alone.policy.evaluation, FormalEvaluation)
    by_rating = alone.behaviour.in_force().withdrawal_without_response != 1
    if not judged and not by_rating:
        cohort = recruited(alone, seed)
        return cohort, cohort.infusions_tolerated > _infusions(alone)
    try:
        trial = follow(alone, seed)
    except ScenarioError:  # an induction that stops at response, or the like
        return recruited(alone, seed), 1.0
    if not judged:
        return trial.patients, trial.tolerates
    baseline = trial.patients.baseline
    found = [s for s in trial.seen if s.kind == "evaluation"]
    return trial.patients, np.any([s.happened & is_response(s.rated, baseline) for s in found], 0)
