"""Drift and rating noise: an AR(1) whatever the order in which its days are asked for."""

import numpy as np
import pytest

from sim.people.behaviour import Behaviour
from sim.people.cohort import drawn
from sim.people.fluctuation import Fluctuation
from sim.people.population import Population
from sim.streams import Streams
from sim.symptoms.parameters import Symptoms

SYMPTOMS = Symptoms()
STREAMS = Streams(3, 2)
COHORT = drawn(Population(), SYMPTOMS, Behaviour(), STREAMS, np.arange(600))


def fluctuation():
    return Fluctuation(SYMPTOMS, COHORT, STREAMS)


def test_drift_is_stationary_with_the_asked_sd_and_correlation():
    drifts = np.concatenate(
        [fluctuation().drifts(slice(256 * chunk, 256 * chunk + 256), 400) for chunk in (0, 1)]
    )
    later = drifts[:, 60:]
    assert later.std() == pytest.approx(1.5, rel=0.03)
    assert np.corrcoef(later[:, :-14].ravel(), later[:, 14:].ravel())[0, 1] == pytest.approx(
        np.exp(-1), abs=0.03
    )


def test_any_day_may_be_asked_for_first():
    forwards, backwards = fluctuation(), fluctuation()
    days = [0, 3, 63, 64, 200]
    ahead = [(forwards.drift(300, day), forwards.noise(300, day)) for day in days]
    behind = [(backwards.drift(300, day), backwards.noise(300, day)) for day in reversed(days)]
    assert ahead == behind[::-1]


def test_the_table_of_drifts_is_the_scalar_one():
    table = fluctuation().drifts(slice(256, 276), 100)
    single = fluctuation()
    for patient, day in [(0, 0), (3, 64), (19, 99)]:
        assert table[patient, day] == single.drift(256 + patient, day)


def test_the_day_of_referral_is_the_one_enrolment_depended_on():
    fresh = fluctuation()
    assert fresh.drift(17, 0) == COHORT.first_drift[17]
    assert fresh.noise(17, 0) == COHORT.first_noise[17]


def test_rating_noise_has_its_sd_and_no_memory():
    fresh = fluctuation()
    noise = np.array(
        [[fresh.noise(patient, day) for day in range(1, 30)] for patient in range(300)]
    )
    assert noise.std() == pytest.approx(2.2, rel=0.03)
    assert abs(np.corrcoef(noise[:, :-1].ravel(), noise[:, 1:].ravel())[0, 1]) < 0.05
