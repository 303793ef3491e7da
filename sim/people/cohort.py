"""A cohort: every referred person's traits as one table, settled before the first event."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Columns, Floats, Ints
from sim.config.errors import ScenarioError
from sim.people.baselines import baselines
from sim.people.behaviour import (
    Behaviour,
    days_in_maintenance,
    days_of_patience,
    infusions_tolerated,
    no_show_shares,
)
from sim.people.population import Population
from sim.people.tables.patients import Table, listed_patients, lots_of, ratings_of, reconciled
from sim.people.traits import (
    Lots,
    continuous,
    drawn_conditions,
    moderation,
    settled_traits,
    standard,
)
from sim.streams import Purpose, Streams
from sim.symptoms.parameters import Symptoms
from sim.symptoms.relief import Kinetics


@dataclass(frozen=True, eq=False)
class Cohort:
    """One row a person, in order of referral; every column has shape (patients,)."""

    referred: Ints  # minute
    label: NDArray[np.str_]  # the name in a table of one's own, else the number
    key: Ints  # by which the dice know the person, see sim.people.keys
    population: Ints  # index into POPULATIONS: the named population the person was drawn from
    age: Floats  # years
    weight: Floats  # kg
    anxiety_type: Ints  # index into AnxietyTypes.names()
    untreated: Floats  # S0, the true GAD-7 without treatment
    baseline: Ints  # rated GAD-7 at referral
    first_drift: Floats  # points, on the day of referral
    first_noise: Floats  # points, of the rating at referral
    clearance: Floats  # L/h per 70 kg
    sensitivity: Floats  # s, median 1
    responsiveness: Floats  # s m, with the moderators
    tau_slow: Floats  # days
    ceiling: Floats  # Emax, 0..1
    drug_share: Floats  # of the relief by infusions, the part that is the drug's own
    bioavailability_z: Floats  # standard normal, shared by the routes
    usual_care_ceiling: Floats  # Emax_ssri, 0..1
    ptsd: Bools
    chronic_pain: Bools
    depression: Bools
    benzodiazepine: Bools
    benzodiazepine_high: Bools
    preferred_time: Floats  # 0..1 of the opening hours
    infusions_tolerated: Ints  # withdraws after so many infusions of induction
    days_in_maintenance: Floats  # stops maintenance so many days after it began
    no_show_share: Floats  # of booked visits
    first_no_show_share: Floats  # of the assessment
    patience_days: Floats  # leaves the waiting list so long after referral

    def __len__(self) -> int:
        """Count the patients."""
        return len(self.referred)

    def columns(self) -> Columns:
        """Give the table as columns by name, in order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def drawn(
    population: Population,
    symptoms: Symptoms,
    behaviour: Behaviour,
    streams: Streams,
    referred: Ints,
    horizon: int | None = None,
) -> Cohort:
    """Settle who the people are that were referred at these minutes.

    A candidate is drawn from the whole scale and enrolled if the rated score is high enough: the
    n-th patient is the n-th enrolled candidate, whatever the number of patients. With a table of
    one's own, the n-th referral is that of row n, and a run with more referrals than rows refers
    no more people than there are rows. Where the table says when people are referred, that holds
    instead, for those referred before the horizon. All else is drawn by the person's label.
    """
    table = listed_patients(population)
    if table is not None:
        table.check(population)
        rows, minutes = _rows(table, referred, horizon)
        return of_rows(rows, population, symptoms, behaviour, streams, minutes)
    lots, columns = _enrolled(population, symptoms, streams, len(referred))
    columns |= _drawn(lots, symptoms, behaviour)
    columns |= _patience(lots, behaviour, columns)
    keys = np.arange(len(referred))
    return _cohort(referred, keys.astype(str), keys, columns, population, symptoms)


def of_rows(
    rows: Table,
    population: Population,
    symptoms: Symptoms,
    behaviour: Behaviour,
    streams: Streams,
    referred: Ints,
) -> Cohort:
    """Settle who the people of these rows are: what a table leaves out is drawn."""
    lots = lots_of(rows, population, streams.of(rows.keys))
    columns = reconciled(rows, rows.over(_drawn(lots, symptoms, behaviour)))
    columns |= ratings_of(rows, lots, symptoms)
    columns |= rows.over(_patience(lots, behaviour, columns))
    return _cohort(referred, rows.labels, rows.keys, columns, population, symptoms)


def _enrolled(
    population: Population, symptoms: Symptoms, streams: Streams, patients: int
) -> tuple[Lots, Columns]:
    """Draw candidates until enough are enrolled, and give the lots and baselines of those.

    By points each person is a candidate once: with a point that is not enrolled, baseline and type
    are those of somebody enrolled by independent dice. So each person alone is drawn as ever, which
    the n-th enrolled of a sequence would not be: its points know of each other.
    """
    if streams.sampling == "sobol":
        lots = Lots(population, streams, patients)
        refused = np.flatnonzero(~_is_enrolled(lots, baselines(lots, symptoms)))
        others, _ = _enrolled(population, symptoms, streams.independent(), len(refused))
        lots = lots.enrolled_as(refused, others)
        return lots, baselines(lots, symptoms)
    candidates = 2 * patients + 50
    while True:
        lots = Lots(population, streams, candidates)
        columns = baselines(lots, symptoms)
        enrolled = np.flatnonzero(_is_enrolled(lots, columns))
        if len(enrolled) >= patients:
            chosen = enrolled[:patients]
            return lots.of(chosen), {name: column[chosen] for name, column in columns.items()}
        candidates *= 2
        if candidates > 1000 * (patients + 50):
            raise ScenarioError(
                "population: fewer than one candidate in a thousand is rated from "
                "population.enrolled_from to population.enrolled_to; widen these or bring "
                "population.baseline_mean closer to them"
            )


