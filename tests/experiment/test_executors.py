"""Witness: the same tasks done in turn, in one process."""

import os
import pickle
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from sim.config.errors import ScenarioError
from sim.experiment import attempts
from sim.experiment.attempts import ReplicationError, placed
from sim.experiment.executors import execute
from sim.experiment.workers import available_jobs


@dataclass(frozen=True)
class Sum:
    number: int

    def __str__(self):
        return f'scenario "sum", replication {self.number}'


def square(task):
    return task.number**2


def square_late_when_early(task):
    time.sleep(0.05 * (4 - task.number))
    return task.number**2, os.getpid()


def fail_at_three(task):
    if task.number == 3:
        raise ZeroDivisionError("no patients")
    return task.number


def refuse(task):
    raise ScenarioError("clinic.chairs: no chair fits.")


TASKS = [Sum(n) for n in range(5)]


@pytest.mark.parametrize("jobs", [1, 2, None])
def test_outcomes_do_not_depend_on_the_number_of_jobs(jobs):
    finished = execute(square, TASKS, jobs=jobs)
    assert finished.outcomes == {0: 0, 1: 1, 2: 4, 3: 9, 4: 16}
    assert not finished.interrupted


def test_two_jobs_are_two_processes_and_late_outcomes_keep_their_place():
    outcomes = execute(square_late_when_early, TASKS, jobs=2).outcomes
    assert [outcomes[place][0] for place in range(5)] == [0, 1, 4, 9, 16]
    assert os.getpid() not in {pid for _, pid in outcomes.values()}


def test_the_progress_is_told_from_none_to_all():
    told = []
    execute(square, TASKS, jobs=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(n, 5) for n in range(6)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failure_names_the_scenario_the_replication_and_the_cause(jobs):
    with pytest.raises(ReplicationError, match=r'"sum", replication 3 failed: ZeroDiv.*no pat'):
        execute(fail_at_three, TASKS, jobs=jobs)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_the_users_stays_one_and_says_where(jobs):
    with pytest.raises(ScenarioError, match=r'"sum", replication \d: clinic\.chairs'):
        execute(refuse, TASKS, jobs=jobs)


def interrupt_after(n):
    def progress(done, total):
        if done == n:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_keeps_what_is_finished(jobs):
    finished = execute(square, TASKS, jobs=jobs, progress=interrupt_after(2))
    assert finished.interrupted
    assert len(finished.outcomes) == 2


def test_an_interrupt_before_the_first_outcome_is_passed_on():
    with pytest.raises(KeyboardInterrupt):
        execute(square, TASKS, jobs=1, progress=interrupt_after(0))


def test_an_interrupt_after_the_last_outcome_interrupts_nothing():
    assert not execute(square, TASKS, jobs=1, progress=interrupt_after(5)).interrupted


def test_no_processes_can_do_no_work():
    with pytest.raises(ScenarioError, match="1 or more"):
        execute(square, TASKS, jobs=0)


def test_no_tasks_are_done_at_once():
    assert execute(square, [], jobs=2).outcomes == {}
    assert available_jobs() >= 1


class Ending(NamedTuple):
    """A task at which the system ends the process, once or each time."""

    number: int
    mark: Path
    once: bool = True


def ended_by_the_system(task):
    if task.number == 3 and not (task.once and task.mark.exists()):
        task.mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task.number


@pytest.mark.skipif(os.name != "posix", reason="the signal is of POSIX systems")
def test_a_process_that_the_system_ends_is_replaced_and_nothing_is_lost(tmp_path, caplog):
    tasks = [Ending(number, tmp_path / "once") for number in range(6)]
    found = execute(ended_by_the_system, tasks, jobs=2)
    assert (found.outcomes, found.interrupted) == ({number: number for number in range(6)}, False)
    (said,) = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert "at or near Ending(number=" in said  # quick ones may have been lost with it
    assert "give --jobs 1" in said


@pytest.mark.skipif(os.name != "posix", reason="the signal is of POSIX systems")
def test_where_the_system_ends_one_process_after_the_other_it_is_told_what_was_under_way(tmp_path):
    tasks = [Ending(number, tmp_path / "always", once=False) for number in range(6)]
    found = execute(ended_by_the_system, tasks, jobs=2)
    assert found.interrupted
    assert 3 not in found.outcomes
    assert {0, 1, 2} <= found.outcomes.keys()
    assert "for want of memory" in found.why
    assert "Ending(number=3" in found.why
    assert found.why.count("Ending(") == 1


def longwinded(task):
    task.mark.with_suffix(f".{task.number}").write_text(str(os.getpid()))
    time.sleep(600)


CHILD = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
import test_executors
test_executors.execute(
    test_executors.longwinded, [test_executors.Ending(n, Path({mark!r})) for n in (0, 1)], 2
)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])  # Windows has no SIGKILL
def test_workers_end_with_their_parent_however_that_ends(tmp_path, how):
    here = Path(__file__).parent
    code = CHILD.format(tests=str(here), root=str(here.parents[1]), mark=str(tmp_path / "pid"))
    parent = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    files = [tmp_path / f"pid.{number}" for number in (0, 1)]
    while not all(file.exists() and file.read_text() for file in files):
        assert parent.poll() is None
        time.sleep(0.05)
    workers = [int(file.read_text()) for file in files]
    parent.send_signal(signal.Signals[how])
    parent.wait()
    while any(Path(f"/proc/{worker}").exists() for worker in workers):  # else the test never ends
        time.sleep(0.05)


def large(task):
    return bytes(10**7)


@pytest.fixture
def unbound(monkeypatch):
    """A worker that is not bound to a parent: this process."""
    monkeypatch.setattr(attempts, "bound_to", lambda parent: None)


def test_what_a_process_sends_is_shorter_than_a_pipe_takes_at_once(tmp_path, unbound):
    """The witness is the system's own number; a longer message could be cut by the sender's end."""
    place, sent = placed(0, str(tmp_path), large, 7, "task", None, None)
    assert place == 7
    assert len(pickle.dumps((place, sent))) < getattr(select, "PIPE_BUF", 512) // 2
    assert [file.name for file in tmp_path.iterdir()] == ["7"]


def test_an_outcome_that_finds_no_room_in_the_folder_is_sent_as_it_is(tmp_path, unbound):
    _, sent = placed(0, str(tmp_path / "gone"), large, 7, "task", None, None)
    assert sent == bytes(10**7)


def test_outcomes_come_home_whole_and_their_folder_goes(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = execute(large, ["a", "b", "c"], jobs=2)
    assert [found.outcomes[place] for place in range(3)] == [bytes(10**7)] * 3
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("ketasim-")]
