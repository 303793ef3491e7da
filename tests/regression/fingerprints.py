"""Fingerprints of whole runs: every byte of the record, and every measure, in twenty scenarios.

For a change that is to move nothing, and for the compiled build against the sources it is made of:

    python tests/regression/fingerprints.py before.json       writes them
    python tests/regression/fingerprints.py --as before.json  compares, and names what differs

The last bit of a logarithm differs between systems, so no file of them is kept.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

import sim
from sim.outcomes.by_week import clinic_by_week, mean_course
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

SEED, REPLICATION = 1, 2
UNLIMITED = {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")}
WALK_IN = {"clinic.booking": {"kind": "walk_in"}}
CASES = {
    "default": {},
    "unlimited": UNLIMITED,
    "trial, every 4 weeks": {
        "policy.boosters": {"kind": "fixed", "every_days": 28},
        "symptoms.calibration": "trial",
    },
    "as needed": {"policy.boosters": {"kind": "as_needed"}},
    "tapered": {"policy.boosters": {"kind": "taper"}},
    "stepping down": {"policy.boosters": {"kind": "weekly_step_down"}},
    "predictive": {"policy.boosters": {"kind": "predictive"}},
    "no boosters, a new series": {
        "policy.boosters": {"kind": "none"},
        "policy.relapse": {"kind": "series"},
    },
    "to response": {"policy.induction": {"kind": "to_response"}},
    "walk in": WALK_IN,
    "no booking": {"clinic.booking": {"kind": "none"}},
    "few places to wait": {**WALK_IN, "clinic.waiting_places": 1, "clinic.chairs": 1},
    "rota": {
        "clinic.rota": [
            {"staff": "nurses", "hours": "12:00-13:00", "fewer": 1},
            {
                "staff": "prescribers",
                "hours": "09:00-12:00",
                "number": 0,
                "weekdays": ["friday"],
            },
        ],
        "clinic.chairs_out": [
            {"chairs": 1, "first_day": "2026-03-02", "last_day": "2026-03-13"},
        ],
    },
    "fenced and overbooked": {
        "clinic.booking": {
            "kind": "slots",
            "overbook_per_day": 1,
            "ring_fenced": [{"kind": "induction", "places": 1, "release_days": 3}],
        }
    },
    "rated remotely, few patients at a time": {
        "clinic.chairs_per_nurse": 3,
        "clinic.chairs_per_nurse_infusing": 2,
        "policy.ratings": {"hours_after_infusion": [24, 72]},
        "clinic.maximum_caseload": 60,
    },
    "sublingual at home, usual care": {
        "policy.booster_treatment": {"route": "sublingual", "home": True},
        "policy.usual_care": "after_discharge",
    },
    "nasal": {"policy.treatment": {"route": "intranasal"}, "policy.usual_care": "from_referral"},
    "waiting list": {"clinic.chairs": 1, "clinic.booking.horizon_days": 21},
    "insured, tolerant, remitting": {
        "behaviour.setting": "public_service",
        "symptoms.tolerance": 0.05,
        "symptoms.own_course.remission_per_year": 0.2,
    },
    "near the steady state": {"start": {"kind": "steady_state"}},
}


def fingerprint(changes: dict[str, object], days: int = 365) -> str:
    """Digest the record of one run, its measures, and its columns by week."""
    scenario = sim.Scenario().override({"run.days": days, **changes})
    run = sim.replicate(scenario, SEED, REPLICATION)
    reading, digest = Reading(run), hashlib.sha256()
    for table in (
        run.visits,
        run.discharges,
        run.appointments,
        mean_course(reading),
        clinic_by_week(reading),
    ):
        for name, column in table.items():
            digest.update(f"{name} {column.dtype} ".encode())
            listed = column.dtype == object
            digest.update(repr(column.tolist()).encode() if listed else np.array(column).tobytes())
    digest.update(repr(measure(reading)).encode())
    return digest.hexdigest()[:20]


def fingerprints() -> dict[str, str]:
    """Digest every case."""
    return {name: fingerprint(changes) for name, changes in CASES.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fingerprints of whole runs.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--as", dest="compare", action="store_true", help="compare with the file")
    asked = parser.parse_args()
    found = fingerprints()
    if asked.compare:
        was = json.loads(asked.file.read_text(encoding="utf-8"))
        differ = [name for name in found if was[name] != found[name]]
        print(f"{len(found) - len(differ)} of {len(found)} the same; different: {differ}")
    else:
        asked.file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
