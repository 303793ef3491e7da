"""
How many chairs
===============

How many chairs keep the wait short? A dot a simulated year, a square their mean; the dashed line
is the target. At the right stands how many of the years met it: the answer is the first number of
chairs at which enough do.
"""

import sim

answer = sim.capacity(
    sim.Scenario(),
    {"clinic.chairs": range(1, 6)},
    ["p90(clinic_wait_first_infusion_days) <= 14"],
    when="first-year",
    days=180,
    replications=10,
    jobs=1,
)
axes = sim.figures.capacity_answer(answer)
print(answer)
