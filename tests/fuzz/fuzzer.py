"""Throws spoilt scenarios, studies, tables, targets, manifests and options at the program.

Whatever is given, the program either works or refuses it in a paragraph: no traceback, no endless
run, no memory eaten. Case n of a seed is always the same, so a finding can be repeated by its
number:

    python tests/fuzz/fuzzer.py --cases 10000 --seed 1      # make fuzz
    python tests/fuzz/fuzzer.py --only 4711 --seed 1        # one case, with its traceback
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEMORY = 10, 2**30
TIMERS = (  # seconds of the processor; and by the clock, for what only waits
    (signal.SIGPROF, signal.ITIMER_PROF, SECONDS),
    (signal.SIGALRM, signal.ITIMER_REAL, 12 * SECONDS),
)
BATCH = 250  # cases of one process

NUMBERS = [
    0,
    1,
    -1,
    2,
    0.5,
    -0.5,
    1e-9,
    1e-300,
    1e9,
    1e19,
    1e300,
    10**30,
    7,
    13,
    365,
    3650,
    100_000,
]
WORDS = [
    "",
    "unlimited",
    "always",
    "none",
    "fixed",
    "steady_state",
    "x" * 300,
    "../..",
    "é",
    "\0",
    "[red]",
    "\x1b[31m",
    "$\\frac$",
    "=cmd()",
    "true",
    "nan",
    "2026-02-30",
    "file",
    "empty",
]
DATES = [date(1, 1, 1), date(9999, 12, 31), date(2026, 2, 28), date(2026, 1, 12)]
PATHS = ["/dev/null", "/dev/zero", ".", "nowhere.csv", "people.csv", "base.toml"]


def spoilt(value: Any, dice: random.Random) -> Any:
    """Give a value that stands near the old one, or far from it."""
    how = dice.randrange(4) if dice.random() < 0.3 else 4  # of another kind, or of its own
    if how == 0:
        return dice.choice(NUMBERS)
    if how == 1:
        return dice.choice(WORDS)
    if how == 2:
        return dice.choice([True, False, [], {}, [value], {"kind": value}, DATES[0], DATES[1]])
    if how == 3:
        return dice.choice([*DATES, *PATHS])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return dice.choice([value + 1, value - 1, value * 10, -value, value / 2, 0])
    if isinstance(value, float):
        return dice.choice([value * 2, value / 2, -value, value * 1e3, value * 1e-3, 0.0])
    if isinstance(value, list) and value:
        return dice.choice([value[:-1], value * 2, [spoilt(value[0], dice), *value[1:]]])
    if isinstance(value, str) and value:
        return dice.choice([value[:-1], value * 2, value.upper(), value[::-1]])
    return dice.choice(NUMBERS)


def places(table: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the path of every value, tables included."""
    for key, value in table.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from places(value, (*above, key))


