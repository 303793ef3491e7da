"""Compare clinics of 2 to 6 chairs with the same people: read -> run -> store -> draw. See chairs.toml."""

from pathlib import Path

import sim

HERE = Path(__file__).parent


def main() -> None:
    """Run the study and leave tables and figures under results/chairs_script."""
    study = sim.read_study(HERE / "chairs.toml")
    results = sim.run(study.scenarios, reference=study.reference, jobs=2)
    table = sim.compare(results)
    folder = results.write(HERE.parent / "results" / "chairs_script", table)
    sim.figures.draw_all(results, folder / "figures")
    print(results.summary().to_string(index=False))
    print(f"tables and figures are in {folder.name}")


if __name__ == "__main__":
    main()