def _is_enrolled(lots: Lots, columns: Columns) -> Bools:
    rated = columns["baseline"]
    enrolled: Bools = (rated >= lots.law("enrolled_from")) & (rated <= lots.law("enrolled_to"))
    return enrolled


def _drawn(lots: Lots, symptoms: Symptoms, behaviour: Behaviour) -> Columns:
    """Draw everything about these people but their baselines, and what depends on those."""
    missing = lots.uniform(Purpose.NO_SHOW_SHARE)
    return {
        "population": lots.population,
        "anxiety_type": lots.anxiety_type,
        **continuous(lots, symptoms),
        **drawn_conditions(lots),
        "preferred_time": lots.uniform(Purpose.PREFERRED_TIME),
        "infusions_tolerated": infusions_tolerated(behaviour, lots.uniform(Purpose.WITHDRAWAL)),
        "days_in_maintenance": days_in_maintenance(behaviour, lots.uniform(Purpose.STOPPING)),
        "no_show_share": no_show_shares(behaviour, behaviour.no_show_share, missing),
        "first_no_show_share": no_show_shares(behaviour, behaviour.first_no_show_share, missing),
    }


def _patience(lots: Lots, behaviour: Behaviour, columns: dict[str, Any]) -> dict[str, Floats]:
    uniform = lots.uniform(Purpose.PATIENCE)
    return {"patience_days": days_of_patience(behaviour, uniform, columns["baseline"])}


def _rows(table: Table, referred: Ints, horizon: int | None) -> tuple[Table, Ints]:
    """Give the rows of those who are referred, in order of referral, and when they are."""
    own = table.values("referred")
    if own is None:
        patients = min(table.rows, len(referred))
        return table.of(np.arange(patients)), referred[:patients]
    order = np.lexsort((table.keys, own))
    order = order if horizon is None else order[own[order] < horizon]
    return table.of(order), own[order]


def _cohort(
    referred: Ints,
    labels: NDArray[np.str_],
    keys: Ints,
    columns: Columns,
    population: Population,
    symptoms: Symptoms,
) -> Cohort:
    effect = np.array(population.by_type.effects("sensitivity"))[columns["anxiety_type"]]
    return Cohort(
        referred=referred,
        label=labels,
        key=keys,
        responsiveness=columns["sensitivity"] * (moderation(symptoms, columns) * effect),
        **columns,
    )


def chosen(cohort: Cohort, rows: Ints | Bools) -> Cohort:
    """Give some of the people of a cohort, in this order."""
    return Cohort(**{name: column[rows] for name, column in cohort.columns().items()})


def joined(there: Cohort, later: Cohort) -> Cohort:
    """Give those already there, and after them those still to come."""
    columns = later.columns()
    return Cohort(
        **{
            name: np.concatenate([column, columns[name]])
            for name, column in there.columns().items()
        }
    )


def numbered(cohort: Cohort) -> Cohort:
    """Label people by their place in the cohort."""
    return replace(cohort, label=np.arange(len(cohort)).astype(str))


class Refitted:
    """The people of a population under any calibration: drawn once, scaled as often as asked.

    A calibration changes nobody's enrolment, and of the traits only sensitivity, durability,
    ceiling and the drug's own share: the same cohort as `drawn` gives, for a fraction of its time.
    """

    def __init__(
        self,
        population: Population,
        symptoms: Symptoms,
        behaviour: Behaviour,
        streams: Streams,
        patients: int,
    ) -> None:
        referred = np.zeros(patients, dtype=np.int64)
        self.drawn = drawn(population, symptoms, behaviour, streams, referred)
        lots, _ = _enrolled(population, symptoms, streams, patients)
        self._scores, self._durability = standard(lots)
        self._moderation = self.drawn.responsiveness / self.drawn.sensitivity

    def under(self, symptoms: Symptoms) -> Cohort:
        """Give the cohort under other parameters of a fit."""
        traits: dict[str, Any] = settled_traits(symptoms, self._scores, self._durability)
        push = traits["sensitivity"] * self._moderation
        return replace(self.drawn, responsiveness=push, **traits)


def kinetics_of(cohort: Cohort, symptoms: Symptoms) -> Kinetics:
    """Give what shapes the relief of a cohort, with arrays over patients where they differ."""
    fit = symptoms.calibrated()
    return Kinetics(
        fit.a_fast,
        fit.a_slow,
        fit.tau_fast_days,
        cohort.tau_slow,
        cohort.ceiling,
        symptoms.plasticity,
        symptoms.tolerance,
        symptoms.tolerance_days,
    )
