"""What a scenario assumes, in words: for readers who will not read TOML."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from sim.clinic.booking_rules import NoBooking, Slots, WalkIn
from sim.clinic.clinic_table import ClinicTable
from sim.clinic.hours import WEEKDAYS, said
from sim.clinic.staff import counted
from sim.config.listing import Entry, as_toml, entries
from sim.config.words import TEXT_WIDTH, literal
from sim.model.register import CHOICE, uncertainty_of
from sim.model.scenario import AUTO, Scenario
from sim.policy.own import rule_in_words
from sim.policy.regimen import USUAL_DOSES, Regimen, Treatment
from sim.report.cautions import cautions_of
from sim.report.changes_told import changes_in_words
from sim.report.dates import calendar_in_words, in_words
from sim.report.people import people
from sim.symptoms.parameters import Symptoms

NOT_ADVICE = "A research and planning tool, not medical advice."
CAUTIONS = (
    "Direct trials in anxiety are tiny (n = 12, 12, 18, and 20 responders on maintenance); "
    "response and relapse are borrowed from depression and PTSD, repeated-dose GAD-7 data from "
    "uncontrolled clinics. Figures were read at abstract level.",
    "Much of the open-label benefit is not specific to the drug: the calibration is to the "
    "open-label total.",
    "Sources on durability contradict each other by a factor of 2-3: run both calibrations.",
    "Drug levels explain little of who needs four infusions and who seven; and without a "
    "disease-modifying state, booster intervals lengthen because the policy learns the patient, "
    "not because the disease changes.",
    NOT_ADVICE,
)

EVEN = (
    "People's traits are the points of a scrambled Sobol sequence, another in each replication: "
    "means and their intervals hold, but replications differ less than years do."
)

BASE_HEADER = """\
# The base scenario: every parameter with its default, meaning, unit, source and grade (A trial,
# B one study, C weak or indirect, D assumption). Made by `ketasim schema --toml`; a test keeps it
# equal to the defaults. Begin your own with  extends = "base.toml"  and change what differs.

