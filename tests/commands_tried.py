"""Commands small enough to be ended, filled up and repeated, and what does one task of each."""

from pathlib import Path

SCENARIOS = Path(__file__).parents[1] / "scenarios"
BASE, STUDY = str(SCENARIOS / "base.toml"), str(SCENARIOS / "chairs.toml")
SHORT = ["--set", "run.days=14", "--set", "behaviour.stopping_days=15", "--jobs", "1"]
TARGETS = str(Path(__file__).with_name("two_targets.csv"))
WAIT = ["--target", "p90(wait_first_infusion_days) <= 14", "--vary", "clinic.chairs=2:4"]
COMMANDS = {
    "run": ["run", BASE, *SHORT, "--replications", "4"],
    "compare": ["compare", STUDY, *SHORT, "--replications", "2"],
    "uncertain": ["run", BASE, *SHORT, "--uncertainty", "posterior", "--replications", "2",
                  "--draws", "4"],
    "capacity": ["capacity", BASE, *WAIT, "--days", "14", "--when", "first-year", "--jobs", "1",
                 "--replications", "4", "--set", "behaviour.stopping_days=15"],
    "dose-count": ["dose-count", BASE, "--people", "10", "--max-infusions", "2", "--jobs", "1",
                   "--replications", "4"],
    "validate": ["validate", str(SCENARIOS / "validation_examples.csv"), "--people", "20",
                 "--replications", "4", "--jobs", "1", "--calibration", "trial"],
    "calibrate": ["calibrate", "--set", "trial", "--people", "100", "--evaluations", "10",
                  "--steps", "20", "--samples", "20", "--jobs", "1", "--targets", TARGETS],
}  # fmt: skip
WORK = {  # what does one task
    "run": "sim.experiment.runner.simulate",
    "compare": "sim.experiment.runner.simulate",
    "uncertain": "sim.experiment.uncertainty.simulate",
    "capacity": "sim.planning.tries.measured",
    "dose-count": "sim.doses.dose_count.answered",
    "validate": "sim.evidence.model_validation.computed",
    "calibrate": "sim.evidence.posterior._block",
}
