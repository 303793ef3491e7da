"""Cross booster policies with 2 to 8 chairs and booking priorities: the best depends on both."""

from pathlib import Path

import sim

SCENARIO = Path(__file__).with_name("busy_clinic.toml")
FOLDER = Path("results", "policy_capacity_script")
STAFF = {"clinic.nurses": "unlimited", "clinic.prescribers": "unlimited"}  # only chairs are scarce
POLICIES = {
    "none": {"policy.boosters": {"kind": "none"}},
    "every 8 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 56}},
    "every 4 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 28}},
    "adaptive": {"policy.boosters": {"kind": "adaptive"}},
    "every 2 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 14}},
}
PRIORITIES = {
    rule: {"clinic.booking.horizon_days": 14, "clinic.booking.priority": rule}
    for rule in ("first_come", "induction_first", "most_severe_first")
}
REPLICATIONS = 8


def main() -> None:
    """Run the study (some twenty minutes) and leave its tables and figure under results/."""
    scenario = sim.read_scenario(SCENARIO).override(STAFF)
    study = sim.crossed(scenario, POLICIES, levels=PRIORITIES, replications=REPLICATIONS, jobs=2)
    sim.write_results(study.results, FOLDER)
    study.table.to_csv(FOLDER / "policy_capacity.csv", index=False)
    drawn = sim.figures.policy_capacity(study.table)
    sim.figures.save(drawn, FOLDER / "figures" / "policy_capacity.png")
    for measure in dict.fromkeys(study.table["measure"]):
        print(f"best by {measure}")
        print(study.best(measure).round(2).to_string(index=False))
    print(f"tables and figure: {FOLDER}")


if __name__ == "__main__":  # worker processes import this file too
    main()