"""


def describe(scenario: Scenario) -> str:
    """Say what the scenario assumes: a paragraph a part, every parameter, and the cautions."""
    lines = [f"{title}\n{fill(text, TEXT_WIDTH)}\n" for title, text in parts_in_words(scenario)]
    lines.append("Cautions")
    cautions = (*cautions_of(scenario), *CAUTIONS)
    lines += [
        fill(text, TEXT_WIDTH, initial_indent="- ", subsequent_indent="  ") for text in cautions
    ]
    lines.append("\nEvery parameter (grade A trial, B one study, C weak, D assumption)")
    lines += [_line(entry) for entry in entries(scenario)]
    return "\n".join(lines)


def parts_in_words(scenario: Scenario) -> list[tuple[str, str]]:
    """Give title and text of each part of what the scenario assumes."""
    return [
        ("Run", _run(scenario)),
        ("People", people(scenario)),
        ("Symptoms", _symptoms(scenario)),
        ("Policy", _policy(scenario)),
        ("Clinic", _clinic(scenario)),
        ("Economics", _economics(scenario)),
        *([("Changes", " ".join(changes_in_words(scenario)))] if scenario.eras else []),
    ]


def _economics(scenario: Scenario) -> str:
    economics = scenario.economics
    rates = [f"{rate * 100:g} %" for rate in (economics.discount_costs, economics.discount_qalys)]
    off = f"{rates[0]} a year, QALYs by {rates[1]}"
    if len(set(rates)) == 1:
        off = f"{rates[0]} a year, QALYs likewise"
    return (
        f"Costs are in {economics.currency} of about {economics.price_year}, discounted by {off}; "
        f"utilities follow GAD-7 by the mapping {economics.utility}. Net benefit is from the "
        f"{economics.perspective} perspective, at {economics.currency} "
        f"{economics.willingness_to_pay:,.0f} a QALY."
    )


def base_file() -> str:
    """Write the base scenario: a TOML file with every parameter, its meaning, unit and source."""
    return BASE_HEADER + as_toml(Scenario())


def _line(entry: Entry) -> str:
    value = "as its default says" if entry.value is None else as_written(entry.value)
    source = f" [{entry.grade or CHOICE}: {entry.source}]" if entry.source else ""
    unit = f" {entry.unit}" if entry.unit else ""
    uncertain = uncertainty_of(entry.path)
    uncertainty = f" [uncertainty: {uncertain}]" if uncertain else ""
    text = f"{entry.path} = {value}{unit}: {entry.description}{source}{uncertainty}"
    return fill(text, TEXT_WIDTH, subsequent_indent="    ", break_long_words=False)


def as_written(value: object) -> str:
    """Write a value as a scenario file does, but for the quotes of a single word."""
    return value if isinstance(value, str) else literal(value)


def _run(scenario: Scenario) -> str:
    run = scenario.run
    warm = f" The first {run.warmup_days} days are not counted." if run.warmup_days else ""
    if run.warmup_days == AUTO:
        warm = " The days at the start that are not counted are found before the run (MSER-5)."
    even = f" {EVEN}" if run.sampling == "sobol" else ""
    return (
        f"{run.replications} replications of {run.days} days from {run.start_date:%A} "
        f"{in_words(run.start_date)}, "
        f"seed {run.seed}.{warm}{even} At the horizon the run stops: visits under way are recorded "
        "as in progress, patients still in treatment stay so, and those who still wait count as "
        "waiting."
    )


def _symptoms(scenario: Scenario) -> str:
    symptoms, fit = scenario.symptoms, scenario.symptoms.calibrated()
    window = (
        f"Clustered infusions amplify one another (plasticity window {symptoms.plasticity:g}). "
        if symptoms.plasticity
        else "Clustered infusions do not amplify one another (plasticity window off). "
    )
    told = (
        f"Durability as in the {symptoms.calibration} calibration: a fast effect that fades with a "
        f"time constant of {fit.tau_fast_days:.3g} days, and a slow one with a median of "
        f"{fit.tau_slow_median_days:.3g} days that differs between people (sd of its logarithm "
        f"{fit.durability_sd:.3g}). Sensitivity differs likewise (sd {fit.sensitivity_sd:.3g}). "
        f"{window}Scores drift by {symptoms.drift_sd:g} points around their course over about "
        f"{symptoms.drift_days:g} days, and a rating errs by {symptoms.rating_sd:g} points."
    )
    return " ".join([told, *_after_treatment(symptoms)])


def _after_treatment(symptoms: Symptoms) -> Iterator[str]:
    """Say what wears off or lasts, comes by itself, or responds to a placebo, where it is on."""
    own, fit = symptoms.own_course, symptoms.calibrated()
    if symptoms.tolerance:
        yield (
            f"Tolerance: the drug's push is divided by 1 + {symptoms.tolerance:g} x the number of "
            "earlier infusions, each of which counts less as it is recovered from (time constant "
            f"{symptoms.tolerance_days:g} days); the part that a placebo brings as well knows none."
        )
    if fit.lasting_share:
        yield (
            f"In {fit.lasting_share:.0%} of people the slow effect fades over "
            f"{symptoms.lasting_days:g} days instead."
        )
    if fit.worsening_per_year:
        yield (
            f"Episodes of worsening, {fit.worsening_per_year:.3g} a year of {own.worsening_days:g} "
            f"days on average, take {own.worsening_depth:.0%} of the relief, under treatment too."
        )
    if own.remission_per_year:
        yield (
            f"Natural remissions, {own.remission_per_year:g} a year of {own.remission_days:g} "
            f"days on average, take {own.remission_depth:.0%} of the score, treated or not."
        )
    if fit.drug_share_sd:
        yield (
            f"The drug's own share of the improvement differs between people (median "
            f"{fit.drug_share:.3g}, sd of its logit {fit.drug_share_sd:.3g}), so some "
            "respond to a placebo."
        )


def _policy(scenario: Scenario) -> str:
    policy = scenario.policy
    return " ".join(
        [
            "A prescriber sees everybody first." if policy.assessment else "No assessment.",
            _dose(policy.treatment),
            *map(rule_in_words, (policy.induction, policy.evaluation, policy.boosters)),
            *_more(policy),
            *_ratings(scenario),
        ]
    )


def _dose(treatment: Treatment) -> str:
    if treatment.placebo:
        return f"Every infusion is a placebo, route {treatment.route}."
    dose, unit = USUAL_DOSES[treatment.route]
    if treatment.dose_mg_kg is not None:
        dose, unit = treatment.dose_mg_kg, "mg/kg"
    elif treatment.dose_mg is not None:
        dose, unit = treatment.dose_mg, "mg"
    where = ", at home" if treatment.home else ""
    return f"Every infusion is {dose:g} {unit}, route {treatment.route}{where}."


def _more(policy: Regimen) -> Iterator[str]:
    if policy.booster_treatment:
        yield "Boosters: " + _dose(policy.booster_treatment)
    if said := rule_in_words(policy.relapse):
        yield said
    if policy.usual_care != "never":
        yield f"An SSRI or SNRI is begun {policy.usual_care.replace('_', ' ')}."


def _ratings(scenario: Scenario) -> Iterator[str]:
    if hours := scenario.policy.ratings.hours_after_infusion:
        yield f"Rated remotely {', '.join(f'{hour:g}' for hour in hours)} hours after an infusion."


def _rules(booking: Slots) -> str:
    """Say how far ahead people are booked, who comes first, and what is kept for whom."""
    horizon = booking.horizon_days
    said = []
    if horizon == "unlimited":
        said.append("The book is open without limit, first come, first served.")
    else:
        said.append(
            f"The book is open {horizon} days ahead; who finds nothing free waits on a list, "
            f"{booking.priority.replace('_', ' ')}."
        )
    for fence in booking.ring_fenced:
        until = fence.release_days
        released = "" if until == "never" else f" until {until} days ahead"
        said.append(f"{fence.places} place(s) are kept for each {fence.kind}{released}.")
    if booking.overbook_per_day:
        said.append(f"Up to {booking.overbook_per_day} session(s) a day are overbooked.")
    return " ".join(said)


def _clinic(scenario: Scenario) -> str:
    clinic = scenario.clinic
    if isinstance(clinic.booking, NoBooking):
        booking = "No clinic in the way: an infusion starts the minute it is due."
    elif isinstance(clinic.booking, WalkIn):
        booking = "No appointments: people come when due and queue, first come first served."
    else:
        assert isinstance(clinic.booking, Slots)
        booking = (
            f"Appointments on a grid of {clinic.booking.grid_minutes} minutes, planned with a mean "
            f"session of {clinic.planned_minutes('iv'):.0f} minutes, a series booked "
            f"{clinic.booking.series.replace('_', ' ')}. {_rules(clinic.booking)}"
        )
    if isinstance(clinic.hours, str):
        hours = "Open day and night."
    else:
        week = (f"{day.capitalize()} {said(getattr(clinic.hours, day))}" for day in WEEKDAYS)
        hours = f"Open {', '.join(week)}."
    infusing = clinic.chairs_per_nurse_infusing
    while_infusing = f" ({infusing} until the infusion ends)" if infusing is not None else ""
    return (
        f"{counted('chairs', clinic.chairs, clinic.chairs)}, "
        f"{counted('nurses', clinic.nurses, clinic.chairs)}, "
        f"{counted('prescribers', clinic.prescribers, clinic.chairs)}. A nurse has up to "
        f"{clinic.chairs_per_nurse} patients at a time{while_infusing}, of whom she prepares or "
        f"discharges at most one. {hours} {booking} Work that runs past closing is overtime. "
        + " ".join(_exceptions(clinic))
    )


def _exceptions(clinic: ClinicTable) -> Iterator[str]:
    """Adverse events, and what is not the same every week."""
    events = clinic.adverse_events
    if events.episode_share and events.extra_minutes:
        yield (
            f"High blood pressure lengthens monitoring by {events.extra_minutes} minutes, in "
            f"{events.episode_share:.1%} of patients over six infusions, less often later "
            f"({events.lasting_risk():.1%} of infusions from the sixth on)."
        )
    yield from calendar_in_words(clinic)
