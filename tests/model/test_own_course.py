"""What comes and goes by itself, lasting relief, and who responds to a placebo.

Witness: the formula, person by person; the same people without it.
"""

import numpy as np
import pytest
from scipy.special import logit

import sim
from handwritten import AS_ONE
from sim.model.replication import recruited
from sim.report.assumptions import describe
from sim.units import MINUTES_PER_DAY, NEVER

ON = {
    "symptoms.own_course.worsening_per_year": 5.0,
    "symptoms.own_course.remission_per_year": 3.0,
    "symptoms.own_course.remission_days": 90.0,
}
YEAR = {"run.days": 365}


def run(changes, **kwargs):
    return sim.replicate(sim.Scenario().override(YEAR | AS_ONE | changes), seed=3, **kwargs)


@pytest.fixture(scope="module")
def own():
    return run(ON)


def test_the_record_and_the_reading_of_it_tell_the_same_scores(own):
    visits = own.visits
    rows = np.flatnonzero(visits["arrived"] != NEVER)
    who, minute = visits["patient"][rows].astype(np.int64), visits["arrived"][rows]
    relief = own.relief_at(who, minute)
    day = (minute - own.patients.referred[who]) // MINUTES_PER_DAY
    drift = np.array([own.fluctuation.drift(p, d) for p, d in zip(who.tolist(), day.tolist())])  # noqa: B905
    score = np.clip(own.patients.untreated[who] * (1 - relief) + drift, 0, 21)
    assert score == pytest.approx(visits["true_before"][rows], abs=1e-9)


def test_relief_in_an_episode_is_what_the_formula_leaves_of_it(own):
    without = run({})
    who = np.arange(len(own.patients))
    minute = own.patients.referred + 3 * MINUTES_PER_DAY  # before any infusion: nothing to lose
    minute = np.minimum(minute, own.horizon - 1)
    lost, gained = own.fluctuation.own_at(who, (minute - own.patients.referred) // MINUTES_PER_DAY)
    assert set(np.unique(lost)) <= {0.0, 0.8}
    assert set(np.unique(gained)) <= {0.0, 0.7}
    before = without.relief_at(who, minute)
    expected = 1 - (1 - before * (1 - lost)) * (1 - gained)
    same = own.visits["infusion_start"][own.visits["infusion_start"] != NEVER].min() > minute
    assert own.relief_at(who, minute)[same] == pytest.approx(expected[same], abs=1e-12)


@pytest.mark.parametrize("changes", [ON, {"symptoms.own_course.worsening_depth": 0.3}])
def test_the_people_and_their_draws_are_the_same_with_and_without(own, changes):
    ours, theirs = run(changes).patients.columns(), run({}).patients.columns()
    for name, column in ours.items():
        assert (column == theirs[name]).all(), name


def test_rates_of_0_leave_every_byte_whatever_else_is_said():
    off = {"symptoms.own_course.worsening_days": 9.0, "symptoms.own_course.remission_depth": 0.2,
           "symptoms.lasting_days": 77.0}  # fmt: skip
    ours, theirs = run(off), run({})
    for name, column in theirs.visits.items():
        assert (ours.visits[name] == column).all(), name


def test_the_natural_course_of_people_never_treated_is_their_remissions():
    """Without infusions mean relief is r P(in remission): the closed form of two states."""
    never = {"policy.induction": {"kind": "none"}, "policy.assessment": False,
             "referrals.per_week": 60.0}  # fmt: skip
    alone = run(ON | never)
    days = np.array([0, 30, 120])
    seen = np.nanmean(alone.relief(days), axis=0)
    enters, leaves = 1 - np.exp(-3.0 / 365.25), 1 - np.exp(-1 / 90.0)
    share = enters / (enters + leaves) * (1 - (1 - enters - leaves) ** days)
    assert seen == pytest.approx(0.7 * share, abs=0.03)
    assert seen[0] == 0


def test_a_lasting_share_is_of_the_most_durable_and_leaves_the_others_law():
    cohort = {"referrals": {"kind": "cohort", "patients": 20_000}}
    scenario = sim.Scenario().override(AS_ONE | cohort)
    some = scenario.override({"symptoms.lasting_share": 0.3, "symptoms.lasting_days": 1000.0})
    usual, mixed = (recruited(one, seed=1).tau_slow for one in (scenario, some))
    lasting = mixed == 1000.0
    assert lasting.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 20_000))
    assert usual[lasting].min() >= usual[~lasting].max()
    assert np.median(mixed[~lasting]) == pytest.approx(np.median(usual), rel=0.02)
    assert np.log(mixed[~lasting]).std() == pytest.approx(np.log(usual).std(), rel=0.02)


