"""
A mix of two capacities
=======================

Which mix of chairs and nurses is the cheapest that does? Each cell is a mix: the share of
simulated years that met the target; the framed cell is the cheapest that meets it often enough.
"""

import sim

answer = sim.capacity(
    sim.Scenario(),
    {"clinic.chairs": range(1, 5), "clinic.nurses": range(1, 4)},
    ["p90(clinic_wait_first_infusion_days) <= 14"],
    when="first-year",
    days=120,
    replications=6,
    jobs=1,
)
ax = sim.figures.mix(answer)
