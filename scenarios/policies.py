"""All booster policies as curves, with plenty of chairs and with few, and an oracle as a bound."""

from pathlib import Path

import sim

HERE = Path(__file__).parent
REPLICATIONS = 8
DAYS = ("days_below_10", "days_in_response")


def main() -> None:
    """Run both studies (some minutes) and leave tables and figures under results/."""
    for name in ("policies", "policies_scarce"):
        study = sim.read_study(HERE / f"{name}.toml")
        scenarios = dict(study.scenarios)
        some = scenarios[study.reference]
        for of in DAYS:
            for worth in (2.0, 4.0, 6.0, 9.0):
                own = {"policy.boosters": sim.Oracle(worth, of)}
                scenarios[f"oracle_{of}_{worth:g}"] = some.override(own)
        about = {"reference": study.reference, "name": name}
        results = sim.run(scenarios, REPLICATIONS, jobs=2, phases=sim.foreseen, **about)
        folder = Path("results", f"{name}_script")
        sim.write_results(results, folder, sim.compare(results))
        table = sim.frontier(results)
        table.to_csv(folder / "frontier.csv", index=False)
        sim.figures.save(sim.figures.curves(results), folder / "figures" / "curves.png")
        print(table.round(1).to_string(index=False))
        print(f"tables and figures: {folder}")


if __name__ == "__main__":  # worker processes import this file too
    main()
