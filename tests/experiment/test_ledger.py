"""The ledger (witnesses: the outcomes themselves, files cut short by hand, DuckDB)."""

import json
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.arrays import Columns, Floats
from sim.config import writing
from sim.config.errors import ScenarioError
from sim.experiment import attempts, identity, ledger
from sim.experiment.attempts import WorkerLost
from sim.experiment.executors import execute
from sim.experiment.identity import NoIdentityError, key_of
from sim.experiment.ledger import count_parts, places_in_ledger
from sim.experiment.part import DamagedError, outcome_of_part, part_of_outcome
from sim.experiment.runner import simulate
from sim.experiment.task import Outcome, Task
from sim.experiment.workers import Workers

ROOT = Path(__file__).parents[2]
SMALL = {"run.days": 14, "run.replications": 4, "behaviour.stopping_days": 15}


@pytest.fixture(scope="module")
def small():
    return sim.read_scenario("scenarios/base.toml").override(SMALL)


# --------------------------------------------------------------------------- one outcome as a part


class Pair(NamedTuple):
    name: str
    value: float | None


@dataclass(frozen=True)
class Everything:
    measures: dict[str, float]
    columns: Columns
    pairs: tuple[Pair, ...]
    answer: tuple[tuple[float, ...], float | None]
    rows: list[float]
    count: int
    whole: bool
    text: str


def same(a, b):
    """Equal to the bit and in type, NaN and the sign of 0 included."""
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float):
        return np.float64(a).tobytes() == np.float64(b).tobytes()
    return type(a) is type(b) and a == b


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
NAMES = st.text(max_size=5)
ARRAYS = st.one_of(
    st.lists(NUMBERS, max_size=4).map(lambda v: np.array(v, dtype=float)),
    st.lists(st.integers(-(2**52), 2**52), max_size=4).map(lambda v: np.array(v, dtype=np.int64)),
    st.lists(st.booleans(), max_size=4).map(lambda v: np.array(v, dtype=bool)),
    st.just(np.arange(6.0).reshape(2, 3)),
)
ANYTHING = st.builds(
    Everything,
    measures=st.dictionaries(NAMES, NUMBERS, max_size=4),
    columns=st.dictionaries(NAMES, ARRAYS, max_size=3),
    pairs=st.lists(st.builds(Pair, NAMES, st.none() | NUMBERS), max_size=3).map(tuple),
    answer=st.tuples(st.lists(NUMBERS, max_size=3).map(tuple), st.none() | NUMBERS),
    rows=st.lists(NUMBERS, max_size=3),
    count=st.integers(-(2**63), 2**63),
    whole=st.booleans(),
    text=st.text(),
)


@given(ANYTHING)
def test_whatever_work_gives_comes_back_to_the_bit(value):
    part = part_of_outcome(value, {"scenario": "a"})
    back = outcome_of_part(part.table, lambda name: None, Everything, {"scenario": "a"})
    for name, entry in vars(value).items():
        assert same(entry, getattr(back, name)), name


def test_numbers_that_a_fraction_cannot_hold_are_refused():
    with pytest.raises(TypeError, match="too large"):
        part_of_outcome({"a": np.array([2**53 + 1])}, {})
    with pytest.raises(TypeError, match="a set is nothing"):
        part_of_outcome({"a": {1}}, {})


def test_a_part_that_is_cut_or_changed_anywhere_is_damaged():
    """A part is read whole or not at all: every length, and a bit of every 7th byte."""
    values = {"a": np.linspace(0, 1, 50), "b": np.array([np.nan])}
    table = part_of_outcome(values, {"scenario": "a"}).table
    spoilt = [table[:length] for length in range(0, len(table), 11)]
    for place in range(0, len(table), 7):
        spoilt.append(table[:place] + bytes([table[place] ^ 4]) + table[place + 1 :])
    for one in spoilt:
        try:
            back = outcome_of_part(one, lambda name: None, Columns, {"scenario": "a"})
        except DamagedError:
            continue
        assert same(values, back)  # a byte that means nothing


def test_a_part_of_another_task_is_damaged():
    table = part_of_outcome({"a": 1.0}, {"scenario": "a", "replication": 2}).table
    with pytest.raises(DamagedError, match="another replication"):
        outcome_of_part(table, None, dict[str, float], {"scenario": "a", "replication": 3})


# --------------------------------------------------------------------------- what a task is


def work(task: Task, more: int = 0) -> Floats:
    raise NotImplementedError


work.__module__ = "sim.somewhere"


