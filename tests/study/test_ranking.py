"""The best of many. Witnesses: tables written by hand, the paired comparison, other processes."""

import numpy as np
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.experiment.store import manifest_in
from sim.stats.intervals import mean_interval, paired
from sim.study.ranking_tables import write_best
from sim.study.value_table import Aim, read_aim
from tests_of_choices import DAYS, looked_up, scenarios

NAMES = ["a", "b", "c"]
YEARS = np.random.default_rng(1).normal(100, 10, 300)
OWN = np.random.default_rng(2).normal(0, 1, (3, 300))
APART = dict(zip(NAMES, YEARS + np.array([[0.0], [3.0], [-8.0]]) + OWN, strict=True))
CLOSE = {name: YEARS + own for name, own in zip(NAMES, OWN, strict=True)}


def chosen(monkeypatch, columns=APART, cut_after=None, measure=DAYS, delta=2.0, **options):
    done = looked_up(monkeypatch, columns, cut_after)
    return sim.best(scenarios(list(columns)), measure, delta, jobs=1, **options), done


def test_the_sentence_names_the_best_and_what_is_promised(monkeypatch):
    answer, _ = chosen(monkeypatch)
    assert str(answer) == (
        "b has the most days in response of the 3 variants, or is within 2 of it, with "
        "probability at least 0.95."
    )
    assert (answer.best, answer.left) == ("b", ("b",))
    assert set(answer.eliminated) == {"a", "c"}
    assert answer.manifest["answer"] == answer.sentence
    assert answer.manifest["finished"]
    assert not answer.manifest["interrupted"]


def test_the_table_has_means_paired_differences_and_who_went_when(monkeypatch):
    answer, _ = chosen(monkeypatch, delta=0.5)
    rows = answer.table.set_index("scenario")
    for name in NAMES:
        n = rows.loc[name, "replications"]
        level = mean_interval(APART[name][:n])
        assert rows.loc[name, "mean"] == level.mean
        assert rows.loc[name, "lower"] == level.lower
    n = rows.loc["c", "replications"]
    apart = paired(APART["c"][:n], APART["b"][:n])
    assert rows.loc["c", "difference"] == apart.difference
    assert rows.loc["c", "difference_upper"] == apart.upper
    assert np.isnan(rows.loc["b", "difference"])
    assert list(rows["status"]) == ["eliminated", "best", "eliminated"]
    assert rows.loc["c", "eliminated_after"] == answer.eliminated["c"]
    assert (rows["leader"] == "b").all()
    assert rows.loc["b", "probability_best"] > 0.99
    assert rows["probability_best"].sum() == pytest.approx(1)
    assert len(answer.replications) == sum(rows["replications"])


def test_less_is_better_where_it_is_asked_for(monkeypatch):
    answer, _ = chosen(monkeypatch, measure=f"{DAYS}:smallest")
    assert answer.best == "c"
    assert "the fewest days in response" in answer.sentence


def test_equals_are_named_together(monkeypatch):
    columns = {"x": APART["b"], "y": APART["a"] - 9, "z": APART["b"]}
    answer, _ = chosen(monkeypatch, columns)
    assert answer.sentence.startswith(
        "x and z are equal in all of 10 replications, and have the most"
    )
    assert list(answer.table["status"]) == ["best", "eliminated", "equal to the best"]
    assert answer.table["probability_best"].iloc[0] == pytest.approx(0.5)


def test_all_equal_variants_end_the_work_after_the_first_replications(monkeypatch):
    answer, done = chosen(monkeypatch, dict.fromkeys(NAMES, APART["a"]))
    assert "a, b and c are equal in all of 10 replications" in answer.sentence
    assert len(done) == 30


def test_too_small_a_delta_is_no_answer_and_says_what_it_would_take(monkeypatch):
    answer, _ = chosen(monkeypatch, CLOSE, delta=0.001, at_most=20)
    assert answer.best is None
    assert answer.sentence.startswith("No answer: at the most of 20 replications 3 of 3 variants")
    assert "replications of each may be needed to tell 0.001 days" in answer.sentence
    assert "probability at least" not in answer.sentence
    assert not answer.manifest["finished"]
    assert set(answer.table["status"]) == {"still in"}


@pytest.mark.parametrize("cut_after", [3, 20, 31, 40])
def test_an_interrupt_keeps_what_is_finished_and_promises_nothing(monkeypatch, cut_after):
    answer, done = chosen(monkeypatch, CLOSE, delta=0.01, cut_after=cut_after)
    assert answer.interrupted
    assert answer.sentence.startswith("No answer: the work was interrupted")
    assert "best" not in set(answer.table["status"])
    assert sum(map(len, answer.values.values())) == len(done) == cut_after
    assert answer.manifest["interrupted"]
    few = cut_after < 30
    assert (
        answer.table[["probability_best", "probability_within_delta"]].isna().all(axis=None) == few
    )
    assert answer.table["lower"].isna().all() == (cut_after == 3)  # one replication of each


