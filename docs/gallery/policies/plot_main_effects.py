"""
What counts more
================

What moves the clinic more: its chairs, how many are referred, or how soon boosters begin? A study
with a design varies all of them at once; each panel shows what a factor changes on average over
the others, against its first level.
"""

import tempfile
from pathlib import Path

import sim

factors = ["clinic.chairs=2,3", "referrals.per_week=3,5", "policy.boosters.first_days=21,42"]
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "year.toml")
    file.write_text("[run]\ndays = 270\n", encoding="utf-8")
    study = sim.read_study(file, vary=factors)
results = sim.run(
    study.scenarios, replications=4, reference=study.reference, design=study.design, jobs=1
)
axes = sim.figures.main_effects(results)
