"""What is lost by ratings, windows, and who is counted by several of them.

Witnesses: a plain loop over the ratings of each person, the definitions of `sim.scales`, the
survival statistics of `sim.stats`, and closed forms.
"""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

import sim
from handwritten import AS_ONE, draw_all_drift
from sim.evidence.arms import Setting, TreatedArm, at_least
from sim.evidence.metrics import losses, read_off
from sim.evidence.moments import read_times
from sim.evidence.quantities import Metric, read_metric
from sim.evidence.rated_losses import rated_losses
from sim.evidence.regimens import read_arms
from sim.evidence.vocabulary import People, read_people
from sim.model.replication import recruited
from sim.people.fluctuation import Fluctuation
from sim.scales import is_remission, is_response, observed_relapse
from sim.stats.survival import Times, hazard_ratio, quantile, restricted_mean, share_without
from sim.streams import Streams

DAY = 1440
PEOPLE = 600
SCENARIO = sim.Scenario().override(
    AS_ONE | {"referrals": {"kind": "cohort", "patients": PEOPLE, "over_days": 0}}
)
COHORT = recruited(SCENARIO, 2)
RESPONDERS = "responders after induction"
STEPS = "twice weekly for 4 weeks, weekly for 4 weeks, every 2 weeks for 8 weeks"


def setting(drawn=True):
    return Setting(SCENARIO, COHORT, Fluctuation(SCENARIO.symptoms, COHORT, Streams(2, 1)), drawn)


def read(regimen, metric, time="", who="", drawn=True):
    arms = read_arms(regimen)
    treated = [TreatedArm(setting(drawn), arm) for arm in arms]
    times = read_times(time, any(arm.every_days for arm in arms))
    return read_off(treated, read_people(who, None), read_metric(metric), times)


def rated(regimen, minutes):
    """Scores of everybody at some minutes after the course, shape (people, ratings)."""
    arm = TreatedArm(setting(), read_arms(regimen)[0])
    return np.array([arm.course.rated(arm.last + m, arm.true(arm.last + m)) for m in minutes]).T


def weekly(weeks):
    return [7 * week * DAY for week in range(1, weeks + 1)]


def responders(regimen="6 infusions"):
    return is_response(rated(regimen, [DAY])[:, 0], COHORT.baseline)


def first(events, weeks):
    """Weeks to the first event of each person, and whether there is one."""
    return np.where(events.any(axis=1), 1 + events.argmax(axis=1), weeks), events.any(axis=1)


def test_a_response_is_sustained_where_every_weekly_rating_has_it():
    chosen, scores = responders(), rated("6 infusions", weekly(8))
    held = is_response(scores, COHORT.baseline[:, None])[chosen]
    for weeks in (4, 8):
        found = read("6 infusions", "sustained rated response", f"{weeks} weeks", RESPONDERS)
        assert found == pytest.approx(held[:, :weeks].all(axis=1).mean(), abs=1e-12)
    weeks, lost = first(~held, 8)
    found = read("6 infusions", "sustained rated response", "8 weeks", RESPONDERS)
    assert found == pytest.approx(share_without(Times(weeks, lost), 8))  # Kaplan and Meier
    at_the_time = read("6 infusions", "response", "8 weeks", RESPONDERS)
    assert at_the_time == pytest.approx(held[:, -1].mean(), abs=1e-12)
    assert at_the_time > found


def test_which_ratings_count_is_as_said():
    chosen = responders()
    for words, days in (
        ("rated daily", range(2, 15)),  # the day after the course is known: it counted them
        ("rated every 3 days", range(3, 15, 3)),
        ("rated on days 7, 14", (7, 14)),
    ):
        scores = rated("6 infusions", [day * DAY for day in days])
        held = is_response(scores, COHORT.baseline[:, None]).all(axis=1)[chosen].mean()
        found = read("6 infusions", f"sustained rated response, {words}", "14 d", RESPONDERS)
        assert found == pytest.approx(held, abs=1e-12), words


def test_a_remission_is_lost_at_the_first_rating_without_it():
    chosen = is_remission(rated("6 infusions", [DAY])[:, 0])
    lost = ~is_remission(rated("6 infusions", weekly(6)))[chosen]
    found = read("6 infusions", "share with loss of rated remission", "6 weeks",
                 "remitters after induction")  # fmt: skip
    assert found == pytest.approx(lost.any(axis=1).mean(), abs=1e-12)