def test_an_interrupt_before_every_variant_has_a_replication_is_passed_on(monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        chosen(monkeypatch, cut_after=2)


def test_ocba_promises_no_probability(monkeypatch):
    answer, done = chosen(monkeypatch, procedure="ocba", budget=67, delta=None)
    assert answer.budget == len(done) == 65
    assert "b has the most days in response of the 3 variants after 65 replications" in str(answer)
    assert "which OCBA does not promise" in str(answer)
    assert "at least" not in str(answer)
    assert answer.table["probability_within_delta"].isna().all()
    alike, _ = chosen(monkeypatch, dict.fromkeys(NAMES, np.ones(99)), procedure="ocba", budget=65)
    assert alike.sentence.startswith("No answer: OCBA cannot share out")


def test_skewed_differences_are_cautioned_of(monkeypatch):
    spread = np.where(np.arange(300) % 10 == 3, -40.0, 0.01 * np.arange(300))
    columns = {"a": YEARS, "b": YEARS + spread, "c": YEARS - 200}
    answer, _ = chosen(monkeypatch, columns, delta=60.0)
    assert "the probability may be lower" in answer.sentence
    assert "may be lower" not in chosen(monkeypatch)[0].sentence


@pytest.mark.parametrize(("odd", "told"), [(np.nan, "not defined"), (np.inf, "not reached")])
def test_a_measure_without_a_mean_is_refused_with_the_replication(monkeypatch, odd, told):
    column = APART["b"].copy()
    column[6] = odd
    with pytest.raises(ScenarioError, match=rf'{told}.* in scenario "b", replication 7'):
        chosen(monkeypatch, APART | {"b": column})


@pytest.mark.parametrize(
    ("names", "options", "told"),
    [
        ("a", {}, "nothing to choose"),
        ("ab", {"measure": "days_in_respons"}, 'Did you mean "days_in_response"'),
        ("ab", {"measure": "infusions_per_patient"}, "infusions_per_patient:smallest"),
        ("ab", {"measure": f"{DAYS}:smalest"}, 'Did you mean "smallest"'),
        ("ab", {"delta": None}, "KN needs the least difference"),
        ("ab", {"delta": 0.0}, "no difference above 0"),
        ("ab", {"delta": -1.0}, "no difference above 0"),
        ("ab", {"confidence": 1.0}, "between 0.5 and 1"),
        ("ab", {"procedure": "kn++"}, 'there is no "kn[+][+]"; there are kn, ocba'),
        ("ab", {"at_most": 9}, "10 replications of each"),
        ("ab", {"budget": 90}, "KN has none"),
        ("abc", {"procedure": "ocba"}, "give 35 or more"),
        ("abc", {"procedure": "ocba", "budget": 34}, "give 35 or more"),
        ("ab", {"procedure": "ocba", "budget": 90}, "three or more variants"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_simulated(
    monkeypatch, names, options, told
):
    done = looked_up(monkeypatch, APART)
    asked = {"measure": DAYS, "delta": 1.0} | options
    with pytest.raises(ScenarioError, match=told):
        sim.best(scenarios(list(names)), jobs=1, **asked)
    assert not done


def test_an_aim_prints_itself():
    for text in ("days_in_response:largest", "infusions_per_patient:smallest"):
        assert str(read_aim(text)) == text
    assert read_aim(DAYS) == Aim(DAYS, True)
    assert read_aim("booster_delay_days").words == "the lowest booster delay days"


@pytest.fixture(scope="module")
def clinics():
    base = sim.Scenario().override({"run.days": 40, "clinic.nurses": 4, "referrals.per_week": 8})
    return {str(n): base.override({"clinic.chairs": n}) for n in (1, 3)}


def test_the_clinic_that_is_best_by_far_is_found_with_the_same_bytes_whatever_the_jobs(
    clinics, tmp_path
):
    for jobs in (1, 2):
        answer = sim.best(clinics, DAYS, 1.0, seed=1, jobs=jobs, at_most=30)
        write_best(answer, tmp_path / str(jobs))
    assert answer.best == "3"
    for table in ("best.csv", "best_replications.csv"):
        assert (tmp_path / "1" / table).read_bytes() == (tmp_path / "2" / table).read_bytes()
    assert manifest_in(tmp_path / "1")["kind"] == "best"
    ten = sim.run(clinics, replications=10, seed=1, jobs=1)
    values = ten.metrics.query("measure == @DAYS and scenario == '3'")["value"]
    assert list(answer.values["3"][:10]) == list(values)


def test_a_warm_up_that_is_to_be_found_is_found_first(clinics):
    auto = {"run.warmup_days": "auto", "run.days": 40}
    short = {name: clinic.override(auto) for name, clinic in clinics.items()}
    for ask in (
        lambda: sim.best(short, DAYS, 1.0),
        lambda: sim.pareto(short, [DAYS, "days_below_10"]),
    ):
        with pytest.raises(ScenarioError, match="too short to find one"):
            ask()
