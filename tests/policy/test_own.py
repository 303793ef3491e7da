"""A policy of a user's own: each fault is a paragraph that names it. Witness: the faults."""

import numpy as np
import pytest

import sim
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Gap, Order, Prescription
from sim.policy.own import Own

DAY = 1440
DRUG = Prescription("iv", 0.5)
LAST = 14 * DAY + 600


class Mine:
    def __init__(self, answer):
        self.answer = answer

    def next_order(self, chart):
        return self.answer(chart) if callable(self.answer) else self.answer


class Nothing:
    pass


def chart():
    known = Chart(0, 16, DRUG)
    known.add(Visit("induction", LAST, 8))
    return known


def complaint(answer, path="policy.boosters", known=None):
    with pytest.raises(sim.ScenarioError) as caught:
        Own(path, Mine(answer)).next_order(known or chart())
    said = str(caught.value)
    assert said.startswith(f"{path}: Mine.next_order, asked after ")
    assert "\n" not in said
    return said


def booster(due=LAST + 14 * DAY, latest=None, kind="booster", drug=DRUG, **more):
    return Order(kind, due, due + DAY if latest is None else latest, drug, **more)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, ["gave nothing (None)", "return an Order, or a Discharge"]),
        (28, ["gave 28", "an Order, a Discharge or None"]),
        (("booster", 1, 2), ["gave ('booster', 1, 2)"]),
        (lambda chart: chart.no_such, ["failed with AttributeError", "no_such"]),
        (booster(due=3 * DAY), ["due in the past, 11.4 days before the last infusion"]),
        (booster(due=LAST + 14), ["due on the day of the last infusion", "a day has 1440 minutes"]),
        (booster(due=LAST + 0.5), ["due must be a whole number of minutes"]),
        (booster(latest=LAST), ["latest is before due"]),
        (booster(kind="boster"), ['there is no kind "boster"', 'mean "booster"']),
        (booster(kind="missed"), ['there is no kind "missed"']),
        (booster(drug=None), ["an infusion needs a prescription"]),
        (booster(series=(Gap(3.5, 1),)), ["the days of a Gap are whole numbers, and not 3.5"]),
        (booster(early_days=0.5), ["whole numbers, and not 0.5"]),
        (booster(drug=Prescription("ivv", 0.5)), ['there is no route "ivv"']),
        (booster(series=(3, 4)), ["series must be a tuple of Gap"]),
        (booster(LAST, kind="rating"), ["a rating must be due after the newest visit"]),
    ],
)  # fmt: skip
def test_what_cannot_be_ordered_is_told_in_one_paragraph(answer, words):
    said = complaint(answer)
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    "answer",
    [booster(), booster(LAST, kind="evaluation", drug=None), sim.Discharge("enough")],
)
def test_what_can_be_passes_as_it_is(answer):
    assert Own("policy.boosters", Mine(answer)).next_order(chart()) is answer


def test_what_fell_due_while_an_evaluation_was_late_is_late_and_not_wrong():
    known = chart()
    known.add(Visit("evaluation", LAST + 30 * DAY, 5))
    order = booster()
    assert Own("policy.boosters", Mine(order)).next_order(known) is order


def test_nothing_is_due_before_the_referral():
    early = booster(due=2 * DAY, kind="induction")
    said = complaint(early, "policy.induction", Chart(5 * DAY, 16, DRUG))
    assert "before the referral in minute 7200" in said


def test_an_induction_must_begin_or_discharge_and_may_leave_the_word_later():
    complaint(None, "policy.induction", Chart(0, 16, DRUG))
    assert Own("policy.induction", Mine(None)).next_order(chart()) is None
    assert Own("policy.relapse", Mine(None)).next_order(chart()) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Nothing(), "an object of the class Nothing is no policy, as it has no method next_order"),
        (Mine, r"Mine is a class; give an object of it, Mine\(\)"),
        (len, "no method next_order"),
    ],
)
@pytest.mark.parametrize("phase", ["induction", "evaluation", "relapse", "boosters"])
def test_an_object_that_is_no_policy_is_refused_before_the_run(phase, value, words):
    with pytest.raises(sim.ScenarioError, match=rf"policy\.{phase}: .*{words}"):
        sim.Scenario().override({f"policy.{phase}": value})


@pytest.mark.parametrize(
    ("phase", "answer", "jobs"),
    [
        ("induction", None, 1),
        ("induction", "soon", 1),
        ("boosters", booster(due=0), 1),
        ("boosters", None, 2),
    ],
)
def test_a_run_says_which_policy_of_which_scenario_it_was(phase, answer, jobs):
    mine = sim.Scenario().override({f"policy.{phase}": Mine(answer), "run.days": 40})
    with pytest.raises(sim.ScenarioError, match=rf'^scenario "mine", .*policy\.{phase}: Mine'):
        sim.run({"mine": mine}, replications=2, jobs=jobs)


class EveryMonth:
    """Boosters every 28 days, and a series of three first, in numbers of any type."""

    def __init__(self, number):
        self.number = number

    def next_order(self, chart):
        whole, last = self.number, chart.last_infusion
        due = whole(last.minute + 28 * DAY)
        gaps = (Gap(whole(3), whole(4), whole(1)),)
        early = whole(0)
        return Order(
            "booster", due, due + whole(7 * DAY), chart.maintenance, 28.0, gaps, early, "monthly"
        )


def test_numbers_of_numpy_are_as_good_as_pythons():
    """Witness: the same rule, seed and replication in Python's numbers."""
    clinic = sim.Scenario().override({"run.days": 200})
    runs = [
        sim.replicate(
            clinic.override({"policy.boosters": EveryMonth(number)}), number(3), number(2)
        )
        for number in (int, np.int64)
    ]
    assert len(runs[0].visits["kind"]) > 100
    for column in ("due", "booked", "infusion_end", "rated_before"):
        assert (runs[0].visits[column] == runs[1].visits[column]).all()
