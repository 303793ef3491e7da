"""The table `[symptoms]`: the calibration, the routes, and everything else of the relief."""

from __future__ import annotations

from operator import attrgetter
from typing import Literal

from sim.config.value import Grade, Value, parameter
from sim.symptoms.calibrations import CALIBRATIONS, PATHS, Calibration, CalibrationName, fitted
from sim.symptoms.other_sources import OwnCourse, UsualCare

_PLACES = {name: path.removeprefix("symptoms.") for name, path in PATHS.items()}

RouteName = Literal["iv", "im", "sc", "intranasal", "sublingual", "oral"]


def _share(value: float, source: str, grade: Grade) -> float:
    given: float = parameter(
        value, "share of the dose that reaches the circulation, mean", unit="share",
        source=source, grade=grade, gt=0, le=1,
    )  # fmt: skip
    return given


def _spread(value: float, source: str, grade: Grade) -> float:
    given: float = parameter(
        value, "its coefficient of variation between persons", source=source, grade=grade, ge=0,
        le=2,
    )  # fmt: skip
    return given


def _onset(value: float, source: str, grade: Grade) -> float:
    given: float = parameter(
        value, "time constant of the onset after the end of dosing", unit="hours", source=source,
        grade=grade, gt=0, le=240,
    )  # fmt: skip
    return given


class Route(Value):
    """How a route of administration brings the drug in; this one intravenously."""

    bioavailability: float = _share(1.0, "by definition", "A")
    bioavailability_cv: float = _spread(0.0, "by definition", "A")
    session_cv: float = parameter(
        0.0,
        "coefficient of variation of it between one person's sessions",
        source="assumption (no source separates it from that between persons)",
        grade="D",
        ge=0,
        le=2,
    )
    onset_hours: float = _onset(0.6, "Glue 2017", "B")


class Parenteral(Route):
    """Into a muscle or under the skin."""

    bioavailability: float = _share(0.93, "ASKP table (Chong 2009, Peltoniemi 2016)", "B")
    bioavailability_cv: float = _spread(0.0, "assumption", "D")


class Nasal(Route):
    """By a spray."""

    bioavailability: float = _share(
        0.40, "ASKP 0.40-0.50, measured 0.11-0.17 (Pharmacotherapy 2022 42:298)", "C"
    )
    bioavailability_cv: float = _spread(0.50, "assumed as sublingual", "D")
    onset_hours: float = _onset(0.6, "assumed as parenteral", "D")


class Sublingual(Route):
    """By a lozenge."""

    bioavailability: float = _share(0.30, "Chong 2006; Rolan 2014", "A")
    bioavailability_cv: float = _spread(0.50, "Chong 2006; Rolan 2014", "A")
    onset_hours: float = _onset(1.5, "assumption", "D")


class Oral(Route):
    """Swallowed."""

    bioavailability: float = _share(0.20, "Chong 2006; Al Shirawi 2017", "A")
    bioavailability_cv: float = _spread(0.40, "Chong 2006; Al Shirawi 2017", "A")
    onset_hours: float = _onset(30.0, "Glue 2020", "B")


class Routes(Value):
    """The six routes; a policy's dose names one of them."""

    iv: Route = parameter(Route(), "intravenous")
    im: Parenteral = parameter(Parenteral(), "intramuscular")
    sc: Parenteral = parameter(Parenteral(), "subcutaneous")
    intranasal: Nasal = parameter(Nasal(), "intranasal")
    sublingual: Sublingual = parameter(Sublingual(), "sublingual")
    oral: Oral = parameter(Oral(), "by mouth")


class Moderators(Value):
    """What multiplies the sensitivity of people with a condition or a medicine; 1 is no effect."""

    ptsd: float = parameter(
        0.85, "with PTSD", unit="multiplier", source="6 PTSD RCTs, 2024", grade="C", gt=0, le=2
    )
    chronic_pain: float = parameter(
        0.90, "with chronic pain", unit="multiplier", source="Dadabayev 2020", grade="C", gt=0, le=2
    )
    benzodiazepine_high: float = parameter(
        0.75,
        "on more than 8 mg diazepam-equivalent of a benzodiazepine a day",
        unit="multiplier",
        source="Andrashko 2020, against Feeney 2023 (may be transient)",
        grade="C",
        gt=0,
        le=2,
    )


