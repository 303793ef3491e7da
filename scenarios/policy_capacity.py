"""Cross booster policies with 2 to 8 chairs: which policy is best depends on the chairs."""

from pathlib import Path

import sim
from sim.analysis.crossed import crossed

SCENARIO = Path(__file__).with_name("base.toml")
FOLDER = Path("results", "policy_capacity_script")
STAFF = {"clinic.nurses": "unlimited", "clinic.prescribers": "unlimited"}  # only chairs are scarce
REPLICATIONS = 8


def main() -> None:
    """Run the study (some minutes) and leave its tables and figure under results/."""
    scenario = sim.read_scenario(SCENARIO).override(STAFF)
    study = crossed(scenario, replications=REPLICATIONS, jobs=2)
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
