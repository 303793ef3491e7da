"""Kill commands at random moments and look at what they leave: `make kills` (minutes).

Each kind of end is tried 20 times over run, compare, capacity and dose-count, after a random part
of the time that the command takes unharmed. A row a kind: how it ended, whether what is left can be
read and is consistent, and what still lives or lies in shared memory 5 s later. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiment.folder import MANIFEST, OURS
from sim.experiment.store import read_results

GRACE = 5.0  # seconds after which nothing may be left
SCENARIO = "[run]\ndays = 60\nreplications = 16\nseed = 4\n[clinic]\nchairs = 2\n"
STUDY = """
base = "base.toml"
reference = "two"
[variants.two]
[variants.four]
"clinic.chairs" = 4
"""
COMMANDS = {
    "run": ["run", "base.toml", "--keep", "visits"],
    "compare": ["compare", "study.toml", "--replications", "8"],
    "capacity": [
        "capacity", "base.toml", "--vary", "clinic.chairs=1:6", "--days", "60", "--when",
        "first-year", "--target", "p90(wait_first_infusion_days) <= 14",
    ],
    "dose-count": ["dose-count", "base.toml", "--people", "200", "--replications", "16"],
}  # fmt: skip
STATUS = {"Ctrl-C": 130, "SIGTERM": 143, "SIGHUP": 129, "SIGKILL of the command": 137,
          "SIGKILL of a worker": 0, "full disk": 2}  # fmt: skip
TABLE = {"run": "metrics.csv", "compare": "metrics.csv", "capacity": "capacity.csv",
         "dose-count": "dose_count.csv"}  # fmt: skip
WENT_ON = "[went on]"
SHARED = Path("/dev/shm")


@dataclass
class Left:
    """What one command left behind."""

    kind: str
    command: str
    status: int
    said: str
    faults: list[str] = field(default_factory=list)
    whole: bool = False
    kept: bool = False


def processes(mark: str) -> list[int]:
    """Give the processes that carry a mark in their environment: the command and its workers."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "environ").read_bytes()
                zombie = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
            except OSError:
                continue
            if f"KILLS={mark}".encode() in text.split(b"\0") and not zombie:
                found.append(int(entry.name))
    return found


def hear_signals() -> None:
    """Undo that shells let what runs in the background ignore signals."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def started(command: list[str], folder: Path, mark: str, **options: Any) -> subprocess.Popen:
    """Start a command in a session of its own, as a terminal would."""
    more = options.pop("preexec_fn", None)

    def prepared() -> None:
        hear_signals()
        if more is not None:
            more()

    environment = os.environ | {"KILLS": mark, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *command, "--jobs", "2", "--out", mark], cwd=folder,
        env=environment, text=True, start_new_session=True,
        preexec_fn=prepared, **options,
    )  # fmt: skip


class Over(Exception):
    """The command was over before it could be killed: that is no kill, and tried again."""


def as_shells_say(status: int) -> int:
    """Give the exit status as a shell has it: 128 and the number of a signal that was deadly."""
    return status if status >= 0 else 128 - status


def at_terminal(command: list[str], folder: Path, mark: str, after: float) -> tuple[int, str]:
    """Run a command at a terminal that is closed after some seconds."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        hear_signals()
        os.chdir(folder)
        environment = os.environ | {"KILLS": mark, "COLUMNS": "100", "NO_COLOR": "1"}
        words = [sys.executable, "-m", "sim", *command, "--jobs", "2", "--out", mark]
        os.execve(sys.executable, words, environment)
    end, said = time.monotonic() + after, b""
    os.set_blocking(terminal, False)
    while time.monotonic() < end:
        try:
            said += os.read(terminal, 4096)
        except BlockingIOError:
            time.sleep(0.01)
        except OSError:
            break
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    if status == 0:
        raise Over
    return as_shells_say(os.waitstatus_to_exitcode(status)), said.decode(errors="replace")