class Symptoms(Value):
    """The table `[symptoms]`: how relief comes, holds and fades, and how it is rated."""

    calibration: CalibrationName = parameter(
        "community",
        "durability: `trial` (relapse in 3-4 weeks) or `community` (60 % well at 8 weeks)",
        source="the sources differ by a factor of 2-3; never averaged",
    )
    a_fast: float | None = fitted(
        "a_fast", "gain of the fast state an infusion of impulse 1", ge=0, le=10
    )
    a_slow: float | None = fitted(
        "a_slow", "gain of the slow state an infusion of impulse 1", ge=0, le=10
    )
    tau_fast_days: float | None = fitted(
        "tau_fast_days", "time constant of the fast state's decay", "days", gt=0, le=365
    )
    tau_slow_median_days: float | None = fitted(
        "tau_slow_median_days",
        "median time constant of the slow state's decay",
        "days",
        gt=0,
        le=3650,
    )
    sensitivity_sd: float | None = fitted(
        "sensitivity_sd", "spread between persons, sd of ln sensitivity (median 1)", ge=0, le=4
    )
    durability_sd: float | None = fitted(
        "durability_sd", "spread between persons, sd of ln tau_slow", ge=0, le=4
    )
    ceiling_mean: float | None = fitted(
        "ceiling_mean", "logit of the median ceiling of relief", ge=-10, le=10
    )
    ceiling_sd: float | None = fitted(
        "ceiling_sd", "spread between persons, sd of the logit", ge=0, le=10
    )
    plasticity: float = parameter(
        0.0,
        "plasticity window p: how much fast relief amplifies the slow gain of the next infusion",
        source="asserted by the source text; no trial shows it, so off",
        grade="D",
        ge=0,
        le=20,
    )
    tolerance: float = parameter(
        0.0,
        "tolerance k: how much earlier infusions weaken the next, whose push is divided by "
        "1 + k T, T the number of those not yet recovered from",
        unit="per earlier infusion",
        source="assumption, off: a named risk of repeated use; no trial measures it in anxiety",
        grade="D",
        ge=0,
        le=10,
    )
    tolerance_days: float = parameter(
        180.0, "time constant of the recovery from one", unit="days", source="assumption",
        grade="D", gt=0, le=36500,
    )  # fmt: skip
    c50: float = parameter(
        1.5,
        "exposure of half the maximal push, in multiples of 0.5 mg/kg IV",
        source="Fava 2018, Salloum 2019 (dose ordering)",
        grade="C",
        gt=0,
        le=100,
    )
    reference_clearance: float = parameter(
        79.0,
        "clearance of the typical patient, in whom 0.5 mg/kg IV is exposure 1",
        unit="L/h per 70 kg",
        source="Kamp 2020, 18 studies, 10.1097/ALN.0000000000003577",
        grade="A",
        gt=0,
        le=1000,
    )
    drift_sd: float = parameter(
        1.5,
        "daily drift of the true score around its course, stationary sd",
        unit="points",
        source="assumption (none found)",
        grade="D",
        ge=0,
        le=10,
    )
    drift_days: float = parameter(
        14.0,
        "correlation time of the drift: phi = exp(-1 / days)",
        unit="days",
        source="assumption (none found)",
        grade="D",
        gt=0,
        le=3650,
    )
    rating_sd: float = parameter(
        2.2,
        "noise of one rating",
        unit="points",
        source="Bischoff 2020 (reliable change index 6)",
        grade="B",
        ge=0,
        le=10,
    )
    drug_share: float | None = fitted(
        "drug_share",
        "median share of the open-label improvement that is the drug's own; the rest is the "
        "non-specific part of being treated, which any route, dose and placebo brings",
        "share",
        "C",
        ge=0,
        le=1,
    )
    drug_share_sd: float | None = fitted(
        "drug_share_sd",
        "spread of that share between persons, sd of its logit; some respond to a placebo",
        ge=0,
        le=10,
    )
    lasting_share: float | None = fitted(
        "lasting_share",
        "people whose slow relief fades over `lasting_days` instead",
        "share",
        ge=0,
        lt=1,
    )
    lasting_days: float = parameter(
        1500.0,
        "time constant of their slow state's decay",
        unit="days",
        source="assumption",
        grade="D",
        gt=0,
        le=36500,
    )
    own_course: OwnCourse = OwnCourse()
    moderators: Moderators = Moderators()
    usual_care: UsualCare = UsualCare()
    routes: Routes = Routes()

    def calibrated(self) -> Calibration:
        """Give the joint set in force: the named calibration, with what was given in its place."""
        return CALIBRATIONS[self.calibration]._replace(**self.given())

    def given(self) -> dict[str, float]:
        """Give what stands in place of the named calibration."""
        found = {name: attrgetter(path)(self) for name, path in _PLACES.items()}
        return {name: value for name, value in found.items() if value is not None}

    def route(self, name: str) -> Route:
        """Look a route up by name."""
        route: Route = getattr(self.routes, name)
        return route
