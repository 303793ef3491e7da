"""The booster study under both calibrations, with uncertain parameters, as one Markdown table."""

import argparse
from pathlib import Path

import sim

MEASURES = ("days_below_10", "days_in_response", "infusions_per_patient")


def main() -> None:
    """Run the study under each calibration and print the differences from its reference."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--draws", type=int, default=40)
    asked.add_argument("--replications", type=int, default=4)
    asked.add_argument("--days", type=int, default=730)
    asked.add_argument("--jobs", type=int, default=2)
    options = asked.parse_args()
    print("| calibration | policy | " + " | ".join(f"{m} (parameters)" for m in MEASURES) + " |")
    print("|---" * (2 + len(MEASURES)) + "|")
    for calibration in ("trial", "community"):
        changes = {"symptoms.calibration": calibration, "run.days": options.days}
        study = sim.read_study(Path(__file__).with_name("boosters.toml"), changes)
        counts = {"draws": options.draws, "replications": options.replications}
        found = sim.propagate(
            study.scenarios, **counts, reference=study.reference, jobs=options.jobs
        )
        table = found.comparison().set_index(["scenario", "measure"])
        for policy in table.index.unique("scenario"):
            rows = [table.loc[(policy, measure)] for measure in MEASURES]
            cells = [
                f"{r['mean']:+.1f} ± {r['half_width']:.1f} ({r['share_parameters']:.0%})"
                for r in rows
            ]
            print(f"| {calibration} | {policy} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":  # worker processes import this file too
    main()
