"""The named populations: what is known of each group of people, number by number, with sources.

`mixed_refractory` is complete; the others say where they differ from it. A number nobody has
published for a group is that of `mixed_refractory`, and is an assumption there (grade D). All
sources were read in abstracts or summaries.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from sim.config.value import Grade

PopulationName = Literal[
    "mixed_refractory", "severe_gad", "social_anxiety", "panic", "ptsd_and_pain", "mild_secondary"
]
AnxietyType = Literal["generalised", "social", "panic", "mixed", "secondary"]
ANXIETY_TYPES: tuple[AnxietyType, ...] = ("generalised", "social", "panic", "mixed", "secondary")


class Known(NamedTuple):
    """One number, with where it comes from and how well it is known."""

    value: float
    source: str
    grade: Grade


CLINIC = "IM clinic cohort n=452 (preprint rs-1331173)"
NONE_FOUND = "assumption (no source found)"
BANDS = "GAD-7 bands of Spitzer 2006"
HARP = "psychiatric patients with panic, social or generalised anxiety, 0.53-0.57 (PMID 18165458)"
OUTCALT = "222 veterans with chronic pain, Outcalt 2015 (HSR&D abstract 1157)"
BY_DEFINITION = "by definition of the population"
_NO_DIFFERENCE = "as mixed_refractory: no source found for a difference"

MIXED: dict[str, Known] = {
    "baseline_mean": Known(12.8, CLINIC, "B"),
    "baseline_sd": Known(5.7, CLINIC, "B"),
    "enrolled_from": Known(10, "the usual cut (Spitzer 2006)", "B"),
    "enrolled_to": Known(21, "the top of the scale: no limit", "A"),
    "age_mean": Known(42, "clinic cohorts", "C"),
    "age_sd": Known(13, "Perez-Ruixo 2021", "C"),
    "weight_median": Known(74, "Perez-Ruixo 2021", "C"),
    "weight_sigma": Known(0.22, NONE_FOUND, "D"),
    "clearance_median": Known(79, "Kamp 2020, 18 studies, 10.1097/ALN.0000000000003577", "A"),
    "clearance_cv": Known(0.25, "Perez-Ruixo 2021 (hepatic flow CV 23 %)", "C"),
    "ptsd_share": Known(0.28, CLINIC, "B"),
    "depression_share": Known(0.93, CLINIC, "B"),
    "chronic_pain_share": Known(0.20, NONE_FOUND, "D"),
    "benzodiazepine_share": Known(0.42, "Andrashko 2020, 19 of 47", "B"),
    "benzodiazepine_high_share": Known(0.5, "Feeney 2023, 44 of 99", "D"),
}
OF_ANYBODY = ("enrolled_to", "weight_median", "weight_sigma", "clearance_median", "clearance_cv")
"""What these sources say is said of adults, whatever their kind of anxiety."""

DIFFERENCES: dict[PopulationName, dict[str, Known]] = {
    "mixed_refractory": {},
    "severe_gad": {
        "baseline_mean": Known(14.4, "people with GAD in primary care, Spitzer 2006", "B"),
        "enrolled_from": Known(15, f"severe, {BANDS}", "B"),
        "benzodiazepine_share": Known(0.57, HARP, "B"),
    },
    "social_anxiety": {
        "baseline_mean": Known(12.8, "68 % are then at 10 or more; Kroenke 2007 found 72 %", "C"),
        "depression_share": Known(0.60, "lifetime, 449 outpatients, Brown 2001", "B"),
        "benzodiazepine_share": Known(0.57, HARP, "B"),
    },
    "panic": {
        "baseline_mean": Known(12.8, "68 % are then at 10 or more; Kroenke 2007 found 74 %", "C"),
        "depression_share": Known(0.56, "lifetime, cited by Bruce 2003", "B"),
        "benzodiazepine_share": Known(0.57, HARP, "B"),
    },
    "ptsd_and_pain": {
        "baseline_mean": Known(13.6, f"with PTSD, {OUTCALT}", "B"),
        "ptsd_share": Known(1.0, BY_DEFINITION, "A"),
        "chronic_pain_share": Known(1.0, BY_DEFINITION, "A"),
    },
    "mild_secondary": {
        "baseline_mean": Known(6.6, f"without PTSD, {OUTCALT}", "C"),
        "enrolled_from": Known(5, f"mild, {BANDS}", "B"),
        "enrolled_to": Known(9, f"mild, {BANDS}", "B"),
    },
}
POPULATIONS: tuple[PopulationName, ...] = tuple(DIFFERENCES)

SHARES_OF_TYPES: dict[PopulationName, tuple[float, ...]] = {
    "mixed_refractory": (0.45, 0.20, 0.15, 0.10, 0.10),
    "severe_gad": (1.0, 0.0, 0.0, 0.0, 0.0),
    "social_anxiety": (0.0, 1.0, 0.0, 0.0, 0.0),
    "panic": (0.0, 0.0, 1.0, 0.0, 0.0),
    "ptsd_and_pain": (0.45, 0.20, 0.15, 0.10, 0.10),
    "mild_secondary": (0.0, 0.0, 0.0, 0.0, 1.0),
}
"""In the order of ANXIETY_TYPES; those of mixed populations are assumptions (grade D)."""

IN_WORDS: dict[PopulationName, str] = {
    "mixed_refractory": "people with anxiety of any type that other treatments did not help",
    "severe_gad": "generalised anxiety, rated severe",
    "social_anxiety": "social anxiety",
    "panic": "panic disorder",
    "ptsd_and_pain": "anxiety with PTSD and chronic pain",
    "mild_secondary": "mild anxiety secondary to another condition",
}


class Traits(NamedTuple):
    """The numbers of one population that are in force, in their own units."""

    baseline_mean: float
    baseline_sd: float
    enrolled_from: float
    enrolled_to: float
    age_mean: float
    age_sd: float
    weight_median: float
    weight_sigma: float
    clearance_median: float
    clearance_cv: float
    ptsd_share: float
    depression_share: float
    chronic_pain_share: float
    benzodiazepine_share: float
    benzodiazepine_high_share: float
    types: tuple[float, ...]  # shares, in the order of ANXIETY_TYPES


def known(population: PopulationName, parameter: str) -> Known:
    """Give a population's number with its source; where there is none, say so (grade D)."""
    own = DIFFERENCES[population].get(parameter)
    if own is not None:
        return own
    common = MIXED[parameter]
    if population == "mixed_refractory" or parameter in OF_ANYBODY:
        return common
    return Known(common.value, _NO_DIFFERENCE, "D")


def traits(population: PopulationName) -> Traits:
    """Give all numbers of a named population."""
    numbers = {name: known(population, name).value for name in MIXED}
    return Traits(**numbers, types=SHARES_OF_TYPES[population])


def numbers_in_words(parameter: str) -> str:
    """Say a parameter's numbers in words: that of `mixed_refractory`, and who differs."""
    common = MIXED[parameter].value
    other = [
        f"{name} {own[parameter].value:g}"
        for name, own in DIFFERENCES.items()
        if parameter in own and own[parameter].value != common
    ]
    return ", ".join([f"{common:g}", *other])
