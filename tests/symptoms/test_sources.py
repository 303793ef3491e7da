"""Several sources of relief (witness: the definitions, and limits that must hold exactly)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.symptoms.relief import infusions, non_specific, of_drug, usual_care, with_usual_care

SHARE = st.floats(0, 1)
RELIEF = st.floats(0, 0.95)


@given(RELIEF, SHARE)
def test_at_the_reference_dose_the_total_is_the_calibrated_course(course, share):
    assert infusions(course, course, share) == pytest.approx(course, abs=1e-12)


@given(RELIEF, SHARE)
def test_a_placebo_has_the_non_specific_part_only(course, share):
    assert infusions(0.0, course, share) == pytest.approx((1 - share) * course, abs=1e-12)


@given(RELIEF, RELIEF, SHARE)
def test_the_sources_combine_as_independent_shares_of_what_is_left(course, reference, share):
    drug, other = of_drug(course, share), non_specific(reference, share)
    assert 0 <= drug <= course + 1e-12
    assert infusions(course, reference, share) == pytest.approx(1 - (1 - drug) * (1 - other))


@given(RELIEF)
def test_with_a_share_of_one_only_the_drug_counts(course):
    assert infusions(course, 0.5, 1.0) == pytest.approx(course)


def test_usual_care_takes_weeks():
    assert usual_care(0.5, 21, 0) == 0
    assert usual_care(0.5, 21, 7) < 0.15
    assert usual_care(0.5, 21, 84) > 0.48
    assert with_usual_care(0.4, 0.5) == pytest.approx(0.7)


def test_arrays_are_read_as_well():
    courses = np.array([0.0, 0.3, 0.6])
    np.testing.assert_allclose(infusions(courses, courses, 0.6), courses)