def test_a_key_tells_all_that_an_outcome_depends_on(small, tmp_path):
    task = Task("a", small, 1, 2)
    table = tmp_path / "people.csv"
    table.write_text("baseline\n15\n16\n")
    own = small.override({"population.file": str(table)})
    others = {
        "scenario": replace(task, scenario=small.override({"clinic.chairs": 7})),
        "seed": replace(task, seed=2),
        "replication": replace(task, replication=3),
        "name": replace(task, name="b"),
        "file": replace(task, scenario=own),
    }
    keys = {name: key_of(partial(work), other) for name, other in others.items()}
    keys["itself"] = key_of(partial(work), task)
    keys["more"] = key_of(partial(work, more=1), task)
    table.write_text("baseline\n15\n17\n")
    identity.scenario_digest.cache_clear()
    keys["changed file"] = key_of(partial(work), others["file"])
    assert len(set(keys.values())) == len(keys)


def test_a_key_does_not_know_how_much_else_is_asked(small):
    more = small.override({"run.replications": 9, "run.seed": 5, "run.by": ["severity"]})
    assert key_of(partial(work), Task("a", small, 1, 2)) == key_of(
        partial(work), Task("a", more, 1, 2, words="other words")
    )


def test_another_model_has_other_keys(small, monkeypatch):
    before = key_of(partial(work), Task("a", small, 1, 2))
    monkeypatch.setattr(identity, "model_version", lambda: "another")
    assert key_of(partial(work), Task("a", small, 1, 2)) != before


class Own(sim.Chart):
    """Anything of one's own."""


@pytest.mark.parametrize("thing", [lambda task: 1, object(), Own])
def test_what_is_ones_own_has_no_key(thing):
    with pytest.raises(NoIdentityError):
        key_of(partial(work, more=thing), Task("a", sim.Scenario(), 1, 1))


# --------------------------------------------------------------------------- studies


def counted(monkeypatch):
    """Count the replications that this process simulates."""
    done, real = [], attempts.timed

    def timed(task):
        done.append((task.name, task.replication))
        return real(task)

    monkeypatch.setattr(attempts, "timed", timed)
    return done


def tables(results):
    told = {name: getattr(results, name) for name in ("metrics", "courses", "weeks", "subgroups")}
    return {name: table.to_csv() for name, table in told.items()}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_study_with_a_ledger_gives_the_same_and_does_nothing_twice(
    jobs, small, tmp_path, monkeypatch
):
    study = {"a": small, "b": small.override({"clinic.chairs": 2})}
    plain = sim.run(study, jobs=1, by="severity", keep="visits")
    kept = sim.run(study, jobs=Workers(jobs, ledger=tmp_path), by="severity", keep="visits")
    assert count_parts(tmp_path) == 8
    done = counted(monkeypatch)
    again = sim.run(study, jobs=Workers(1, ledger=tmp_path), by="severity", keep="visits")
    assert not done
    assert tables(plain) == tables(kept) == tables(again)
    assert plain.visits.equals(kept.visits)
    assert plain.visits.equals(again.visits)


def test_more_replications_and_variants_run_only_what_is_missing(small, tmp_path, monkeypatch):
    other = small.override({"clinic.chairs": 2})
    doing = Workers(1, ledger=tmp_path)
    sim.run({"a": small}, replications=2, jobs=doing)
    done = counted(monkeypatch)
    more = sim.run({"a": small, "b": other}, replications=3, jobs=doing)
    assert done == [("b", 1), ("b", 2), ("a", 3), ("b", 3)]
    assert tables(more) == tables(sim.run({"a": small, "b": other}, replications=3, jobs=1))