def relapses(regimen, weeks, chosen):
    """Weeks to the confirmed relapse of each of them, by the definition of the scale."""
    scores = rated(regimen, [DAY, *weekly(weeks)])
    when = []
    for row, baseline in zip(scores[chosen], COHORT.baseline[chosen], strict=True):
        ratings = list(zip([DAY, *weekly(weeks)], row.tolist(), strict=True))
        when.append(observed_relapse(ratings, int(baseline)))
    lost = np.array([minute is not None for minute in when])
    return np.array([weeks if m is None else m / DAY / 7 for m in when]), lost


@pytest.mark.parametrize("regimen", ["6 infusions", "6 infusions; continue every 2 weeks"])
def test_a_confirmed_relapse_is_that_of_the_scale(regimen):
    weeks, lost = relapses(regimen, 12, responders())
    found = read(regimen, "share with confirmed relapse", "84 d", RESPONDERS)
    assert found == pytest.approx(lost.mean(), abs=1e-12)
    assert 0 < lost.mean() < 1
    without = read(regimen, "share without confirmed relapse", "84 d", RESPONDERS)
    assert without == pytest.approx(1 - found)
    mean = read(regimen, "mean weeks to confirmed relapse", "84 d", RESPONDERS)
    assert mean == pytest.approx(restricted_mean(Times(weeks, lost), 12))


def test_a_median_is_that_of_the_survival_curve_or_not_reached():
    chosen = responders()
    weeks, lost = relapses("6 infusions", 40, chosen)
    found = read("6 infusions", "median weeks to confirmed relapse", "280 d", RESPONDERS)
    assert found == quantile(Times(weeks, lost), 0.5) < np.inf
    early = read("6 infusions", "median days to confirmed relapse", "14 d", RESPONDERS)
    assert early == np.inf == quantile(Times(*relapses("6 infusions", 2, chosen)), 0.5)
    latent = read("6 infusions", "median days to loss (relief < 0.30)", "7 d", RESPONDERS)
    assert latent == np.inf


def test_the_hazard_ratio_of_relapse_is_that_of_the_times_of_each_person():
    text = "6 infusions; continue every 4 weeks vs stop"
    chosen = responders()
    groups = [
        (*relapses(arm, 12, chosen), np.ones(chosen.sum()))
        for arm in ("6 infusions; continue every 4 weeks", "6 infusions")
    ]
    found = read(text, "hazard ratio of confirmed relapse", "84 d", RESPONDERS)
    assert found == pytest.approx(hazard_ratio(*groups))
    assert found < 1


def test_with_even_odds_two_in_a_row_come_as_fibonacci_says():
    """Closed form: n throws of a fair coin have no two heads in a row F(n + 2) times in 2^n."""
    people = People((), "responders")
    arm = SimpleNamespace(
        after=0, cohort=SimpleNamespace(baseline=np.array([16])), counted=lambda _: [],
        joint=lambda _: np.ones(1), chance=lambda _: np.full(1, 0.5), counted_at=lambda _: [0],
        response=lambda *_: None,
    )  # fmt: skip
    found = rated_losses(arm, people, Metric("rated_loss", event="relapse"), 10 * 7 * DAY)
    assert found.left == pytest.approx(144 / 2**10)
    assert found.lost.sum() == pytest.approx(1 - 144 / 2**10)
    held = rated_losses(arm, people, Metric("rated_loss", event="response", level=0.5), 70 * DAY)
    assert held.left == pytest.approx(0.5**10)
    assert held.median() == 7


def test_integrated_noise_gives_the_expectation_of_drawn_noise():
    """Witness: the same people rated with 40 independent dice."""
    arm, fixed = read_arms("6 infusions")[0], setting()
    draw_all_drift(fixed, 100)
    for metric in ("share with confirmed relapse", "sustained rated response"):
        asked = (read_people(RESPONDERS, None), read_metric(metric), read_times("28 d", False))
        drawn = []
        for number in range(40):
            dice = Fluctuation(SCENARIO.symptoms, COHORT, Streams(1000 + number, 1))
            dice._drifts = fixed.fluctuation._drifts  # only the noise differs
            drawn.append(read_off([TreatedArm(Setting(SCENARIO, COHORT, dice), arm)], *asked))
        smooth = read_off([TreatedArm(setting(drawn=False), arm)], *asked)
        error = np.std(drawn, ddof=1) / np.sqrt(len(drawn))
        assert abs(np.mean(drawn) - smooth) < 4 * error, metric