def signalled(send: Callable[[subprocess.Popen], None]) -> Callable[..., tuple[int, str]]:
    """Give what runs a command and does something to it after some seconds."""

    def run(command: list[str], folder: Path, mark: str, after: float) -> tuple[int, str]:
        pipe = subprocess.PIPE
        running = started(command, folder, mark, stdout=subprocess.DEVNULL, stderr=pipe)
        time.sleep(after)
        over = running.poll() is not None
        try:
            if not over:
                send(running)
        except (Over, ProcessLookupError):
            over = True
        begin = time.monotonic()
        _, said = running.communicate()
        if over:
            raise Over
        if send is not worker_of and time.monotonic() - begin > GRACE:
            said += WENT_ON
        return as_shells_say(running.returncode), said

    return run


def to_group(number: int) -> Callable[[subprocess.Popen], None]:
    """Send a signal as a terminal does: to the command and its workers."""
    return lambda running: os.killpg(running.pid, number)


def worker_of(running: subprocess.Popen) -> None:
    """Kill one worker, as the system does where memory runs out."""
    mark = Path(f"/proc/{running.pid}/environ").read_bytes().split(b"KILLS=")[1].split(b"\0")[0]
    while running.poll() is None:
        workers = [pid for pid in processes(mark.decode()) if is_worker(pid)]
        if workers:
            os.kill(random.choice(workers), signal.SIGKILL)
            return
        time.sleep(0.02)
    raise Over


def is_worker(pid: int) -> bool:
    """Tell a worker from the command itself and what tracks its resources."""
    try:
        return b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def on_a_full_disk(command: list[str], folder: Path, mark: str, after: float) -> tuple[int, str]:
    """Run a command on a disk with room for a random part of what it writes.

    A disk in memory where one may be mounted; else a limit to the size of each file.
    """
    room = int(2 ** random.uniform(2, 10)) * 1024
    place = folder / mark
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(place)]
    pipe = subprocess.PIPE
    mounted = subprocess.run(mount, capture_output=True).returncode == 0
    limit = None if mounted else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    running = started(
        command, folder, mark, stdout=subprocess.DEVNULL, stderr=pipe, preexec_fn=limit
    )
    _, said = running.communicate()
    return as_shells_say(running.returncode), said


KINDS: dict[str, Callable[..., tuple[int, str]]] = {
    "Ctrl-C": signalled(to_group(signal.SIGINT)),
    "SIGTERM": signalled(lambda running: running.send_signal(signal.SIGTERM)),
    "SIGHUP": at_terminal,
    "SIGKILL of the command": signalled(lambda running: running.kill()),
    "SIGKILL of a worker": signalled(worker_of),
    "full disk": on_a_full_disk,
}


def looked_at(folder: Path, left: Left) -> None:
    """Note what is wrong with a folder: a table that cannot be read, a manifest that lies."""
    if not folder.is_dir():
        return
    parts = [file.name for file in folder.rglob(".part-*")]
    if parts and left.status != STATUS["SIGKILL of the command"]:
        left.faults.append(f"left {parts}")
    for name in OURS:
        if (folder / name).exists() and name.endswith(".csv"):
            pd.read_csv(folder / name)
    if not (folder / MANIFEST).exists():
        return
    manifest = json.loads((folder / MANIFEST).read_text())
    left.kept = True
    left.whole = not manifest.get("interrupted") and not manifest.get("missing")
    if (folder / TABLE[left.command]).exists() and left.command != "capacity":
        same_as_unharmed(folder, left)
    if left.command in ("run", "compare"):
        results = read_results(folder)
        done = results.metrics["replication"].max()
        if done != manifest["replications"]:
            left.faults.append(f"{done} replications, not {manifest['replications']}")
        if left.command == "run" and "visits.parquet" not in manifest.get("missing", ()):
            results.visits  # noqa: B018
    if left.command == "capacity" and manifest["interrupted"]:
        tried = pd.read_csv(folder / "capacity.csv")
        if " do:" in manifest["answer"] or (tried["verdict"] == "answer").any():
            left.faults.append("an answer of a search that was interrupted")


def same_as_unharmed(folder: Path, left: Left) -> None:
    """Note numbers that are not those of the command that nobody killed."""
    whole = pd.read_csv(folder.parent / f"whole-{left.command}" / TABLE[left.command])
    found = pd.read_csv(folder / TABLE[left.command])
    if left.command == "dose-count":
        same = not left.whole or found.equals(whole)
    else:
        done = whole[whole["replication"] <= found["replication"].max()].reset_index(drop=True)
        same = found.equals(done)
    if not same:
        left.faults.append("other numbers than unharmed")


