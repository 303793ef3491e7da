"""KN and OCBA. Witnesses: Kim and Nelson's rule as a plain loop, sim-tools itself, known bests."""

import sys
from math import floor

import numpy as np
import pytest
from sim_tools.ovs.indifference_zone import KN

from sim.config.errors import ScenarioError
from sim.study.procedures import Alike, Followed, Spent, by_kn, by_ocba
from sim.study.value_table import ValueTable
from tests_of_choices import looked_up, scenarios

N0 = 10


def plain_kn(x, delta, alpha):
    """Kim and Nelson (2001), c = 1: rows are variants; who is left, who went when."""
    k = len(x)
    eta = 0.5 * ((2 * alpha / (k - 1)) ** (-2 / (N0 - 1)) - 1)
    h2 = 2 * eta * (N0 - 1)
    left, gone, r = list(range(k)), {}, N0
    variance = {(i, j): np.var(x[i, :N0] - x[j, :N0], ddof=1) for i in left for j in left if i != j}
    while True:
        staying = []
        for i in left:
            beaten = False
            for j in left:
                if i != j:
                    w = max(0.0, delta / (2 * r) * (h2 * variance[i, j] / delta**2 - r))
                    beaten |= bool(x[i, :r].mean() < x[j, :r].mean() - w)
            if beaten:
                gone[i] = r
            else:
                staying.append(i)
        left = staying
        if len(left) == 1:
            return left, gone
        r += 1


def table_of(x, monkeypatch, at_most=None):
    names = [f"v{place}" for place in range(len(x))]
    done = looked_up(monkeypatch, dict(zip(names, x, strict=True)))
    return ValueTable(scenarios(names), ["drawn"], 1, at_most or x.shape[1]), done


def chosen_by_kn(x, delta, monkeypatch, largest=True, at_most=None):
    table, done = table_of(x, monkeypatch, at_most)
    followed = Followed([*range(len(x))], {})
    by_kn(table, delta, 0.05, largest, followed)
    return followed, done


@pytest.mark.parametrize("many", [2, 3, 5])
@pytest.mark.parametrize("seed", range(6))
def test_who_is_left_out_when_is_as_in_a_plain_loop(seed, many, monkeypatch):
    dice = np.random.default_rng(seed)
    common = dice.normal(0, 2, 600)
    means = dice.permutation(many) * 0.4
    x = means[:, None] + common + dice.normal(0, 1, (many, 600))
    followed, _ = chosen_by_kn(x, 0.4, monkeypatch)
    assert (followed.left, followed.eliminated) == plain_kn(x, 0.4, 0.05)
    assert followed.finished
    for_less, _ = chosen_by_kn(-x, 0.4, monkeypatch, largest=False)
    assert (for_less.left, for_less.eliminated) == (followed.left, followed.eliminated)


class Rows:
    """A model as sim-tools wants it."""

    def __init__(self, x):
        self.x, self.asked = x, [0] * len(x)

    def register_observer(self, observer):
        self.observer = observer

    def simulate(self, design):
        self.asked[design] += 1
        self.observer.feedback(self, design, self.x[design, self.asked[design] - 1])


@pytest.mark.parametrize("seed", range(6))
def test_of_two_variants_the_choice_is_sim_tools_own(seed, monkeypatch):
    dice = np.random.default_rng(seed)
    x = np.array([[0.0], [0.3]]) + dice.normal(0, 1, (2, 900))
    theirs = KN(Rows(x), 2, 0.3, 0.05, N0, "max").solve()
    followed, _ = chosen_by_kn(x, 0.3, monkeypatch)
    assert followed.left == list(theirs)


def test_sim_tools_reads_the_variance_of_another_pair_so_it_is_looked_up_here():
    """Of three: that of the third and second is taken for the one of the third and first."""
    dice = np.random.default_rng(1)
    common = dice.normal(0, 1, N0)
    x = np.array([common, 5 * dice.normal(0, 1, N0), common + 0.01 * dice.normal(0, 1, N0)])
    kn = KN(Rows(x), 3, 0.1, 0.05, N0, "max")
    kn.reset()
    kn._initialisation()
    told = kn._limit_to_distance_from_sample_means(2, 1)
    right = kn._limit_to_distance_from_sample_means(1, 2)
    assert right > 0
    assert told == pytest.approx(kn._limit_to_distance_from_sample_means(0, 2))
    assert told != pytest.approx(right)


