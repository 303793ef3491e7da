"""Relapse as the outcomes tally it (witness: its definition, one patient at a time)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.outcomes.reading import NOT_YET, tallied
from sim.scales import latent_relapse

NOONS = 12
COURSE = st.lists(st.sampled_from([0.1, 0.29, 0.3, 0.4, 0.5, 0.7]), min_size=NOONS, max_size=NOONS)


@settings(max_examples=60, deadline=None)
@given(st.lists(COURSE, min_size=1, max_size=5))
def test_the_table_of_relapses_is_the_definition_of_each_course(courses):
    relief = np.array(courses)
    known = np.ones(relief.shape, dtype=bool)
    days = tallied(relief, np.zeros(relief.shape), np.full(len(courses), 14.0), known, known)
    told = [latent_relapse(course) for course in courses]
    assert days.relapse.tolist() == [NOT_YET if day is None else day for day in told]
    assert days.relapsed.tolist() == [day is not None for day in told]
