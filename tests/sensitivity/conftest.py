"""Answers from arrays written by hand: nothing is simulated."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model.scenario import Scenario
from sim.sensitivity.at_points import InputPoint, Question, Simulated, unchanged
from sim.sensitivity.inputs import Inputs, chosen_inputs

DAYS = "days_in_response"
PATHS = ["population.baseline_mean", "symptoms.c50", "behaviour.no_show_share"]


@pytest.fixture(scope="session")
def inputs():
    return chosen_inputs({"it": Scenario()}, PATHS)


@pytest.fixture
def found(inputs):
    """Give what makes points of values: a row a point, of which a value is a replication's."""

    def of(rows, names=("it",), parameters=3, measure=DAYS, about=None):
        raw = np.array(rows, dtype=float)
        raw = raw.reshape(len(rows), -1, len(names), 1)
        question = Question(
            dict.fromkeys(names, Scenario()), (measure,), Inputs(inputs.listed[:parameters]), 1,
            raw.shape[1], reference=names[1] if len(names) > 1 else None,
        )  # fmt: skip
        numbers = tuple(range(1, raw.shape[1] + 1))
        point = InputPoint({"parameter": "", "end": ""}, unchanged, numbers)
        points = tuple(
            replace(point, about=about[place] if about else point.about)
            for place in range(len(raw))
        )
        return Simulated(question, points, len(points), raw)

    return of
