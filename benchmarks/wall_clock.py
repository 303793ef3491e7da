"""What somebody waits for: whole commands in fresh processes, on two processors, by the clock."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from images import ROOT, words

STUDY = """
base = "{base}"
[variants]
"""
POLICIES = (
    '{ kind = "none" }',
    '{ kind = "fixed", every_days = 56 }',
    '{ kind = "fixed", every_days = 42 }',
    '{ kind = "fixed", every_days = 28 }',
    '{ kind = "adaptive" }',
)
CHAIRS = (3, 5)
YEAR = 'run = { days = 365 }\nreferrals = { kind = "cohort", patients = 300, over_days = 365 }\n'


@dataclass(frozen=True)
class Wait:
    """A command with the seconds that it should take at most."""

    what: str
    command: str
    target: float


WAITS = {
    "study": Wait(
        "ten scenarios x 100 replications x 300 patients x one year",
        "ketasim compare study.toml --replications 100 --jobs 2 --out study --quiet",
        210.0,
    ),
    "question": Wait(
        "the capacity question of README",
        "ketasim capacity scenarios/base.toml --vary clinic.chairs=1:12 "
        '--target "p90(clinic_wait_first_infusion_days) <= 14"',
        25.0,
    ),
    "crossing": Wait(
        "five policies by seven numbers of chairs by three priorities (docs/policies.md)",
        "python scenarios/policy_capacity.py",
        600.0,
    ),
}


def study_files() -> dict[str, str]:
    """Give the files of the study: five booster policies, each in a clinic of two sizes."""
    base = f'extends = "{(ROOT / "scenarios" / "base.toml").as_posix()}"\n'
    variants = [
        f'[variants.policy_{place}_chairs_{chairs}]\n"policy.boosters" = {policy}\n'
        f'"clinic.chairs" = {chairs}\n'
        for place, policy in enumerate(POLICIES)
        for chairs in CHAIRS
    ]
    return {
        "year.toml": base + YEAR,
        "study.toml": STUDY.format(base="year.toml") + "".join(variants),
    }


def waited(name: str) -> dict[str, float]:
    """Run a command in a folder of its own and give the seconds until it is done."""
    with tempfile.TemporaryDirectory(prefix="ketasim-bench-") as folder:
        for file, text in study_files().items():
            Path(folder, file).write_text(text, encoding="utf-8")
        begun = perf_counter()
        subprocess.run(
            words(WAITS[name].command), cwd=folder, stdout=subprocess.DEVNULL, check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        return {"seconds": perf_counter() - begun, "target": WAITS[name].target}
