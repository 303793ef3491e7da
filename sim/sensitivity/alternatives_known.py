"""The alternatives that are set beside a scenario: other assumptions of the model, people, clinic.

Each is a name, what it means in a line, and values by dotted path. Structural ones are switched in
the model as it is calibrated; it is not fitted anew, which is what `ketasim calibrate` is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from sim.people.named_populations import IN_WORDS
from sim.people.settings import SETTINGS_IN_WORDS
from sim.symptoms.calibrations import CALIBRATIONS
from sim.welfare.utilities import UtilityName


@dataclass(frozen=True)
class OtherAssumption:
    """Another assumption: its name, what it means, and the values that make it."""

    name: str
    meaning: str
    changes: Mapping[str, object]


_STRUCTURES = (
    OtherAssumption(
        "plasticity window", "fast relief doubles the slow gain of the next infusion at most",
        {"symptoms.plasticity": 1.0},
    ),
    OtherAssumption(
        "tolerance", "each earlier infusion weakens the next by a twentieth, half forgotten in "
        "four months", {"symptoms.tolerance": 0.05},
    ),
    OtherAssumption(
        "one state", "no fast state: all relief is slow", {"symptoms.a_fast": 0.0},
    ),
    OtherAssumption(
        "nobody's relief lasts", "no share of people whose slow relief fades over years only",
        {"symptoms.lasting_share": 0.0},
    ),
    OtherAssumption(
        "natural remission instead", "people remit by themselves in place of a lasting share",
        {"symptoms.lasting_share": 0.0, "symptoms.own_course.remission_per_year": 0.1},
    ),
    OtherAssumption(
        "no worsening", "no episodes of worsening under treatment",
        {"symptoms.own_course.worsening_per_year": 0.0},
    ),
    OtherAssumption(
        "drug share 0.6", "six tenths of everybody's improvement are the drug's own, as was "
        "assumed before it was fitted",
        {"symptoms.drug_share": 0.6, "symptoms.drug_share_sd": 0.0},
    ),
    OtherAssumption("no drift", "no drift from day to day", {"symptoms.drift_sd": 0.0}),
)  # fmt: skip
_UNLIMITED = OtherAssumption(
    "unlimited clinic", "chairs, nurses and prescribers without limit; hours and booking stay",
    {"clinic.chairs": "unlimited", "clinic.nurses": "unlimited", "clinic.prescribers": "unlimited"},
)  # fmt: skip
_DISCOUNTS = ("economics.discount_costs", "economics.discount_qalys")
_RATES = {"not discounted": 0.0, "discounted by 5 %": 0.05}
_UTILITY = "economics.utility"


def known_alternatives() -> list[OtherAssumption]:
    """List all alternatives."""
    named: dict[str, Mapping[Any, str]] = {
        "symptoms.calibration": {name: f"the {name} calibration" for name in CALIBRATIONS},
        "population.kind": IN_WORDS,
        "behaviour.setting": SETTINGS_IN_WORDS,
    }
    beginnings = {
        "symptoms.calibration": "calibration", "population.kind": "people",
        "behaviour.setting": "behaviour",
    }  # fmt: skip
    of_names = [
        OtherAssumption(f"{beginnings[path]}: {name.replace('_', ' ')}", words, {path: name})
        for path, names in named.items()
        for name, words in names.items()
    ]
    return [*of_names, *_STRUCTURES, _UNLIMITED, *_economic()]


def _economic() -> list[OtherAssumption]:
    """Give those of discounting and of utilities."""
    return [
        *(
            OtherAssumption(name, f"costs and QALYs {name}", dict.fromkeys(_DISCOUNTS, rate))
            for name, rate in _RATES.items()
        ),
        *(
            OtherAssumption(f"utilities: {name}", f"the mapping {name}", {_UTILITY: name})
            for name in get_args(UtilityName)
        ),
    ]
