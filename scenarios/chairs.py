"""Compare clinics of 2 to 6 chairs: read -> run -> store -> draw. See chairs.toml."""

from pathlib import Path

import sim

STUDY = Path(__file__).with_suffix(".toml")
FOLDER = Path("results", "chairs_script")


def main() -> None:
    """Run the study and leave its tables and figures under results/ of the current folder."""
    study = sim.read_study(STUDY)
    results = sim.run(study.scenarios, reference=study.reference, jobs=2)
    table = sim.compare(results)
    sim.write_results(results, FOLDER, table)
    sim.figures.draw_all(results, FOLDER / "figures")
    print(results.summary().to_string(index=False))
    print(f"tables and figures: {FOLDER}")


if __name__ == "__main__":  # worker processes import this file too
    main()
