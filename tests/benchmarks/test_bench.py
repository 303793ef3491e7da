"""The benchmark's arithmetic, on numbers made by hand, and a bootstrap written as a plain loop."""

import random
import shlex
from pathlib import Path
from statistics import quantiles, variance

import numpy as np
import pytest

import bench
import instructions
from instructions import a_visit, instructions_in
from sim.experiment.design import read_study
from variances import LEAST, time_gain, variance_ratio
from wall_clock import WAITS, study_files, words

ROOT = Path(__file__).parents[2]
SAID = """
==27415== Cachegrind, a high-precision tracing profiler
==27415== I   refs:      3,086,390,476
"""
FOUND = {
    "variance_independent": 80.0,
    "variance_common": 8.0,
    "variance_ratio": 10.0,
    "lower": 5.0,
    "upper": 20.0,
    "replications": 48,
}


def pairs(n=60):
    """Two policies on the same people: what they share varies more than what is each one's own."""
    draw = random.Random(1)
    shared = [draw.gauss(100, 5) for _ in range(n)]
    return [np.array([x + draw.gauss(0, 2) for x in shared]) for _ in "ab"]


@pytest.mark.parametrize(("slope", "ratio"), [(0.5, 5.0), (-1.0, 0.5), (0.0, 1.0)])
def test_the_ratio_of_a_line_is_known_and_has_no_spread(slope, ratio):
    """Of b = s a it is (1 + s^2) / (1 - s)^2, in whatever replications are drawn."""
    a = np.arange(48.0) ** 2
    found = variance_ratio(a, slope * a + 3)
    assert [found[of] for of in ("variance_ratio", "lower", "upper")] == pytest.approx([ratio] * 3)
    assert found["variance_common"] * ratio == pytest.approx(found["variance_independent"])


def test_the_difference_is_that_of_the_means():
    a = np.arange(48.0)
    assert variance_ratio(a, a[::-1] - 2)["difference"] == pytest.approx(2.0)


def test_the_interval_is_that_of_pairs_drawn_again():
    a, b = pairs()
    draw, ratios = random.Random(2), []
    for _ in range(3000):
        drawn = draw.choices(range(len(a)), k=len(a))
        x, y = [a[i] for i in drawn], [b[i] for i in drawn]
        apart = variance([p - q for p, q in zip(x, y, strict=True)])
        ratios.append((variance(x) + variance(y)) / apart)
    by_hand = quantiles(ratios, n=40)
    found = variance_ratio(a, b)
    assert found["variance_ratio"] > 3
    assert (found["lower"], found["upper"]) == pytest.approx((by_hand[0], by_hand[-1]), rel=0.05)


def test_few_replications_give_no_ratio():
    a, b = pairs(LEAST)
    assert variance_ratio(a, b)["replications"] == LEAST
    for n in (16, LEAST - 1):
        with pytest.raises(ValueError, match="48 pairs"):
            variance_ratio(a[:n], b[:n])


def test_time_to_a_half_width_is_speed_times_variance():
    assert time_gain(2.0, FOUND) == (20.0, 10.0, 40.0)


def test_what_is_printed_of_a_ratio_has_its_interval():
    results = {"pairing": {"unlimited": FOUND}, "ratio": {"unlimited": {"ratio": 2.0}}}
    told = " ".join(" ".join(bench.LINES["pairing"](results)).split())
    assert "ratio 10 (95 % 5-20, n = 48)" in told
    assert "20 times shorter (95 % 10-40) than plain SimPy" in told


def test_instructions_are_read_from_what_cachegrind_says():
    assert instructions_in(SAID) == 3_086_390_476
    with pytest.raises(ValueError, match="no instructions"):
        instructions_in("valgrind: fatal error")


def test_start_up_is_no_part_of_a_visit():
    """A start of 1,000 and 7 a visit, with 90 and with 40 visits."""
    assert a_visit((1630, 90), (1280, 40)) == 7.0
    with pytest.raises(ValueError, match="do more"):
        a_visit((1630, 90), (1280, 90))


def test_instructions_are_told_with_the_days_they_are_of():
    (told,) = bench.LINES["instructions"]({"instructions": {"model": 5e5, "plain": 1e6}})
    assert "days 120 to 240" in told
    assert told.endswith("model 500,000, plain SimPy 1,000,000: ratio 2.00")


def test_where_there_is_no_valgrind_the_benchmark_says_so(monkeypatch):
    monkeypatch.setattr(instructions.shutil, "which", lambda name: None)
    results = {"instructions": instructions.instructions_a_visit()}
    assert "valgrind is not there" in " ".join(bench.LINES["instructions"](results))


def test_growth_is_told_against_the_smallest():
    told = list(bench.LINES["growth"]({"growth": {"100": 2e-4, "100000": 2.6e-4}}))
    assert [line.split() for line in told[1:]] == [
        ["100", "patients", "200.0", "us", "x", "1.00"],
        ["100,000", "patients", "260.0", "us", "x", "1.30"],
    ]


@pytest.mark.parametrize(("seconds", "verdict"), [(24.0, "met"), (26.0, "missed")])
def test_a_wait_is_told_beside_its_aim(seconds, verdict):
    told = " ".join(bench.LINES["question"]({"question": {"seconds": seconds, "target": 25.0}}))
    assert told.endswith(f"{seconds:.0f} s by the clock (aim: under 25 s, {verdict})")


def test_what_takes_minutes_runs_by_name_only():
    assert set(bench.BY_NAME) == set(WAITS) == {"study", "question", "crossing"}
    assert not set(bench.BY_NAME) & set(bench.PARTS)
    assert set(bench.LINES) == {*bench.PARTS, *bench.BY_NAME}


def test_the_question_and_the_crossing_are_those_of_the_pages():
    assert WAITS["question"].command in (ROOT / "README.md").read_text(encoding="utf-8")
    script = shlex.split(WAITS["crossing"].command)[-1]
    assert script in (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    assert words(WAITS["crossing"].command)[-1] == str(ROOT / script)


def test_the_study_is_ten_scenarios_of_300_patients_and_a_year(tmp_path):
    for name, text in study_files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    study = read_study(tmp_path / "study.toml")
    told = {(one.referrals.patients, one.run.days) for one in study.scenarios.values()}
    assert told == {(300, 365)}
    assert len(set(study.scenarios.values())) == 10
    assert "--replications 100 --jobs 2" in WAITS["study"].command