def test_the_last_ones_are_simulated_in_batches_and_each_replication_once(monkeypatch):
    dice = np.random.default_rng(2)
    x = np.array([[0.0], [0.3], [-9.0]]) + dice.normal(0, 1, (3, 900))
    followed, done = chosen_by_kn(x, 0.3, monkeypatch)
    assert len(set(done)) == len(done)
    counts = [sum(name == f"v{place}" for name, _ in done) for place in range(3)]
    assert counts[2] == N0
    assert counts[0] == counts[1] == -(-followed.eliminated[0] // 5) * 5
    assert counts[0] <= -(-followed.most // 5) * 5


def test_equals_stay_together_and_the_work_ends(monkeypatch):
    dice = np.random.default_rng(3)
    one = dice.normal(0, 1, 300)
    followed, done = chosen_by_kn(np.array([one, one - 2, one]), 0.5, monkeypatch)
    assert followed.left == [0, 2]
    assert followed.finished
    assert len(done) == 3 * N0  # a constant difference has no variance


def test_nothing_parts_those_who_are_equal_in_all_first_replications(monkeypatch):
    one = np.zeros(300)
    other = np.where(np.arange(300) < N0, 0.0, -1.0)
    followed, _ = chosen_by_kn(np.array([one, other]), 0.5, monkeypatch)
    assert followed.finished
    assert followed.left == [0, 1]  # the sentence says in how many


def test_the_most_replications_end_the_work_without_a_choice(monkeypatch):
    dice = np.random.default_rng(4)
    x = dice.normal(0, 1, (3, 100))
    table, done = table_of(x, monkeypatch, at_most=23)
    followed = Followed([0, 1, 2], {})
    with pytest.raises(Spent):
        by_kn(table, 0.01, 0.05, True, followed)
    assert not followed.finished
    assert max(replication for _, replication in done) == 23
    h2 = 2 * 0.5 * ((0.1 / 2) ** (-2 / 9) - 1) * 9
    widest = max(np.var(x[i, :N0] - x[j, :N0], ddof=1) for i in range(3) for j in range(i))
    assert followed.most == 1 + floor(h2 * widest / 0.01**2)


def test_the_best_is_found_in_95_of_100_when_it_is_ahead_by_just_delta(monkeypatch):
    """The slippage configuration, the hardest; benchmarks/choosing.py counts many more."""
    dice, right, problems = np.random.default_rng(5), 0, 150
    for _ in range(problems):
        best = int(dice.integers(4))
        x = dice.normal(0, 1, 400) + dice.normal(0, 1, (4, 400))
        x[best] += 0.6
        followed, _ = chosen_by_kn(x, 0.6, monkeypatch)
        right += followed.left == [best]
    assert right / problems >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / problems)


@pytest.mark.parametrize("largest", [True, False])
def test_ocba_shares_out_its_budget_and_gives_more_to_those_near_the_best(largest, monkeypatch):
    dice = np.random.default_rng(6)
    sign = 1 if largest else -1
    x = sign * np.array([[0.0], [1.0], [0.7], [-3.0]]) + dice.normal(0, 1, (4, 400)) - 5
    table, done = table_of(x, monkeypatch)
    followed = Followed([*range(4)], {})
    by_ocba(table, 100, largest, followed)
    assert followed.left == [1]
    assert len(done) == len(set(done)) == 100
    each = [table.done(name) for name in table.names]
    assert min(each) == each[3] < each[1]
    assert each[3] < each[2]


def test_ocba_chooses_on_the_same_people(monkeypatch):
    """Whoever has met a good year more is not the better for it."""
    years = np.random.default_rng(7).normal(0, 10, 400)
    x = (
        years
        + np.array([[0.0], [1.0], [-20.0]])
        + np.random.default_rng(8).normal(0, 0.1, (3, 400))
    )
    for budget in range(40, 100, 5):
        table, _ = table_of(x, monkeypatch)
        followed = Followed([0, 1, 2], {})
        by_ocba(table, budget, True, followed)
        assert followed.left == [1]


def test_ocba_says_when_it_cannot_share_out(monkeypatch):
    table, _ = table_of(np.ones((3, 60)), monkeypatch)
    with pytest.raises(Alike):
        by_ocba(table, 60, True, Followed([0, 1, 2], {}))


def test_without_sim_tools_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sim_tools.ovs", None)
    with pytest.raises(ScenarioError, match=r"pip install 'ketasim\[ranking\]'"):
        by_kn(None, 1.0, 0.05, True, Followed([0, 1], {}))