def test_a_window_is_the_mean_of_its_days():
    daily = [read("6 infusions", "response", f"{day} d") for day in range(14, 32)]
    assert read("6 infusions", "response", "14-31 d") == pytest.approx(np.mean(daily))
    days = [read("1 infusion", "mean score", f"day {day}") for day in range(21, 29)]
    assert read("1 infusion", "mean score", "week 3 to 4") == pytest.approx(np.mean(days))


def test_any_time_is_at_one_of_the_ratings_at_least():
    scores = rated("1 infusion", [day * DAY for day in (1, 3, 7, 14)])
    expected = is_remission(scores).any(axis=1).mean()
    found = read("1 infusion", "remission, rated on days 1, 3, 7, 14", "any time within 14 d")
    assert found == pytest.approx(expected, abs=1e-12)
    held = is_response(scores[:, 2:], COHORT.baseline[:, None]).any(axis=1).mean()
    found = read("1 infusion", "response, rated weekly", "any time in 7-14 d")
    assert found == pytest.approx(held, abs=1e-12)


def test_people_are_counted_by_how_they_did_early():
    arm = TreatedArm(setting(), read_arms("6 infusions")[0])
    early = arm.course.rated(arm.ends[0] + DAY, arm.true(arm.ends[0] + DAY))
    slow = 5 * early > 4 * COHORT.baseline  # less than 20 % better
    responds = responders()
    words = "20 % better 24 h after the first infusion"
    found = read("6 infusions", "response", "24 h", f"< {words}")
    assert found == pytest.approx(responds[slow].mean(), abs=1e-12)
    assert read("6 infusions", "response", "24 h", f">= {words}") == responds[~slow].mean()


def test_stable_remitters_are_rated_so_in_the_weeks_that_are_named():
    arm = TreatedArm(setting(), read_arms(STEPS)[0])
    weeks = [7 * DAY * week for week in (13, 14, 15, 16)]
    scores = np.array([arm.course.rated(m, arm.true(m)) for m in weeks])
    remits = is_remission(scores).sum(axis=0)
    later = 7 * DAY * 20
    after = is_remission(arm.course.rated(later, arm.true(later)))
    for words, chosen in (("at weeks 13-16", remits == 4), ("in 3 of weeks 13-16", remits >= 3)):
        found = read(STEPS, "remission", "4 weeks", f"stable remitters {words}")  # from week 16
        assert found == pytest.approx(after[chosen].mean(), abs=1e-12), words


def test_the_loss_of_stable_people_is_looked_for_from_the_week_that_made_them_so():
    arm = TreatedArm(setting(), read_arms(STEPS)[0])
    arm.count_from(read_people("stable remitters at weeks 13-16", None))
    assert arm.after == 112 * DAY > arm.last
    days, lost = losses(arm, 0.3, arm.after + 280 * DAY)
    begin = arm.course.relief(arm.after + DAY)
    assert ((days == 0) == (begin < 0.3)).all()
    late = lost & (days > 0)
    at = arm.after + np.rint(days * DAY).astype(int)
    relief = [arm.course.relief(int(minute))[i] for i, minute in enumerate(at) if late[i]]
    assert relief == pytest.approx(np.full(late.sum(), 0.3), abs=1e-4)


def test_at_least_so_many_of_some_independent_events():
    """Witness: every outcome of four events written out."""
    chances = [0.2, 0.5, 0.7, 0.9]
    expected = sum(
        np.prod([p if hit else 1 - p for p, hit in zip(chances, hits, strict=True)])
        for hits in product((0, 1), repeat=4)
        if sum(hits) >= 3
    )
    assert at_least(3, [np.array([p]) for p in chances]) == pytest.approx(expected)


def test_another_scale_has_the_effect_size_in_its_own_standard_deviations():
    d = read("6 infusions", "standardised change (d)", "24 h")
    assert read("6 infusions", "d of MADRS", "24 h") == d
    assert read("6 infusions", "mean change of MADRS (sd 6.5)", "24 h") == pytest.approx(6.5 * d)
    between = read("1 infusion vs placebo", "d of MADRS", "24 h")
    points = read("1 infusion vs placebo", "mean change of MADRS (sd 9)", "24 h")
    assert points == pytest.approx(9 * between)
