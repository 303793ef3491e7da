"""Choices from tables written by hand: what is simulated elsewhere is looked up here."""

import numpy as np

from sim.experiment.executors import Finished
from sim.model.scenario import Scenario
from sim.study import value_table

DAYS = "days_in_response"


def scenarios(names):
    return dict.fromkeys(names, Scenario().override({"run.days": 30}))


def looked_up(monkeypatch, columns, cut_after=None):
    """Let `execute` give the values of these columns: by variant, a row (or value) a replication.

    After so many tasks in all the work is interrupted. Gives the tasks that were done.
    """
    done = []

    def execute(work, tasks, jobs):
        outcomes = {}
        for place, task in enumerate(tasks):
            if len(done) == cut_after:
                if not outcomes:
                    raise KeyboardInterrupt
                return Finished(outcomes, True)
            done.append((task.name, task.replication))
            row = np.atleast_1d(columns[task.name][task.replication - 1])
            outcomes[place] = tuple(float(value) for value in row)
        return Finished(outcomes)

    monkeypatch.setattr(value_table, "execute", execute)
    return done
