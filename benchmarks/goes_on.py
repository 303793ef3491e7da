"""Kill one study twenty times, at random moments, and look at what goes on: `make goes-on`.

For each command: started with two processes in one folder, killed with SIGKILL at a random moment
(most often once some tasks more are finished; half of the times with its workers), started again,
and so on; at last left alone. A row each: kills, parts that were there at the last kill, parts
that were written twice (there must be none), tasks begun and finished more than once by the log,
and whether the tables are to the byte those of a command that nobody killed. Then the same on a
disk that is full time and again, and with a worker of a Dask cluster killed in mid-study. Linux;
the full disk needs root.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from kills import STUDY, processes, started
from sim.experiment.ledger import LEDGER

SCENARIO = "[run]\ndays = 150\nreplications = 240\nseed = 4\n[clinic]\nchairs = 2\n"
COMMANDS = {
    "run": ["run", "base.toml", "--keep", "visits", "--no-figures"],
    "compare": ["compare", "study.toml", "--replications", "120", "--no-figures"],
    "capacity": [
        "capacity", "base.toml", "--vary", "clinic.chairs=1:6", "--days", "90", "--when",
        "first-year", "--replications", "80", "--target", "p90(wait_first_infusion_days) <= 14",
        "--no-figures",
    ],
    "dose-count": ["dose-count", "base.toml", "--people", "400", "--replications", "160",
                   "--no-figures"],
    "best": ["best", "study.toml", "--measure", "days_below_10", "--delta", "0.3", "--at-most",
             "120", "--no-figures"],
    "calibrate": ["calibrate", "--set", "trial", "--people", "600", "--evaluations", "400",
                  "--steps", "150", "--samples", "50"],
}  # fmt: skip
TABLES = (".csv", ".parquet")
FULL_KIB = 220
"""Size of the small disk at first; it grows by as much each time that it was full."""


def wait_for(mark: str) -> None:
    """Wait until no process of a command lives; workers see within a second that it is gone."""
    while processes(mark):
        time.sleep(0.05)


def results_in(folder: Path) -> dict[str, bytes]:
    """Give the bytes of the tables of results."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix in TABLES}


def kept_in(folder: Path) -> dict[str, tuple[int, int]]:
    """Give the parts that are kept, and what tells whether they were written again."""
    parts = (folder / LEDGER / "tasks").glob("[!.]*.parquet")
    return {part.name: (part.stat().st_ino, part.stat().st_mtime_ns) for part in parts}


def begun_in(folder: Path) -> tuple[int, int]:
    """Count the tasks that the log says were begun, and that were finished more than once."""
    text = (folder / "run.log").read_text() if (folder / "run.log").exists() else ""
    done = re.findall(r"INFO (?!best fit)(.*): finished in", text)  # a fit reads what it knows
    return len(re.findall(r": begun$", text, re.M)), len(done) - len(set(done))


def wait_at_random(running: subprocess.Popen, out: Path, before: int) -> None:
    """Wait until a few tasks more are finished, or some seconds, and then for a blink."""
    more = random.choice((0, 1, 1, 2, 3)) if (out / LEDGER / "tasks").exists() or before else 0
    end = time.monotonic() + (random.uniform(0.1, 4.0) if more == 0 else 60.0)
    while running.poll() is None and time.monotonic() < end:
        if more and len(kept_in(out)) >= before + more:
            break
        time.sleep(0.005)
    time.sleep(random.uniform(0.0, 0.1))


def killed(command: str, folder: Path, kills: int) -> list[str]:
    """Kill one command over and over, and let it end at last; give a row of the table."""
    mark, out, seen, twice, done = f"killed-{command}", folder / f"killed-{command}", {}, 0, 0
    while done < kills:
        running = started(COMMANDS[command], folder, mark, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL)  # fmt: skip
        wait_at_random(running, out, len(seen))
        if running.poll() is not None:
            break  # it was whole before the last kill
        if random.random() < 0.5:  # the command alone, whose workers see it within a second
            running.send_signal(signal.SIGKILL)
        else:  # or all at once, as when the machine goes down
            for pid in processes(mark):
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        running.wait()
        done += 1
        wait_for(mark)
        now = kept_in(out)
        twice += sum(now[part] != state for part, state in seen.items())
        seen = now
    running = started(COMMANDS[command], folder, mark, stdout=subprocess.DEVNULL,
                      stderr=subprocess.PIPE)  # fmt: skip
    _, said = running.communicate()
    assert running.returncode == 0, said
    now = kept_in(out)
    twice += sum(now[part] != state for part, state in seen.items())
    same = results_in(out) == results_in(folder / f"whole-{command}")
    begun, again = begun_in(out)
    return [command, str(done), str(len(seen)), str(len(now)), str(twice), str(begun), str(again),
            "the same" if same else "DIFFERENT"]  # fmt: skip


