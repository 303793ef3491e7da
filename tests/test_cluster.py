"""Work by a Dask cluster (witness: the bytes of one process; which processes are there after)."""

import os
import pickle
import re
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.experiment import cluster, done_there, log
from sim.experiment.attempts import ReplicationError, WorkerLost
from sim.experiment.executors import execute
from sim.experiment.local_workers import dask_package
from sim.experiment.task import Task, simulate
from sim.experiment.workers import Workers, processes_for

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")  # comes with distributed

ROOT = Path(__file__).parents[1]
BASE = str(ROOT / "scenarios" / "base.toml")
SCENARIO = sim.Scenario().override({"run.days": 60})
STUDY = {"few": SCENARIO, "many": SCENARIO.override({"clinic.chairs": 6})}
QUICK = 1.0  # seconds to wait for what does not come


@pytest.fixture(scope="module")
def begun_cluster():
    """A list of the scheduler with two workers of one thread each that tests have in common."""
    dask_package()
    running = []
    yield running
    end(running)


def end(running):
    cluster.end_clusters()
    while running:
        running.pop().close()


@pytest.fixture
def dask_cluster(begun_cluster):
    if not begun_cluster:
        begun_cluster.append(
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, host="127.0.0.1",
                dashboard_address="127.0.0.1:0", silence_logs=50,
            )
        )  # fmt: skip
    return begun_cluster[0]


@pytest.fixture
def there(dask_cluster):
    return Workers(cluster=dask_cluster.scheduler_address)


@pytest.fixture
def of_its_own(begun_cluster):
    """Let no other test have the cluster: Dask may not replace a worker that is killed."""
    end(begun_cluster)
    yield
    end(begun_cluster)


@pytest.fixture(autouse=True)
def no_log_is_left():
    yield
    log.end()


def study(jobs, **more):
    return sim.run(STUDY, 4, jobs=jobs, reference="few", **more)


def whole(results, folder):
    """Every table as the bytes of its file."""
    sim.write_results(results, folder)
    return {file.name: file.read_bytes() for file in folder.glob("*.*") if file.suffix != ".json"}


