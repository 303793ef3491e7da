"""Exposure and dose response against hand calculation and their closed-form properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from sim.symptoms.parameters import Symptoms
from sim.symptoms.relief import exposure, impulse, personal_bioavailability, saturating

positive = st.floats(0.01, 20)


def test_half_a_milligram_per_kg_intravenously_is_exposure_one_in_the_typical_patient():
    assert exposure(0.5, 1.0, 79.0, 79.0) == 1.0


def test_exposure_is_proportional_to_dose_and_bioavailability_and_inverse_to_clearance():
    assert exposure(1.0, 0.93, 79.0, 79.0) == pytest.approx(1.86)
    assert exposure(0.5, 1.0, 2 * 79.0, 79.0) == pytest.approx(0.5)


@given(c50=positive)
def test_exposure_one_pushes_with_strength_one_whatever_c50(c50):
    assert saturating(1.0, c50) == pytest.approx(1.0)


@given(x=positive, more=positive, c50=positive)
def test_more_exposure_pushes_harder_but_never_beyond_one_plus_c50(x, more, c50):
    assert saturating(x, c50) < saturating(x + more, c50) < 1 + c50


@given(x=positive, c50=positive)
def test_twice_the_exposure_pushes_less_than_twice_as_hard(x, c50):
    assert saturating(2 * x, c50) < 2 * saturating(x, c50)


@given(low=st.floats(20, 200), factor=st.floats(1.01, 5), dose=positive)
def test_faster_clearance_means_a_weaker_push(low, factor, dose):
    fast, slow = (
        impulse(1.0, exposure(dose, 1.0, clearance, 79.0), 1.5) for clearance in (low * factor, low)
    )
    assert fast < slow


def test_arrays_give_what_single_numbers_give():
    doses, clearances = np.array([0.3, 0.5, 1.0]), np.array([60.0, 79.0, 120.0])
    many = impulse(np.array([0.5, 1.0, 2.0]), exposure(doses, 0.93, clearances, 79.0), 1.5)
    single = [
        impulse(s, exposure(dose, 0.93, clearance, 79.0), 1.5)
        for s, dose, clearance in zip((0.5, 1.0, 2.0), doses, clearances, strict=True)
    ]
    assert many.tolist() == single


def test_bioavailability_varies_between_persons_with_the_mean_and_cv_of_the_route():
    normals = ndtri((np.arange(20_000) + 0.5) / 20_000)
    shares = np.array([personal_bioavailability(0.2, 0.4, z) for z in normals])
    assert shares.mean() == pytest.approx(0.2, rel=1e-3)
    assert shares.std() / shares.mean() == pytest.approx(0.4, rel=1e-2)


@given(mean=st.floats(0.05, 1), cv=st.floats(0, 2), z=st.floats(-6, 6))
def test_bioavailability_is_a_share(mean, cv, z):
    assert 0 < personal_bioavailability(mean, cv, z) <= 1


def test_the_routes_are_ordered_as_their_bioavailability():
    routes = Symptoms().routes
    named = ["iv", "im", "intranasal", "sublingual", "oral"]
    shares = [getattr(routes, name).bioavailability for name in named]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1.0
