"""Compare ways to book in a busy clinic: read -> run -> store -> draw. See booking.toml."""

from pathlib import Path

import sim

STUDY = Path(__file__).with_suffix(".toml")
FOLDER = Path("results", "booking_script")
MEASURES = (
    "clinic_wait_first_infusion_days",
    "induction_span_days",
    "booster_delay_days",
    "overtime_minutes_per_week",
    "days_in_response",
)


def main() -> None:
    """Run the study and leave its tables and the figure under results/ of the current folder."""
    study = sim.read_study(STUDY)
    results = sim.run(study.scenarios, reference=study.reference, jobs=2)
    table = sim.compare(results)
    sim.write_results(results, FOLDER, table)
    panels = sim.figures.side_by_side(results, MEASURES, heading=study.title)
    sim.figures.save(panels[0].figure, FOLDER / "figures" / "booking.png")
    print(table[table["measure"].isin(MEASURES)].to_string(index=False))
    print(f"tables and figure: {FOLDER}")


if __name__ == "__main__":  # worker processes import this file too
    main()