def test_shares_of_the_drug_have_their_median_and_spread_and_move_no_usual_dose():
    """At the reference exposure the total is the calibrated one, whatever part is the drug's."""
    spread = {"symptoms.drug_share_sd": 1.2}
    cohort = {"referrals": {"kind": "cohort", "patients": 20_000}}
    shares = recruited(sim.Scenario().override(AS_ONE | cohort | spread), seed=1).drug_share
    assert np.median(shares) == pytest.approx(0.6, abs=0.01)
    assert logit(shares).std() == pytest.approx(1.2, rel=0.02)
    typical = {"population.clearance_cv": 1e-6, "behaviour.withdrawal_share": 0.0}
    one, other = run(typical | spread), run(typical)
    assert one.patients.clearance == pytest.approx(79.0, rel=1e-4)
    days = [10, 40, 100]
    assert one.relief(days) == pytest.approx(other.relief(days), abs=1e-5, nan_ok=True)


def test_some_respond_to_a_placebo_where_shares_differ():
    placebo = {"policy.treatment.placebo": True, "policy.boosters": {"kind": "none"}}
    alike, unlike = (
        run(placebo | {"symptoms.drug_share": 0.75, "symptoms.drug_share_sd": sd}) for sd in (0, 2)
    )
    responded = [(replication.relief([20]) >= 0.5).mean() for replication in (alike, unlike)]
    assert responded[0] < responded[1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"symptoms.lasting_share": 0.3}, "In 30% of people the slow effect fades over 1500 days"),
        (ON, "Episodes of worsening, 5 a year of 60 days on average, take 80% of the relief"),
        (ON, "Natural remissions, 3 a year of 90 days on average, take 70% of the score"),
        (
            {"symptoms.drug_share_sd": 1.5},
            "share of the improvement differs between people (median 0.6, sd of its logit",
        ),
    ],
)
def test_a_description_tells_what_is_on_and_nothing_of_what_is_off(change, words):
    said, usual = (
        " ".join(describe(sim.Scenario().override(AS_ONE | some)).split()).split("Every parameter")[
            0
        ]
        for some in (change, {})
    )
    assert words in said
    assert words[:25] not in usual


def test_doses_are_counted_with_episodes_and_without():
    """Witness: where episodes take nothing the answer is the usual one; where all, nobody's."""
    always = {"symptoms.own_course.worsening_per_year": 365.0,
              "symptoms.own_course.worsening_days": 3650.0}  # fmt: skip
    depths = [{}, {"symptoms.own_course.worsening_depth": 0.0},
              {"symptoms.own_course.worsening_depth": 1.0}]  # fmt: skip
    usual, nothing, everything = (
        sim.dose_count(
            sim.Scenario().override(AS_ONE | (always | depth if depth else {})), people=300,
            replications=2, jobs=1,
        ).counts.query("group == 'everybody' and question == 'response_latent'")
        for depth in depths
    )  # fmt: skip
    assert nothing["mean"].tolist() == usual["mean"].tolist()
    never = [frame.query("statistic == 'never'")["mean"].item() for frame in (usual, everything)]
    assert never[0] < 0.5 < 0.8 < never[1]
