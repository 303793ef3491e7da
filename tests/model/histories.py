"""What a record says of the time before a minute, read from its columns by a loop of its own.

    python tests/model/histories.py --scenarios 100     # pairs of scenarios with one history

A pair is a random clinic, and the same clinic with random changes from a random day on.
"""

import argparse
import random
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
NEVER = -1
DAY = 1440
SINCE = {  # the stage at which a column is filled in
    "rated_before": "arrived", "true_before": "arrived", "chair": "seated", "prescriber": "seated",
    "nurse": "prepare_start", "adverse": "prepared", "bioavailability": "left",
}  # fmt: skip
STAGES = ("arrived", "seated", "prepare_start", "prepared", "infusion_start", "infusion_end",
          "ready", "discharge_start", "left", "chair_free")  # fmt: skip


def rows_of(columns, keep):
    names = list(columns)
    listed = (columns[name].tolist() for name in names)
    rows = (dict(zip(names, row, strict=True)) for row in zip(*listed, strict=True))
    return [row for row in rows if keep(row)]


def history(run, minute):
    """Give all that happened before a minute: people, visits, appointments, discharges, scores.

    A visit or an appointment that was not over then is told as far as it had come. A visit is over
    once the patient has left, the next one is ordered, or treatment has ended.
    """
    referred = run.patients.referred < minute
    people = {name: column[referred].tolist() for name, column in run.patients.columns().items()}
    gone = rows_of(run.discharges, lambda row: row["minute"] < minute)
    made = rows_of(run.appointments, lambda row: row["made"] < minute)
    for row in made:
        if row["ended"] == NEVER or row["ended"] >= minute:
            row["ended"], row["end"] = NEVER, ""
    visits = rows_of(run.visits, lambda row: row["ordered"] < minute)
    ended = {row["patient"] for row in gone}
    newest = {}
    for row in visits:
        if row["kind"] != "rating" or row["left"] == NEVER or row["why"][:2] != "so":
            newest[row["patient"]] = max(newest.get(row["patient"], 0), row["visit"])
    for row in visits:
        left = NEVER < row["left"] < minute
        over = left or row["patient"] in ended or row["visit"] < newest.get(row["patient"], 0)
        came = NEVER < row["arrived"] < minute
        for name, stage in SINCE.items():
            if not NEVER < row[stage] < minute:
                row[name] = None
        for stage in STAGES:
            if row[stage] >= minute:
                row[stage] = NEVER
        if not (over or came):
            row["booked"] = row["status"] = None
        elif not over:
            row["status"] = row["status"] == "blocked"
    visits.sort(key=lambda row: (row["patient"], row["visit"]))
    noons = np.arange(run.scenario.opens + DAY // 2, minute, 7 * DAY)
    known = run.patients.referred[referred][:, None] <= noons
    who = np.broadcast_to(np.flatnonzero(referred)[:, None], known.shape)
    when = np.broadcast_to(noons, known.shape)
    relief = run.relief_at(who[known], when[known]).tolist()
    return {"people": people, "visits": visits, "appointments": made, "discharges": gone,
            "relief": relief}  # fmt: skip


def differences(one, other):
    """Name what differs between two histories, with the first place of each."""
    for name in one:
        if repr(one[name]) != repr(other[name]):
            a, b = one[name], other[name]
            if isinstance(a, dict):
                yield f"{name}: {[key for key in a if repr(a[key]) != repr(b[key])]}"
            else:
                pair = next(((x, y) for x, y in zip(a, b, strict=False) if repr(x) != repr(y)), 0)
                yield f"{name}: {len(a)} and {len(b)} rows, {pair}"


def altered(dice, clinic):
    """Draw what is otherwise from some day on; not every draw is one that can be made."""
    from clinic.random_clinics import hours, policy, rota, when

    later = policy(dice)
    other = {
        "clinic.chairs": dice.choice([1, 2, 3, 4, 8]),
        "clinic.nurses": dice.choice([1, 2, 4]),
        "clinic.prescribers": dice.choice([1, 2, 3]),
        "clinic.hours": hours(dice),
        "clinic.rota": [rota(dice) for _ in range(dice.randrange(3))],
        "clinic.staff_away": [{"staff": "nurses", "number": 1} | when(dice)],
        "clinic.closures": [when(dice)],
        "clinic.waiting_places": dice.choice([0, 2, "unlimited"]),
        "clinic.maximum_caseload": dice.choice(["unlimited", 5]),
        "clinic.booking.infusions_per_day": dice.choice([0, 1, 3]),
        "clinic.booking.horizon_days": dice.choice([7, 21, 84]),
        "clinic.booking.lead_days": dice.choice([0, 1, 2]),
        "clinic.booking.overbook_per_day": dice.choice([0, 2]),
        "clinic.session.infuse_minutes": dice.choice([20, 60]),
        "clinic.assessment_minutes": dice.choice([30, 75]),
        "clinic.prices.iv": 300,
        "policy.treatment.route": dice.choice(["im", "oral"]),
        "policy.induction": later["policy.induction"],
        "policy.evaluation.kind": later["policy.evaluation.kind"],
        "policy.relapse.kind": later["policy.relapse.kind"],
        "policy.boosters": later["policy.boosters"],
        "policy.ratings.hours_after_infusion": [12.0, 48.0],
        "referrals.per_week": dice.choice([0.0, 1.0, 20.0]),
        "referrals.growth_per_year": dice.choice([-0.5, 2.0]),
        "behaviour.no_show_share": dice.choice([0.0, 0.3]),
        "behaviour.late_cancellation_share": dice.choice([0.0, 0.4]),
        "behaviour.postponed_share": 0.4,
    }
    chosen = dice.sample(list(other), dice.choice([1, 1, 2, 4]))
    return {path: other[path] for path in chosen}


def pair(number, seed=1):
    """Give a random scenario, the same with changes, and the first day of a change."""
    from clinic.random_clinics import clinic
    from sim.config.errors import ScenarioError

    dice = random.Random(f"futures {seed}-{number}")
    days = dice.randrange(30, 61)
    base = clinic(seed, number).override({"run.days": days, "run.warmup_days": 0})
    for _ in range(200):
        day = dice.randrange(3, days - 2)
        changes = [{"day": day, **altered(dice, base)}]
        if dice.random() < 0.5:
            changes.append({"day": dice.randrange(day + 1, days), **altered(dice, base)})
        try:
            changed = base.override({"changes": changes})
        except ScenarioError:
            continue
        if changed.eras and changed.eras[0].day == day:
            return base, changed, day
    raise AssertionError(f"scenario {number}: no changes could be made")


def compared(number, seed=1):
    """Simulate a pair: what differs before the change, and whether anything does after it."""
    from sim.model.replication import replicate

    base, changed, _ = pair(number, seed)
    minute = changed.eras[0].minute
    one, other = replicate(base, number), replicate(changed, number)
    parted = [*differences(history(one, base.horizon), history(other, base.horizon))]
    return list(differences(history(one, minute), history(other, minute))), bool(parted), other


def main():
    """Compare many pairs; status 1 where a history differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scenarios", type=int, default=100)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    same = parting = 0
    for number in range(given.first, given.first + given.scenarios):
        found, parted, _ = compared(number, given.seed)
        same += not found
        parting += parted
        for difference in found:
            print(f"scenario {number}: {difference}", flush=True)
    print(f"one history in {same} of {given.scenarios}; {parting} part afterwards")
    sys.exit(int(same < given.scenarios))


if __name__ == "__main__":
    main()