@pytest.fixture(scope="module")
def by_one(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one")
    return whole(study(1, keep="visits"), folder / "out")


# ------------------------------------------------------------------ the same bytes


def test_the_bytes_are_those_of_one_process(there, by_one, tmp_path):
    assert whole(study(there, keep="visits"), tmp_path / "out") == by_one


def test_a_worker_killed_in_mid_study_is_no_loss(of_its_own, there, dask_cluster, by_one, tmp_path):
    killed = []
    log.into(tmp_path)

    def kill(done, total):
        if done == 2:  # and four are handed out
            nanny = next(iter(dask_cluster.workers.values()))
            killed.append(nanny.pid)
            os.kill(nanny.pid, signal.SIGKILL)

    results = study(there, keep="visits", progress=kill)
    assert len(killed) == 1
    assert not results.interrupted
    assert whole(results, tmp_path / "out") == by_one


@pytest.mark.parametrize(
    ("command", "tables"),
    [
        (["capacity", BASE, "--target", "mean(wait_first_infusion_days) <= 14", "--vary",
          "clinic.chairs=2:3", "--days", "14", "--when", "first-year", "--replications", "2",
          "--set", "behaviour.stopping_days=15"],
         ["capacity", "capacity_replications", "buildup"]),
        (["dose-count", BASE, "--people", "10", "--max-infusions", "2", "--replications", "3"],
         ["dose_count", "factors"]),
    ],
    ids=lambda value: value[0],
)  # fmt: skip
def test_every_command_that_simulates_may_have_it_done(there, command, tables, tmp_path):
    for how in (["--cluster", there.cluster], ["--jobs", "1"]):
        out = tmp_path / how[0]
        assert ketasim(*command, *how, "--quiet", "--no-figures", "--out", out) == (0, None)
        assert ("sent to the cluster" in (out / log.FILE).read_text()) is (how[0] == "--cluster")
    for table in tables:
        one, other = (tmp_path / how / f"{table}.csv" for how in ("--cluster", "--jobs"))
        assert one.read_bytes() == other.read_bytes()


def test_a_lost_worker_is_told_of(of_its_own, there, tmp_path, caplog):
    tasks = [Once(number, tmp_path / "mark") for number in range(6)]
    found = execute(lost_once, tasks, there)
    assert found.whole() == {number: number for number in range(6)}
    assert "the cluster has lost the worker tcp://127.0.0.1:" in caplog.text


def test_a_local_cluster_that_loses_all_its_processes_begins_again(by_one, tmp_path):
    killed = []

    def kill(done, total):
        if done == 1:
            killed.append(cluster._open["local:1"]._local._begun.pid)
            os.killpg(killed[0], signal.SIGKILL)

    results = study(Workers(cluster="local:1"), keep="visits", progress=kill)
    assert cluster._open["local:1"]._local._begun.pid not in killed
    cluster.end_clusters()
    assert whole(results, tmp_path / "out") == by_one


def test_what_comes_home_is_kept_here_and_not_done_again(there, by_one, tmp_path, caplog):
    folder = tmp_path / "out"
    caplog.set_level("INFO", "ketasim")
    study(Workers(cluster=there.cluster, ledger=folder), keep="visits")
    assert "tasks: 8, seed: 1, processes: 2" in caplog.messages
    again = study(Workers(1, ledger=folder), keep="visits")
    assert "tasks: 8 that were finished before" in caplog.messages
    assert whole(again, tmp_path / "again") == by_one


def test_a_task_and_its_outcome_are_small_messages():
    """The largest study that ships, and a whole year."""
    for scenario in (sim.Scenario(), sim.read_scenario(BASE)):
        task = Task("x", scenario, 1, 1)
        sent = pickle.dumps((done_there.done_there, partial(simulate, keep=()), task))
        home = pickle.dumps(done_there.done_there(simulate, task))
        assert len(sent) < 20_000
        assert len(home) < 40_000


def test_a_cluster_has_as_many_processes_as_threads(there):
    assert processes_for(100, there) == 2
    assert processes_for(1, there) == 1
    assert processes_for(100, Workers(cluster="local:3")) == 3


# ------------------------------------------------------------------ what goes wrong


@dataclass(frozen=True)
class Once:
    number: int
    mark: Path


def lost_once(task):
    if task.number == 3 and not task.mark.exists():
        task.mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task.number


def slowly(number):
    time.sleep(0.1)
    return number


def lost_always(task):
    """Wait until the others are home, and then take the worker along."""
    while task.number == 1:
        if task.mark.exists():
            os.kill(os.getpid(), signal.SIGKILL)
    return task.number


def refuses(number):
    raise sim.ScenarioError("no such thing")


def fails(number):
    raise ZeroDivisionError("by nothing")


def test_a_task_that_costs_every_worker_ends_the_study_and_what_is_finished_is_kept(
    of_its_own, there, dask_cluster, monkeypatch, tmp_path
):
    monkeypatch.setattr(dask_cluster.scheduler, "allowed_failures", 1)
    tasks = [Once(0, tmp_path / "mark"), Once(1, tmp_path / "mark")]

    def home(done, total):
        if done == 1:
            tasks[0].mark.touch()

    found = execute(lost_always, tasks, there, home)
    assert found.outcomes == {0: 0}
    assert f"most likely for want of memory, at {tasks[1]}" in found.why


def test_a_task_that_costs_every_worker_before_anything_is_finished_is_a_fault(
    of_its_own, there, dask_cluster, monkeypatch, tmp_path
):
    monkeypatch.setattr(dask_cluster.scheduler, "allowed_failures", 1)
    task = Once(1, tmp_path / "mark")
    task.mark.touch()
    with pytest.raises(WorkerLost, match="for want of memory"):
        execute(lost_always, [task], there)


@pytest.mark.parametrize(
    ("work", "fault", "said"),
    [
        (refuses, sim.ScenarioError, "1: no such thing"),
        (fails, ReplicationError, "1 failed: ZeroDivisionError: by nothing"),
    ],
)
def test_a_fault_comes_home_as_it_is(there, work, fault, said):
    with pytest.raises(fault, match=said):
        execute(work, [1], there)


def test_an_interrupt_keeps_what_is_finished_and_takes_back_the_rest(there, dask_cluster):
    def interrupt(done, total):
        if done == 3:
            raise KeyboardInterrupt

    found = execute(slowly, range(40), there, interrupt)
    assert (found.interrupted, len(found.outcomes), found.why) == (True, 3, "")
    assert all(found.outcomes[place] == place for place in found.outcomes)
    assert not [key for key in dask_cluster.scheduler.tasks if str(key).startswith("ketasim")]


def test_workers_of_other_versions_are_refused_by_name(there, monkeypatch):
    here = done_there.pinned()
    cluster.end_clusters()
    monkeypatch.setattr(cluster, "pinned", lambda: here | {"numpy": "1.0", "scipy": "2.0"})
    with pytest.raises(
        sim.ScenarioError, match=f"has numpy {here['numpy']}, and this machine numpy 1.0"
    ):
        execute(abs, [1], there)
    with pytest.raises(sim.ScenarioError, match=r"pip install .*numpy==1\.0"):
        execute(abs, [1], there)


def test_a_worker_of_other_sources_is_refused(there, monkeypatch):
    """A checkout of another day has the same version."""
    cluster.end_clusters()
    here = done_there.pinned()
    monkeypatch.setattr(cluster, "pinned", lambda: here | {"sources": "0123456789abcdef"})
    said = f"has sources {here['sources'][:12]}, and this machine sources 0123456789ab;"
    with pytest.raises(sim.ScenarioError, match=said):
        execute(abs, [1], there)


def test_a_worker_of_other_versions_that_comes_later_is_refused_too(there, monkeypatch):
    cluster.threads_of(there.cluster)
    here = done_there.pinned()
    monkeypatch.setattr(cluster, "pinned", lambda: here | {"scipy": "2.0"})
    with pytest.raises(
        sim.ScenarioError, match=f"has scipy {here['scipy']}, and this machine scipy 2.0"
    ):
        execute(abs, [1, 2], there)


def test_without_any_worker_the_work_ends_after_a_while(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", QUICK)
    with (
        distributed.LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        ) as empty,
        pytest.raises(WorkerLost, match="has had no worker for 1 s; start some with"),
    ):
        execute(abs, [1, 2], Workers(cluster=empty.scheduler_address))


@pytest.mark.parametrize(
    "address", ["local:0", "local:", "local:x", "tcp://host", "host:8786", "http://host:80", "x"]
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(sim.ScenarioError, match=r"it must be tcp://host:port .* or local:N"):
        processes_for(2, Workers(cluster=address))


def ketasim(*arguments):
    done = CliRunner().invoke(app, [*map(str, arguments)])
    return done.exit_code, done.exception


def test_a_scheduler_that_cannot_be_reached_is_a_paragraph(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", QUICK)
    address = "tcp://127.0.0.1:1"
    _, fault = ketasim("run", BASE, "--cluster", address, "--out", tmp_path / "out")
    assert isinstance(fault, sim.ScenarioError)
    assert f"the scheduler of the cluster at {address} cannot be reached" in str(fault)
    assert not (tmp_path / "out").exists()


def test_processes_and_a_cluster_do_not_go_together(tmp_path):
    _, fault = ketasim("run", BASE, "--jobs", 2, "--cluster", "local:2", "--out", tmp_path / "out")
    assert "--jobs and --cluster do not go together" in str(fault)


@pytest.mark.parametrize("package", ["dask", "distributed"])
def test_what_is_not_installed_is_named_with_the_way_to_get_it(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(sim.ScenarioError, match=r"pip install 'ketasim\[cluster\]'"):
        processes_for(2, Workers(cluster="local:2"))


# ------------------------------------------------------------------ whole processes


def alive(mark):
    """Give the processes that carry a mark in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "environ").read_bytes()
                zombie = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
            except OSError:
                continue
            if f"KETASIM_MARK={mark}".encode() in text.split(b"\0") and not zombie:
                found.append(int(entry.name))
    return found


def listened_at(pid):
    """Give the addresses at which a process can be reached."""
    process = psutil.Process(pid)
    connections = getattr(process, "net_connections", None) or process.connections
    return [one.laddr.ip for one in connections("inet") if one.status == psutil.CONN_LISTEN]


def begun(command, folder, mark):
    """Start a command with a mark, which hears Ctrl-C."""
    return subprocess.Popen(
        command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"KETASIM_MARK": mark}, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGKILL", -9)])
def test_a_local_cluster_ends_with_its_command(name, status, tmp_path):
    mark = f"{name}-{os.getpid()}"
    command = [sys.executable, "-m", "sim", "run", BASE, "--set", "run.days=100", "--replications",
               "40", "--cluster", "local:2", "--out", "out", "--no-figures"]  # fmt: skip
    process = begun(command, tmp_path, mark)
    assert " of 40 replications, " in process.stderr.readline()
    assert len(alive(mark)) > 2
    assert {address for pid in alive(mark) for address in listened_at(pid)} == {"127.0.0.1"}
    os.killpg(process.pid, getattr(signal, name)) if name == "SIGINT" else process.kill()
    said = process.communicate()[1]
    assert process.returncode == status
    while left := alive(mark):  # of a command that was killed, they notice by themselves
        assert name == "SIGKILL", left
    if name == "SIGINT":
        (paragraph,) = [line for line in said.splitlines() if " s left" not in line]
        assert re.match(r"ketasim: interrupted; (kept \d+ of 40|\d+ finished tasks)", paragraph)


def test_the_commands_of_the_how_to_for_one_machine(tmp_path, monkeypatch):
    """Scheduler, workers and study as the page has them, on another port; then without any."""
    page = (ROOT / "docs" / "howto_cluster.md").read_text("utf-8")
    commands = [shlex.split(line) for block in re.findall(r"```sh\n(.*?)```", page, re.S)
                for line in block.splitlines() if "127.0.0.1" in line][:3]  # fmt: skip
    assert [command[0] for command in commands] == ["dask", "dask", "ketasim"]
    other = {"8786": str(free_port()), "8787": "0"}
    scheduler, workers, study = (
        [re.sub("8786|8787", lambda found: other[found[0]], word) for word in command]
        for command in commands
    )
    there = [begun([sys.executable, "-m", *one], tmp_path, "howto") for one in (scheduler, workers)]
    try:
        small = ["--set", "run.days=30", "--replications", "2", "--quiet", "--no-figures", "--out"]
        for how in (study, [*study[:-2], "--jobs", "1"]):
            out = str(tmp_path / str(how is study))
            done = subprocess.run([sys.executable, "-m", "sim", *how[1:], *small, out],
                                  cwd=ROOT, text=True, capture_output=True)  # fmt: skip
            assert (done.returncode, done.stderr) == (0, "")
        for file in (tmp_path / "True").glob("*.csv"):
            assert file.read_bytes() == (tmp_path / "False" / file.name).read_bytes()

        def kill(done, total):
            if done == 2:
                there[0].kill()

        monkeypatch.setattr(cluster, "PATIENCE_SECONDS", QUICK)
        found = execute(abs, range(-20, 0), Workers(cluster=study[-1]), kill)
        assert found.interrupted
        assert len(found.outcomes) >= 2
        assert "cannot be reached" in found.why
    finally:
        for process in there:
            process.kill()
            process.communicate()


def free_port():
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