@pytest.mark.parametrize("how", ["cut", "emptied", "swapped", "bit", "visits gone"])
def test_a_damaged_part_is_told_and_done_again(how, small, tmp_path, monkeypatch, caplog):
    doing = Workers(1, ledger=tmp_path)
    plain = sim.run({"a": small}, jobs=doing, keep="visits")
    first, second = sorted((tmp_path / "ledger" / "tasks").iterdir())[:2]
    content = first.read_bytes()
    if how == "visits gone":
        (tmp_path / "ledger" / "visits" / first.name).unlink()
    else:
        spoilt = bytearray(content)
        spoilt[40] ^= 1
        made = {"cut": content[:-9], "emptied": b"", "swapped": second.read_bytes()}
        first.write_bytes(made.get(how, bytes(spoilt)))
    done = counted(monkeypatch)
    again = sim.run({"a": small}, jobs=doing, keep="visits")
    assert len(done) == 1
    (told,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert f"{first.name} is damaged" in told.getMessage()
    assert "done again" in told.getMessage()
    assert tables(again) == tables(plain)
    assert first.read_bytes() == content  # the same task gives the same part


def test_what_cannot_be_told_apart_is_not_kept_and_gives_the_same(small, tmp_path):
    lives = sim.Measure("lives", "people", 0, "people", "own", "people", lambda reading: 1.0)
    results = sim.run({"a": small}, jobs=Workers(1, ledger=tmp_path), measures=[lives])
    assert (results.metrics["measure"] == "lives").sum() == 4
    assert not count_parts(tmp_path)


def full_after(monkeypatch, number):
    """Let the disk take only so many parts."""
    real, taken = writing.settle, []

    def settle(part):
        if part.suffix == ".parquet":  # of the ledger, and no table of the results
            taken.append(part)
        if len(taken) > number:
            raise OSError(28, os.strerror(28))
        real(part)

    monkeypatch.setattr(writing, "settle", settle)


def test_a_full_disk_ends_the_work_keeps_what_is_finished_and_says_how_to_go_on(
    small, tmp_path, monkeypatch
):
    doing = Workers(1, ledger=tmp_path)
    with monkeypatch.context() as patched:
        full_after(patched, 2)
        results = sim.run({"a": small}, jobs=doing)
    assert results.interrupted
    assert results.replications == 3  # the third is known, though not kept
    why = results.manifest["interrupted_because"]
    assert "No space left on device" in why
    assert "after 3 of 4 tasks" in why
    assert "Make room" in why
    assert count_parts(tmp_path) == 2
    assert not list(tmp_path.rglob(".part-*"))
    done = counted(monkeypatch)
    assert tables(sim.run({"a": small}, jobs=doing)) == tables(sim.run({"a": small}, jobs=1))
    assert done[:2] == [("a", 3), ("a", 4)]


def test_a_disk_that_is_full_at_the_last_task_interrupts_nothing(small, tmp_path, monkeypatch):
    full_after(monkeypatch, 3)
    assert not sim.run({"a": small}, jobs=Workers(1, ledger=tmp_path)).interrupted


def test_a_folder_that_cannot_be_written_says_so(small, tmp_path):
    (tmp_path / "ledger").write_text("in the way")
    results = sim.run({"a": small}, jobs=Workers(1, ledger=tmp_path))
    assert results.interrupted
    assert "cannot be kept there" in results.manifest["interrupted_because"]


def floats(task: Task) -> Floats:
    return np.full(3, float(task.replication))


def test_somebody_elses_part_is_taken_and_not_done_again(small, tmp_path, monkeypatch):
    """Two commands in one folder: what the other has finished in the meantime is read."""
    tasks = [Task("a", small, 1, r) for r in (1, 2)]
    floats.__module__ = "sim.somewhere"
    first, second = places_in_ledger(tmp_path, floats, tasks)
    done = counted(monkeypatch)

    def progress(count, total):
        if count == 1:
            second.write(np.full(3, 7.0))

    found = execute(floats, tasks, Workers(1, ledger=tmp_path), progress).whole()
    assert done == [("a", 1)]
    assert first.path.exists()
    assert found[1].tolist() == [7.0, 7.0, 7.0]


def test_a_part_that_is_damaged_while_it_is_kept_ends_the_work(small, tmp_path, monkeypatch):
    monkeypatch.setattr(ledger.Slot, "read", lambda *_: (_ for _ in ()).throw(DamagedError("x")))
    floats.__module__ = "sim.somewhere"
    with pytest.raises(WorkerLost, match="cannot be read"):
        execute(floats, [Task("a", small, 1, 1)], Workers(1, ledger=tmp_path))


def test_duckdb_reads_the_parts_with_the_line_of_the_documents(small, tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    results = sim.run({"a": small}, jobs=Workers(1, ledger="results/study"))
    text = (ROOT / "docs" / "howto_long_studies.md").read_text()
    (query,) = [part for part in text.split("```") if part.startswith("sql\n")]
    told = duckdb.sql(query.removeprefix("sql\n")).fetchall()
    mean = results.summary(["days_in_response"])["mean"].iloc[0]
    assert told == [("a", 4, pytest.approx(mean, rel=1e-12))]


def test_what_a_killed_process_left_is_swept_away_and_what_is_being_written_is_not(tmp_path):
    old, new = (tmp_path / "ledger" / "tasks" / f".part-{n}-x.parquet" for n in (1, 2))
    old.parent.mkdir(parents=True)
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (0, 0))
    ledger.sweep(tmp_path)
    assert not old.exists()
    assert new.exists()


def test_a_wrong_number_of_processes_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="1 or more"):
        sim.run({"a": sim.Scenario()}, jobs=Workers(0, ledger=tmp_path))


def test_a_part_says_what_it_is_about(small, tmp_path):
    import pyarrow.parquet as pq

    outcome = simulate(Task("a", small, 1, 2))
    assert isinstance(outcome, Outcome)
    sim.run({"a": small}, replications=2, jobs=Workers(1, ledger=tmp_path))
    parts = [pq.read_table(file).to_pandas() for file in (tmp_path / "ledger/tasks").iterdir()]
    (part,) = [table for table in parts if table["replication"].iloc[0] == 2]
    assert set(part["scenario"]) == {"a"}
    assert set(part["seed"]) == {1}
    rows = part.set_index("path")["number"]
    for name, value in outcome.measures.items():
        if value is not None and np.isfinite(value):
            assert rows[f"measures.{name}"] == value
    assert json.dumps(sorted(set(part["row"][part["path"] == "weeks.week"]))) == "[0, 1]"