def unharmed(command: list[str], folder: Path, mark: str) -> float:
    """Run a command to its end, and time it."""
    begin = time.monotonic()
    running = started(command, folder, mark, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, said = running.communicate()
    assert running.returncode == 0, said
    return time.monotonic() - begin


def left_in_shared_memory(before: set[str]) -> set[str]:
    """Give what lies in shared memory and was not there before, unless its maker still lives."""
    names = {file.name for file in SHARED.iterdir()} if SHARED.is_dir() else set()
    made = {name: re.findall(r"[-_](\d+)[-_]", name) for name in names - before}
    return {
        name for name, numbers in made.items()
        if not any(Path(f"/proc/{number}").exists() for number in numbers)
    }  # fmt: skip


def tried(kind: str, command: str, folder: Path, mark: str, seconds: float) -> Left:
    """Kill one command and look at what is left."""
    before = left_in_shared_memory(set())
    status, said = KINDS[kind](COMMANDS[command], folder, mark, random.uniform(0.05, seconds))
    end = time.monotonic() + GRACE
    while time.monotonic() < end and processes(mark):
        time.sleep(0.1)
    left = Left(kind, command, status, said)
    if alive := processes(mark):
        left.faults.append(f"{len(alive)} alive")
        for pid in alive:
            os.kill(pid, signal.SIGKILL)
    if shared := sorted(left_in_shared_memory(before)):
        left.faults.append(f"in shared memory: {shared}")
    if WENT_ON in said:
        left.faults.append("went on for more than 5 s")
    if "Traceback" in said or "Exception ignored" in said:
        left.faults.append("traceback")
    if status not in (0, STATUS[kind]):
        left.faults.append(f"status {status}")
    try:
        looked_at(folder / mark, left)
    except Exception as fault:
        left.faults.append(f"unreadable: {type(fault).__name__}: {fault}")
    if os.path.ismount(folder / mark):
        subprocess.run(["umount", str(folder / mark)], check=True)
    return left


def main() -> None:
    """Kill, and print a table; exit status 1 if anything was amiss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    asked = parser.parse_args()
    random.seed(asked.seed)
    rows, faulty = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "base.toml").write_text(SCENARIO)
        (folder / "study.toml").write_text(STUDY)
        seconds = {c: unharmed(words, folder, f"whole-{c}") for c, words in COMMANDS.items()}
        print({command: round(time, 1) for command, time in seconds.items()}, file=sys.stderr)
        for kind in asked.kinds:
            of_kind = []
            number = 0
            while len(of_kind) < asked.kills:
                command = list(COMMANDS)[len(of_kind) % len(COMMANDS)]
                number += 1
                mark = f"{list(KINDS).index(kind)}-{number}"
                try:
                    left = tried(kind, command, folder, mark, seconds[command])
                except Over:
                    continue
                of_kind.append(left)
                if left.faults:
                    faulty.append(left)
                    print(kind, mark, command, left.faults, left.said[-2000:], file=sys.stderr)
            rows.append(row(kind, of_kind))
            print(rows[-1], file=sys.stderr, flush=True)
    print("| end | tried | exit status | whole | part kept | nothing kept | amiss |")
    print("|---|---|---|---|---|---|---|")
    for line in rows:
        print(f"| {' | '.join(map(str, line))} |")
    sys.exit(bool(faulty))


def row(kind: str, lefts: list[Left]) -> tuple[object, ...]:
    """Sum one kind up: how they ended, what is left, and in how many something was amiss."""
    statuses = [left.status for left in lefts]
    counts = ", ".join(f"{s}: {statuses.count(s)}" for s in sorted(set(statuses)))
    whole = sum(left.whole for left in lefts)
    part = sum(left.kept and not left.whole for left in lefts)
    amiss = sum(bool(left.faults) for left in lefts)
    return kind, len(lefts), counts, whole, part, len(lefts) - whole - part, amiss


if __name__ == "__main__":
    main()