def changed(table: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Spoil, drop, double or rename a few entries of a table of tables."""
    table = json.loads(json.dumps(table, default=str))
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        *above, key = dice.choice(list(places(table)))
        inner = table
        for step in above:
            inner = inner[step]
        how = dice.randrange(10)
        if how == 0:
            inner[key + dice.choice("s_x")] = inner.pop(key)
        elif how == 1:
            del inner[key]
        else:
            inner[key] = spoilt(inner[key], dice)
        if not table:
            break
    return table


def toml(table: dict[str, Any]) -> str:
    """Write plain data as TOML, every table in braces."""
    return "\n".join(f"{_key(key)} = {_literal(value)}" for key, value in table.items()) + "\n"


def _key(key: str) -> str:
    return json.dumps(key)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_literal(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(entry) for entry in value) + "]"
    return repr(value) if isinstance(value, int | float) else json.dumps(value)


def scratched(text: str, dice: random.Random) -> bytes:
    """Scratch a text: bytes lost, doubled, swapped or put in, or the end cut off."""
    raw = bytearray(text.encode())
    for _ in range(dice.randrange(1, 6)):
        if not raw:
            break
        place = dice.randrange(len(raw))
        how = dice.randrange(6)
        if how == 0:
            del raw[place]
        elif how == 1:
            raw[place] = dice.randrange(256)
        elif how == 2:
            raw[place:place] = bytes(dice.choice(WORDS).encode())
        elif how == 3:
            raw[place:place] = raw[place : place + dice.randrange(40)]
        elif how == 4:
            del raw[place:]
        else:
            raw[place:place] = dice.choice([b"\xff\xfe", b"\0", b"[", b"{", b'"', b"\n", b"="])
    return bytes(raw)


@dataclass(frozen=True)
class World:
    """What every case starts from: a small scenario, its tables, and a finished run."""

    folder: Path
    scenario: dict[str, Any]
    study: dict[str, Any]
    tables: dict[str, str]
    run: Path


SMALL = {
    "run": {"days": 10, "replications": 1},
    "referrals": {"kind": "poisson", "per_week": 6},
    "clinic": {"chairs": 2, "nurses": 1},
    "policy": {"boosters": {"kind": "fixed", "every_days": 7}},
}
TABLES = {
    "people.csv": "patient,baseline,referred\na,14,0\nb,17,2\nc,12,3\n",
    "weeks.csv": "week,referrals\n2026-01-05,6\n2026-01-12,3\n",
    "targets.csv": "",
}


def world(folder: Path) -> World:
    """Lay out the folder once a process."""
    from sim.experiment.runner import run
    from sim.experiment.store import write_results
    from sim.model.scenario import Scenario

    tables = dict(TABLES)
    tables["targets.csv"] = (ROOT / "scenarios/validation_examples.csv").read_text("utf-8")
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    full = _plain(Scenario().override(_dotted(SMALL)))
    (folder / "base.toml").write_text(toml(SMALL), encoding="utf-8")
    study = {
        "base": "base.toml",
        "reference": "a",
        "variants": {"a": {"clinic.chairs": 2}, "b": {"policy.boosters": {"kind": "none"}}},
    }
    results = run({"a": Scenario().override(_dotted(SMALL))}, 2, 1, jobs=1, keep=["visits"])
    return World(folder, full, study, tables, write_results(results, folder / "finished"))


def _dotted(table: dict[str, Any]) -> dict[str, object]:
    return {f"{a}.{b}": value for a, inner in table.items() for b, value in inner.items()}


def _plain(scenario: Any) -> dict[str, Any]:
    from sim.experiment.provenance import resolved

    return _without_nothing(resolved(scenario))


def _without_nothing(table: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_nothing(value) if isinstance(value, dict) else value
        for key, value in table.items()
        if value is not None
    }


def in_python(w: World, dice: random.Random) -> None:
    """Validate spoilt data and simulate it."""
    from sim.config.validation import validated
    from sim.experiment.runner import run
    from sim.model.scenario import Scenario

    run({"x": validated(Scenario, changed(w.scenario, dice))}, 1, jobs=1)


def small_in_python(w: World, dice: random.Random) -> None:
    """Validate spoilt data of few keys and simulate it."""
    from sim.config.validation import validated
    from sim.experiment.runner import run
    from sim.model.scenario import Scenario

    run({"x": validated(Scenario, changed(SMALL, dice))}, 1, jobs=1)


def by_file(w: World, dice: random.Random) -> None:
    """A scenario file, spoilt or scratched, by `ketasim run` or `describe`."""
    file = w.folder / f"{dice.choice(['x', 'é', '[red]', '=cmd()'])}.toml"
    table = changed(dice.choice([SMALL, w.scenario]), dice)
    file.write_bytes(dice.choice([toml(table).encode(), scratched(toml(SMALL), dice)]))
    ketasim(w, dice.choice(["run", "describe"]), str(file))


def by_option(w: World, dice: random.Random) -> None:
    """A good scenario with a spoilt --set."""
    path = ".".join(dice.choice(list(places(w.scenario))))
    value = dice.choice([*NUMBERS, *WORDS, '{ kind = "exponential", mean = 5 }', "[1, 2]"])
    ketasim(w, "run", str(w.folder / "base.toml"), "--set", f"{path}={value}")


def by_study(w: World, dice: random.Random) -> None:
    """A spoilt study."""
    file = w.folder / "study.toml"
    text = toml(changed(w.study, dice))
    file.write_bytes(scratched(text, dice) if dice.random() < 0.5 else text.encode())
    ketasim(w, "compare", str(file))


def by_table(w: World, dice: random.Random) -> None:
    """A scratched table of people or referrals."""
    name, sets = dice.choice(
        [
            ("people.csv", ["population.file"]),
            ("weeks.csv", ["referrals.kind=file", "referrals.file"]),
        ]
    )
    suffix = dice.choice([".csv", ".csv", ".parquet"])
    file = (w.folder / f"spoilt-{name}").with_suffix(suffix)
    file.write_bytes(scratched(w.tables[name], dice))
    *first, last = sets
    options = [word for change in (*first, f"{last}={file}") for word in ("--set", change)]
    ketasim(w, "run", str(w.folder / "base.toml"), *options)


def by_targets(w: World, dice: random.Random) -> None:
    """A scratched table of published results; only read, as answering takes long."""
    from sim.evidence.published import read_published

    lines = w.tables["targets.csv"].splitlines()
    text = "\n".join([lines[0], *dice.sample(lines[1:], 3)])
    (w.folder / "spoilt-targets.csv").write_bytes(scratched(text, dice))
    read_published(w.folder / "spoilt-targets.csv")


def by_target(w: World, dice: random.Random) -> None:
    """A scratched question about capacity."""
    target = scratched("p90(clinic_wait_first_infusion_days) <= 14", dice).decode(
        "utf-8", "replace"
    )
    vary = scratched("clinic.chairs=1:3", dice).decode("utf-8", "replace")
    ketasim(w, "capacity", str(w.folder / "base.toml"), "--target", target, "--vary", vary,
            "--days", "7", "--when", "first-year")  # fmt: skip


def by_manifest(w: World, dice: random.Random) -> None:
    """A finished run whose manifest or tables were spoilt."""
    folder = w.folder / "spoilt"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(w.run, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    if dice.random() < 0.7:
        text = json.dumps(changed(manifest, dice), default=str)
        raw = scratched(text, dice) if dice.random() < 0.4 else text.encode()
        (folder / "manifest.json").write_bytes(raw)
    else:
        file = dice.choice(sorted(folder.glob("*.*")))
        file.write_bytes(file.read_bytes()[: dice.randrange(1 + file.stat().st_size)])
    ketasim(w, "explain", str(folder), "--patient", "1", "--no-figure")


HOW: list[Callable[[World, random.Random], None]] = [
    in_python, in_python, small_in_python, small_in_python, by_targets,
    by_file, by_file, by_option, by_option, by_study, by_table, by_target, by_manifest,
]  # fmt: skip


def ketasim(w: World, command: str, *options: str) -> None:
    """Run the command line's function; a refusal is one paragraph and status 2."""
    from sim.cli import commands

    if isinstance(commands.app, typer.Typer):  # built once a process, which takes most of a case
        commands.app = typer.main.get_command(commands.app)
    words = ["ketasim", command, *options]
    if command in ("run", "compare", "capacity"):
        shutil.rmtree(w.folder / "out", ignore_errors=True)
        words += ["--out", str(w.folder / "out"), "--quiet", "--no-figures", "--jobs", "1"]
        words += ["--replications", "1"]
    said, argv = io.StringIO(), sys.argv
    sys.argv = words
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            commands.command_line()
    except SystemExit as end:
        if end.code not in (0, None):
            raise Refused(end.code, said.getvalue()) from None
    finally:
        sys.argv = argv


class Refused(Exception):
    """The command line ended with a status other than 0."""


class TooSlow(BaseException):
    """A case that has taken its time."""


def tried(w: World, seed: int, number: int) -> tuple[str, str]:
    """Try one case; give its kind and what came of it: "fine", "refused", or what went wrong."""
    from sim.config.errors import ScenarioError

    dice = random.Random(f"{seed}-{number}")
    how = HOW[number % len(HOW)]
    for number_of, timer, seconds in TIMERS:
        signal.signal(number_of, _too_slow)
        signal.setitimer(timer, seconds)
    try:
        how(w, dice)
        return how.__name__, "fine"
    except ScenarioError as refusal:
        return how.__name__, "refused" if str(refusal).strip() else "refused without a word"
    except Refused as refusal:
        status, said = refusal.args
        fine = status in (1, 2) and said.strip() and "Traceback" not in said
        return how.__name__, "refused" if fine else f"status {status}: {said[-300:]}"
    except TooSlow:
        return how.__name__, f"over {SECONDS} s: {traceback.format_exc(limit=-2)[-300:]}"
    except MemoryError:
        return how.__name__, "over 1 GB"
    except BaseException as fault:
        where = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return how.__name__, f"{type(fault).__name__} at {place}: {str(fault)[:200]}"
    finally:
        for _, timer, _ in TIMERS:
            signal.setitimer(timer, 0)


def _too_slow(_number: int, _frame: object) -> None:
    raise TooSlow


def batch(seed: int, first: int, cases: int) -> list[tuple[int, str, str]]:
    """Try cases one after the other in a folder of their own; relative paths stay in it."""
    with tempfile.TemporaryDirectory() as made:
        folder, before = Path(made).resolve(), Path.cwd()
        os.chdir(folder)
        try:
            w = world(folder)
            return [(n, *tried(w, seed, n)) for n in range(first, first + cases)]
        finally:
            os.chdir(before)


def main() -> None:
    """Try many cases in processes of limited memory; status 1 if any went wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", type=int)
    options.add_argument("--batch", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    sys.path.insert(0, str(ROOT))
    if given.batch is not None:
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY + 2 * used * 1024 + 2**30,) * 2)
        csv.writer(sys.stdout).writerows(batch(given.seed, given.batch, BATCH))
    elif given.only is not None:
        print(*batch(given.seed, given.only, 1))
    else:
        sys.exit(_all(given.cases, given.seed))


def _all(cases: int, seed: int) -> int:
    counts, wrong = Counter[tuple[str, str]](), 0
    for first in range(0, cases, BATCH):
        words = [sys.executable, __file__, "--batch", str(first), "--seed", str(seed)]
        done = subprocess.run(words, capture_output=True, text=True)
        rows = list(csv.reader(io.StringIO(done.stdout)))
        if len(rows) != BATCH:
            print(f"the process of cases {first} to {first + BATCH} ended: {done.stderr[-500:]}")
            wrong += 1
        for number, how, what in rows:
            good = what in ("fine", "refused")
            counts[how, what if good else "wrong"] += 1
            wrong += not good
            if not good:
                print(f"case {number}, {how}: {what}", flush=True)
    for (how, what), number in sorted(counts.items()):
        print(f"{how:16} {what:8} {number:6}")
    print(f"{cases} cases, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    main()
