"""The tables of a study under many sets of parameters: measures and budgets by draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.experiment.task import Task
from sim.outcomes.catalogue import CATALOGUE

OF_DRAWS = ("scenario", "draw", "replication", "measure", "value")
BUDGETS = ("scenario", "draw", "replication", "year", "days", "item", "amount")


def measures_by_draw(
    tasks: Sequence[Task], finished: Mapping[int, Any], replications: int
) -> pd.DataFrame:
    """Give every measure of every replication, in the order of the catalogue."""
    rows = [
        (task.name, draw_of(task, replications), task.replication, measure, value)
        for place, task in enumerate(tasks)
        for measure, value in finished[place].measures.items()
    ]
    order = {name: place for place, name in enumerate(CATALOGUE)}
    table = pd.DataFrame(rows, columns=list(OF_DRAWS))
    places = table["measure"].map(lambda measure: order.get(measure, len(order)))
    return table.iloc[np.argsort(places.to_numpy(), kind="stable")].reset_index(drop=True)


def budgets_by_draw(
    tasks: Sequence[Task], finished: Mapping[int, Any], replications: int
) -> pd.DataFrame:
    """Give the money of every replication by year and item, not discounted."""
    parts = [
        pd.DataFrame(finished[place].budget).assign(
            scenario=task.name, draw=draw_of(task, replications), replication=task.replication
        )
        for place, task in enumerate(tasks)
    ]
    return pd.concat(parts, ignore_index=True).reindex(columns=list(BUDGETS))


def draw_of(task: Task, replications: int) -> int:
    """Give the number of a task's draw, from 1."""
    return 1 + (task.replication - 1) // replications