def filled(command: str, folder: Path) -> list[str]:
    """Run a command on a disk that is full, make room by as much again, and so on."""
    mark, out, size, full = f"full-{command}", folder / f"full-{command}", FULL_KIB, 0
    out.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(out)], check=True)
    try:
        seen: dict[str, tuple[int, int]] = {}
        twice = 0
        while True:
            running = started(COMMANDS[command], folder, mark, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)  # fmt: skip
            _, said = running.communicate()
            now = kept_in(out)
            twice += sum(now[part] != state for part, state in seen.items())
            seen = now
            if running.returncode == 0:
                break
            assert running.returncode == 2, said
            assert "No space left" in said, said
            full, size = full + 1, size + FULL_KIB
            remount = ["mount", "-o", f"remount,size={size}k", str(out)]
            subprocess.run(remount, check=True)
        same = results_in(out) == results_in(folder / f"whole-{command}")
        return [command, str(full), str(len(now)), str(twice), "the same" if same else "DIFFERENT"]
    finally:
        subprocess.run(["umount", str(out)], check=True)


def of_a_cluster(mark: str) -> list[int]:
    """Give the processes of Dask's in which a command's tasks are done."""
    found = []
    for pid in processes(mark):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def without_a_worker(folder: Path, number: int) -> tuple[int, bool]:
    """Kill a worker of a Dask cluster in mid-study; give how many, and whether all is the same."""
    mark = f"cluster-{number}"
    words = [sys.executable, "-m", "sim", *COMMANDS["compare"], "--cluster", "local:2"]
    environment = os.environ | {"KILLS": mark, "COLUMNS": "100", "NO_COLOR": "1"}
    running = subprocess.Popen(
        [*words, "--out", mark], cwd=folder, env=environment, text=True, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    after, killed = random.randint(1, 150), 0
    while running.poll() is None:
        if not killed and len(kept_in(folder / mark)) >= after and (there := of_a_cluster(mark)):
            os.kill(random.choice(there), signal.SIGKILL)
            killed = 1
        time.sleep(0.005)
    _, said = running.communicate()
    assert running.returncode == 0, said
    return killed, results_in(folder / mark) == results_in(folder / "whole-compare")


def main() -> None:
    """Kill and fill, and print two tables; exit status 1 if anything was lost or done twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="of each command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commands", nargs="*", default=list(COMMANDS), choices=list(COMMANDS))
    asked = parser.parse_args()
    random.seed(asked.seed)
    bad = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "base.toml").write_text(SCENARIO)
        (folder / "study.toml").write_text(STUDY)
        for command in asked.commands:
            running = started(COMMANDS[command], folder, f"whole-{command}",
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
            _, said = running.communicate()
            assert running.returncode == 0, said
        print("| command | kills | parts at the last kill | parts at the end | written again "
              "| begun | finished twice | tables |\n|---|---|---|---|---|---|---|---|")  # fmt: skip
        for command in asked.commands:
            row = killed(command, folder, asked.kills)
            bad |= row[4] != "0" or row[6] != "0" or row[-1] != "the same"
            print(f"| {' | '.join(row)} |", flush=True)
        if os.geteuid() == 0:
            print(
                "\n| command | times full | parts | written again | tables |\n|---|---|---|---|---|"
            )
            for command in asked.commands:
                row = filled(command, folder)
                bad |= row[3] != "0" or row[-1] != "the same"
                print(f"| {' | '.join(row)} |", flush=True)
        if "compare" in asked.commands:
            found = [without_a_worker(folder, number) for number in range(asked.kills)]
            same = sum(one for _, one in found)
            bad |= same < len(found)
            killed_in = sum(number for number, _ in found)
            print(f"\nA worker of Dask's was killed in {killed_in} of {len(found)} studies; {same} "
                  "of them are the same to the byte.", flush=True)  # fmt: skip
    sys.exit(bad)


if __name__ == "__main__":
    main()
