"""Witnesses: tables worked by hand, scipy.stats.ecdf, and the plain mean without censoring."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.stats.survival import Times, curve, quantile, restricted_mean, share_without

# Freireich's leukaemia trial (1963), 6-mercaptopurine arm, weeks in remission: the textbook case.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
SEEN = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_the_leukaemia_trial_has_its_textbook_curve():
    times, survival = curve(Times(WEEKS, SEEN))
    assert times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert survival == pytest.approx(published, abs=5e-4)
    assert quantile(Times(WEEKS, SEEN), 0.5) == 23  # the published median
    assert quantile(Times(WEEKS, SEEN), 0.6) == inf


def test_a_person_censored_at_an_event_time_is_still_at_risk_there():
    # by hand: at 2 three are at risk and one event, so 2/3; at 5 one at risk and one event
    times, survival = curve(Times([2, 2, 5], [True, False, True]))
    assert times.tolist() == [2, 5]
    assert survival == pytest.approx([2 / 3, 0])


def test_a_median_that_is_met_exactly_counts_despite_rounding():
    # 10 people, 1 event a day: S = 0.9 * 8/9 * 7/8 * 6/7 * 5/6, which rounds to above a half
    days = np.arange(1, 11)
    assert quantile(Times(days, np.ones(10)), 0.5) == 5


def test_without_events_nothing_is_reached():
    times, survival = curve(Times([3, 4], [False, False]))
    assert times.size == survival.size == 0
    assert quantile(Times([3, 4], [False, False]), 0.1) == inf
    assert restricted_mean(Times([3, 4], [False, False]), 10) == 10
    assert share_without(Times([3, 4], [False, False]), 100) == 1


def test_nobody_at_risk_has_an_empty_curve_and_no_numbers():
    nobody = Times([], [])
    assert curve(nobody)[0].size == 0
    assert quantile(nobody, 0.5) is restricted_mean(nobody, 5) is share_without(nobody, 5) is None


def test_survival_steps_down_at_the_event_and_not_before():
    assert share_without(Times([2, 4], [True, True]), 1.999) == 1
    assert share_without(Times([2, 4], [True, True]), 2) == 0.5
    assert share_without(Times([2, 4], [True, False]), 99) == 0.5


def test_the_restricted_mean_by_hand():
    # S = 1 until 2, 2/3 until 5, then 0: 2 + 3 * 2/3 = 4; to 3 only: 2 + 2/3
    assert restricted_mean(Times([2, 2, 5], [True, False, True]), 10) == pytest.approx(4)
    assert restricted_mean(Times([2, 2, 5], [True, False, True]), 3) == pytest.approx(2 + 2 / 3)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=40), st.floats(1, 500))
def test_uncensored_the_area_is_the_plain_mean_up_to_the_limit(durations, limit):
    area = restricted_mean(Times(durations, [True] * len(durations)), limit)
    assert area == pytest.approx(np.minimum(durations, limit).mean(), rel=1e-9, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60))
def test_the_curve_is_that_of_scipy(people):
    durations = np.array([d for d, _ in people], dtype=float)
    observed = np.array([seen for _, seen in people])
    times, survival = curve(Times(durations, observed))
    sample = stats.CensoredData(uncensored=durations[observed], right=durations[~observed])
    witness = stats.ecdf(sample).sf
    assert survival == pytest.approx(witness.evaluate(times), abs=1e-12)


# Five people wait: events at 1, 3 and 5, one leaves at 2, one is censored at 4. By hand:
#   t   at risk  S before  F
#   1      5       1       1/5
#   2      4      4/5      1/5          left: S falls, F does not
#   3      3      3/5      1/5 + 3/5 * 1/3 = 2/5
#   5      1      2/5      2/5 + 2/5 * 1/1 = 4/5
FIVE = Times([1, 2, 3, 4, 5], [1, 0, 1, 0, 1], [0, 1, 0, 0, 0])


def test_who_leaves_first_never_has_the_event_by_hand():
    times, without = curve(FIVE)
    assert times.tolist() == [1, 3, 5]
    assert without == pytest.approx([4 / 5, 3 / 5, 1 / 5])
    assert quantile(FIVE, 0.8) == 5
    assert quantile(FIVE, 0.81) == inf, "one in five has left"
    assert share_without(FIVE, 99) == pytest.approx(1 / 5)
    # 1 * 1 + 2 * 4/5 + 2 * 3/5 + 5 * 1/5
    assert restricted_mean(FIVE, 10) == pytest.approx(4.8)


def test_where_everybody_has_had_it_exactly_nobody_is_without():
    rng = np.random.default_rng(1)
    times = Times(rng.integers(0, 9, 300), np.ones(300))
    assert share_without(times, 8) == 0


def test_a_person_who_leaves_and_has_the_event_at_once_is_refused():
    with pytest.raises(ValueError, match="not with both"):
        curve(Times([1.0], [True], [True]))


ENDINGS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["event", "left", "censored"])),
    min_size=1,
    max_size=60,
)


def people(drawn):
    durations = np.array([d for d, _ in drawn], dtype=float)
    return durations, *(np.array([how == end for _, end in drawn]) for how in ("event", "left"))


@given(ENDINGS)
def test_the_incidence_is_that_of_a_plain_loop_over_the_days(drawn):
    """The chance to be still waiting, times the share of those who then have it, day by day."""
    waiting, had = 1.0, 0.0
    found = Times(*people(drawn))
    for day in range(31):
        at_risk = sum(d >= day for d, _ in drawn)
        if not at_risk:
            break
        events = sum(end == "event" and d == day for d, end in drawn)
        ends = events + sum(end == "left" and d == day for d, end in drawn)
        had += waiting * events / at_risk
        waiting *= 1 - ends / at_risk
        assert share_without(found, day) == pytest.approx(1 - had, abs=1e-12)


@given(ENDINGS)
def test_the_incidences_of_both_ends_add_up_to_one_less_the_survival_of_scipy(drawn):
    durations, event, left = people(drawn)
    ended = event | left
    sample = stats.CensoredData(uncensored=durations[ended], right=durations[~ended])
    survival = stats.ecdf(sample).sf.evaluate(30.0)
    had = 1 - share_without(Times(durations, event, left), 30)
    gone = 1 - share_without(Times(durations, left, event), 30)
    assert had + gone == pytest.approx(1 - survival, abs=1e-12)


@given(ENDINGS, st.floats(1, 40))
def test_with_nobody_censored_it_is_the_plain_share_and_mean_of_all_who_came(drawn, limit):
    durations, event, _ = people(drawn)
    times = Times(durations, event, ~event)
    assert share_without(times, limit) == pytest.approx(1 - (event & (durations <= limit)).mean())
    waited = np.where(event, np.minimum(durations, limit), limit)
    assert restricted_mean(times, limit) == pytest.approx(waited.mean())


def test_nothing_is_carried_on_past_what_anybody_could_have_seen():
    """Six wait, five have it at once, the last is watched for two days: old 84 / 6 = 14 days."""
    short = Times([0, 0, 0, 0, 0, 2], [1, 1, 1, 1, 1, 0], followed=[20, 19, 18, 17, 16, 2])
    assert restricted_mean(short, 84) is None
    assert share_without(short, 84) is None
    assert restricted_mean(short, 10) == 0
    assert restricted_mean(short, 2) == pytest.approx(2 / 6)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), min_size=1), st.integers(1, 20))
def test_a_longer_study_of_the_same_people_says_the_same(people, limit):
    """Each waits `wait` from day `since` on, in a study of 30 or of 60 days."""
    wait, since = (np.array(column) for column in zip(*people, strict=True))

    def study(days, of):
        seen = since + wait < days
        return Times(np.where(seen, wait, days - since)[of], seen[of], followed=(days - since)[of])

    told = study(30, since <= 30 - limit), study(60, since <= 30 - limit)
    for say in (restricted_mean, share_without):
        assert say(told[0], limit) == say(told[1], limit) == say(study(30, since >= 0), limit)


@pytest.mark.parametrize(
    ("durations", "observed"),
    [([1.0, 2.0], [True]), ([nan], [True]), ([-1.0], [True]), ([[1.0]], [[True]])],
)
def test_durations_that_are_none_are_refused(durations, observed):
    with pytest.raises(ValueError, match="duration"):
        curve(Times(durations, observed))


def test_quantiles_and_limits_outside_their_range_are_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(Times([1.0], [True]), 1.0)
    with pytest.raises(ValueError, match="limit"):
        restricted_mean(Times([1.0], [True]), inf)
