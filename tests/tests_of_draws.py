"""Draws made up for tests: measures as a study leaves them, without a simulation."""

import numpy as np
import pandas as pd

import sim
from sim.experiment.provenance import described
from sim.experiment.uncertainty import Uncertain
from sim.outcomes.cost_measures import ITEMS_OF

PATH, IDLE = "clinic.prices.iv", "behaviour.no_show_share"


def drawn(costs, qalys, parameters=None, budget=True, names=None, scenarios=None):
    """Costs and QALYs of shape (draws, replications, scenarios) as a study under drawn parameters.

    All of the cost is the payer's sessions; other items are 0, and so is lost work.
    """
    draws, each, many = np.shape(costs)
    names = list(names or "abcdefgh"[:many])
    rows, money = [], []
    for d, r, k in np.ndindex(draws, each, many):
        cost, key = float(costs[d][r][k]), (names[k], d + 1, d * each + r + 1)
        for view, items in ITEMS_OF.items():
            own = {item: cost * (item == "sessions") for item in items}
            rows += [(*key, f"{item}_cost_per_patient", own[item]) for item in items]
            rows.append((*key, f"{view}_cost_per_patient", sum(own.values())))
        rows.append((*key, "qalys_per_patient", float(qalys[d][r][k])))
        for year, days in ((1, 365), (2, 100)):
            money += [
                (*key, year, days, "sessions", 100 * cost),
                (*key, year, days, "patients", 50),
            ]
    metrics = pd.DataFrame(rows, columns=["scenario", "draw", "replication", "measure", "value"])
    values = {PATH: np.arange(draws, dtype=float), IDLE: np.zeros(draws)} | (parameters or {})
    table = [(name, d + 1, path, x) for name in names for path, own in values.items()
             for d, x in enumerate(own)]  # fmt: skip
    own = scenarios or dict.fromkeys(names, sim.Scenario())
    columns = ["scenario", "draw", "replication", "year", "days", "item", "amount"]
    return Uncertain(
        metrics.drop_duplicates(["scenario", "draw", "replication", "measure"]),
        pd.DataFrame(table, columns=["scenario", "draw", "path", "value"]),
        draws, each, names[0] if many > 1 else None,
        {"kind": "economics", "scenarios": described(own), "seed": 1, "name": "made",
         "draws": draws, "replications": each},
        pd.DataFrame(money if budget else [], columns=columns),
    )  # fmt: skip


def noisy(draws=40, each=2, seed=1, apart=(0, 300, 900), gained=(0, 0.004, 0.006), chance=0.002):
    """Three scenarios whose gain rests on one parameter, with chance in every replication."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=draws)
    many = len(apart)
    costs = 2000 + np.array(apart) + rng.normal(0, 10, (draws, each, many))
    qalys = 0.7 + np.array(gained) * (1 + 0.6 * x[:, None, None])
    return costs, qalys + rng.normal(0, chance, (draws, each, many)), {PATH: x}
