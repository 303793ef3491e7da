"""Random clinics with every feature, each the same for its number.

    python tests/clinic/random_clinics.py --clinics 200     # make clinics

Each is simulated and its record read by `checker.py`, which shares no code with the clinic.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASELOAD = str(ROOT / "scenarios" / "demand" / "caseload.csv")
TRIES = 100


def when(dice, first=1, last=60):
    """Give the first and last day of a spell in the first two months."""
    day = dice.randrange(first, last)
    spell = (day, day + dice.choice([0, 1, 4, 13]))
    return {
        name: f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}"
        for name, day in zip(("first_day", "last_day"), spell, strict=True)
    }


def duration(dice, mean):
    return dice.choice(
        [
            mean,
            {"kind": "exponential", "mean": mean},
            {"kind": "uniform", "low": mean / 2, "high": 1.5 * mean},
            {"kind": "lognormal", "mean": mean, "cv": 0.6},
        ]
    )


def hours(dice):
    if dice.random() < 0.1:
        return "always"
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    written = ["09:00-17:00", ["08:00-12:00", "13:00-18:00"], ["09:30-13:00", "14:10-20:00"],
               "07:20-15:40", "10:00-14:00"]  # fmt: skip
    return {day: "closed" if dice.random() < 0.2 else dice.choice(written) for day in days}


def rota(dice):
    entry = {
        "staff": dice.choice(["nurses", "prescribers"]),
        "weekdays": dice.sample(["monday", "tuesday", "wednesday", "thursday"], 2),
        "hours": dice.choice(["12:00-13:00", "10:30-15:45", "15:00-24:00"]),
    }
    return entry | dice.choice([{"number": 1}, {"number": 2}, {"fewer": 1}])


def booking(dice):
    if dice.random() < 0.15:
        return {"kind": dice.choice(["walk_in", "none"])}
    kinds = dice.sample(["induction", "booster", "assessment", "evaluation"], dice.randrange(3))
    horizon = dice.choice([7, 21, 84, "unlimited"])
    priorities = ["induction_first", "most_severe_first", "longest_overdue_first"]
    return {
        "kind": "slots",
        "grid_minutes": dice.choice([5, 15, 20, 30]),
        "lead_days": dice.choice([0, 1, 2]),
        "horizon_days": horizon,
        "series": dice.choice(["together", "one_by_one"]),
        "priority": dice.choice(["first_come", *(priorities if horizon != "unlimited" else [])]),
        "ring_fenced": [
            {"kind": kind, "places": 1, "release_days": dice.choice([0, 2, 5, "never"])}
            for kind in kinds
        ],
        "overbook_per_day": dice.choice([0, 0, 1, 3]),
        "ends_in_time_share": dice.choice([0.5, 0.93]),
    }


def policy(dice):
    route = dice.choice(["iv", "iv", "im", "sc", "intranasal", "sublingual"])
    boosters = dice.choice(["none", "fixed", "adaptive", "as_needed", "taper", "weekly_step_down",
                            "predictive"])  # fmt: skip
    induction = dice.choice([
        {"kind": "fixed", "infusions": 3, "days": "thrice_weekly", "late_days": 5},
        {"kind": "fixed", "days": [0, 1, 5], "late_days": 6},
        {"kind": "to_response", "late_days": 6},
        {"kind": "fixed", "late_days": 6},
    ])  # fmt: skip
    later = {} if dice.random() < 0.7 else {"policy.booster_treatment": {
        "route": dice.choice(["im", "oral"]), "home": dice.random() < 0.3}}  # fmt: skip
    return later | {
        "policy.treatment": {"route": route},
        "policy.assessment": dice.random() < 0.8,
        "policy.induction": induction,
        "policy.boosters": {"kind": boosters},
        "policy.evaluation.kind": dice.choice(["formal", "none"]),
        "policy.relapse.kind": dice.choice(["none", "series"]),
        "policy.usual_care": dice.choice(["never", "after_discharge"]),
        "policy.ratings.hours_after_infusion": dice.choice([(), (24.0, 100.0)]),
    }


def start(dice):
    return dice.choice(
        [{"kind": "empty"}] * 3
        + [{"kind": "file", "file": CASELOAD}, {"kind": "steady_state", "history_days": 182}]
    )


def behaviour(dice):
    return {
        "behaviour.no_show_share": dice.choice([0.0, 0.1, 0.4]),
        "behaviour.late_cancellation_share": dice.choice([0.0, 0.3]),
        "behaviour.cancellation_notice_days": dice.choice([0.0, 1.0, 3.5]),
        "behaviour.rebooked_share": dice.choice([0.3, 0.8, 1.0]),
        "behaviour.lateness_minutes": dice.choice([0, {"kind": "exponential", "mean": 12}]),
        "behaviour.patience_days": dice.choice([10.0, 180.0]),
        "behaviour.stopping_days": dice.choice([60, 395]),
        "behaviour.withdrawal_share": dice.choice([0.0, 0.2]),
        "behaviour.setting": dice.choice(["usual", "self_pay_clinic", "public_service"]),
    }


def drawn(dice):
    """Draw the overrides of one clinic; not every draw is a clinic that could exist."""
    chairs = dice.choice([1, 2, 3, 5, "unlimited"])
    return {
        **policy(dice),
        **behaviour(dice),
        "run.days": dice.randrange(40, 120),
        "start": start(dice),
        "referrals": {"kind": "poisson", "per_week": dice.choice([2.0, 6.0, 15.0]),
                      "when": dice.choice(["weekdays", "clock"])},
        "clinic.chairs": chairs,
        "clinic.nurses": dice.choice([1, 2, 3, "unlimited", {"chairs_each": 1.5}])
        if chairs != "unlimited" else 2,
        "clinic.prescribers": dice.choice([1, 2, "unlimited"]),
        "clinic.chairs_per_nurse": dice.choice([2, 3]),
        "clinic.chairs_per_nurse_infusing": dice.choice([None, 1, 2]),
        "clinic.hours": hours(dice),
        "clinic.holidays": dice.choice([(), ("2026-01-08", "2026-02-16")]),
        "clinic.closures": [when(dice) for _ in range(dice.randrange(3))],
        "clinic.rota": [rota(dice) for _ in range(dice.randrange(3))],
        "clinic.chairs_out": [{"chairs": 1} | when(dice) for _ in range(dice.randrange(2))],
        "clinic.staff_away": [
            {"staff": dice.choice(["nurses", "prescribers"]), "number": 1} | when(dice)
            for _ in range(dice.randrange(3))
        ],
        "clinic.waiting_places": dice.choice(["unlimited", "unlimited", 2]),
        "clinic.maximum_caseload": dice.choice(["unlimited", "unlimited", 5, 20]),
        "clinic.booking": booking(dice),
        "clinic.adverse_events.episode_share": dice.choice([0.0, 0.443, 0.9]),
        "clinic.session.prepare_minutes": duration(dice, 15),
        "clinic.session.infuse_minutes": duration(dice, 40),
        "clinic.session.monitor_minutes": duration(dice, 35),
        "clinic.session.discharge_minutes": dice.choice([0, 10]),
        "clinic.session.turnover_minutes": duration(dice, 10),
        "clinic.assessment_minutes": duration(dice, 45),
    }  # fmt: skip


def clinic(seed, number):
    """Give the clinic of a number: the first of its draws that the program does not refuse."""
    from sim.config.errors import ScenarioError
    from sim.model.scenario import Scenario

    dice = random.Random(f"{seed}-{number}")
    for _ in range(TRIES):
        try:
            return Scenario().override(drawn(dice))
        except ScenarioError:
            continue
    raise AssertionError(f"clinic {number}: {TRIES} draws were all refused")


def main():
    """Check many clinics; status 1 if anything in any record could not have happened."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clinics", type=int, default=200)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from clinic.checker import counted, faults
    from sim.model.replication import replicate

    total, wrong = Counter(), 0
    for number in range(given.first, given.first + given.clinics):
        record = replicate(clinic(given.seed, number), number)
        total += counted(record)
        for fault in faults(record):
            wrong += 1
            print(f"clinic {number}: {fault}", flush=True)
    print(f"{given.clinics} clinics, {wrong} faults")
    for what, count in sorted(total.items()):
        print(f"{what:40} {count:9,}")
    sys.exit(int(wrong > 0))


if __name__ == "__main__":
    main()
