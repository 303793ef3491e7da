"""
One measure against infusions
=============================

The same for any measure of the catalogue, here relapses: lower is better, and the line joins the
policies that none beats in both. Bars are 95 % intervals of each mean; policies share their
patients, so they differ more surely than the bars suggest.
"""

import sim

base = sim.Scenario().override({"run.days": 365})
policies = {
    "none": {"kind": "none"},
    "every 8 weeks": {"kind": "fixed", "every_days": 56},
    "every 4 weeks": {"kind": "fixed", "every_days": 28},
    "adaptive": {"kind": "adaptive", "first_days": 28},
}
scenarios = {name: base.override({"policy.boosters": own}) for name, own in policies.items()}
results = sim.run(scenarios, replications=6, reference="every 4 weeks", jobs=1)
ax = sim.figures.against_infusions(results, "relapses_per_responder_year")
