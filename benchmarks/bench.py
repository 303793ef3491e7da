"""Prints how fast the model is, beside a plain SimPy model of the same content: `make bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import controls
import parts
from instructions import DAYS, instructions_a_visit
from sim.compiled import build
from variances import time_gain
from wall_clock import WAITS, waited

PARTS: dict[str, Callable[[], Any]] = {
    "ratio": parts.ratio,
    "instructions": instructions_a_visit,
    "random": parts.random_numbers,
    "growth": parts.growth,
    "pairing": parts.pairing,
    "processes": parts.processes,
    "controls": controls.worth,
}
BY_NAME: dict[str, Callable[[], Any]] = {name: partial(waited, name) for name in WAITS}
"""What takes minutes and is run where it is asked for."""
AT_MOST = 1.5
"""Times that a visit of the largest replication may cost of one of the smallest."""


def main() -> None:
    """Run the parts asked for, print a table, and write the numbers where asked to."""
    arguments = _arguments()
    results: dict[str, Any] = {"load_average_before": os.getloadavg()[0]}
    begun = perf_counter()
    for name in arguments.only or PARTS:
        run = {**PARTS, **BY_NAME}[name]
        results[name] = run(large=True) if name == "growth" and arguments.large else run()
        for line in LINES[name](results):
            print(line, flush=True)
        print()
    results["seconds"] = perf_counter() - begun
    results["python"] = platform.python_version()
    results["build"] = build()
    print(
        f"{results['seconds']:.0f} s in all, Python {results['python']}, load average before: "
        f"{results['load_average_before']:.1f} on {os.cpu_count()} processors"
    )
    print(f"The model is {results['build']}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="By name only, as they take minutes: "
        + "; ".join(f"{name}: {wait.what}" for name, wait in WAITS.items()),
    )
    parser.add_argument("--only", choices=[*PARTS, *BY_NAME], nargs="+", help="these parts alone")
    parser.add_argument(
        "--large", action="store_true", help="growth up to 100,000 patients in one replication"
    )
    parser.add_argument("--json", type=Path, help="write the numbers to this file too")
    return parser.parse_args()


def _ratio(results: dict[str, Any]) -> Iterator[str]:
    yield "Model and plain SimPy model, same content (processor time, fresh processes in turn)"
    yield f"  {'':15} {'model':>18} {'plain SimPy':>18}   ratio (range over rounds)"
    for clinic, found in results["ratio"].items():
        ratios = found["ratios"]
        spread = f"{found['ratio']:.2f} ({min(ratios):.2f}-{max(ratios):.2f}, n = {len(ratios)})"
        yield f"  {clinic:15} {_speeds(found['visits_per_second'], 'visits/s')}   {spread}"
        yield f"  {'':15} {_speeds(found['patient_years_per_second'], 'years/s')}"


def _speeds(speed: dict[str, float], unit: str) -> str:
    return " ".join(f"{f'{speed[engine]:,.0f} {unit}':>18}" for engine in ("model", "plain"))


def _instructions(results: dict[str, Any]) -> Iterator[str]:
    found = results["instructions"]
    if found is None:
        yield "Instructions a visit: not counted, as valgrind is not there"
        return
    yield (
        f"Instructions a visit (default clinic, days {DAYS // 2} to {DAYS}, start-up taken off): "
        f"model {found['model']:,.0f}, plain SimPy {found['plain']:,.0f}: "
        f"ratio {found['plain'] / found['model']:.2f}"
    )


def _random(results: dict[str, Any]) -> Iterator[str]:
    if not (found := results["random"]):
        yield "Keyed random numbers: their share is measured of the sources alone (make pure)"
        return
    yield (
        f"Keyed random numbers: {found['share']:.1%} of run time "
        f"(blocks {found['blocks_share']:.1%}, look-ups {found['lookups_share']:.1%})"
    )


def _growth(results: dict[str, Any]) -> Iterator[str]:
    yield (
        "Cost of a visit by number of patients (one year, capacity in proportion; aim: at most "
        f"x {AT_MOST} for 100,000)"
    )
    smallest = next(iter(results["growth"].values()))
    for patients, seconds in results["growth"].items():
        yield (
            f"  {int(patients):>8,} patients {seconds * 1e6:>7.1f} us   x {seconds / smallest:.2f}"
        )


def _pairing(results: dict[str, Any]) -> Iterator[str]:
    yield "Days in response, adaptive - every 28 days: variance of the difference"
    for clinic, found in results["pairing"].items():
        yield (
            f"  {clinic:15} independent seeds {found['variance_independent']:.1f}, "
            f"common numbers {found['variance_common']:.2f}: ratio {found['variance_ratio']:.0f} "
            f"(95 % {found['lower']:.0f}-{found['upper']:.0f}, n = {found['replications']})"
        )
        if "ratio" in results:
            speed = results["ratio"][clinic]["ratio"]
            found["time_gain"] = gain, lower, upper = time_gain(speed, found)
            yield (
                f"  {'':15} time to a given half-width: {gain:.0f} times shorter "
                f"(95 % {lower:.0f}-{upper:.0f}) than plain SimPy with independent seeds "
                f"({speed:.2f} x {found['variance_ratio']:.0f})"
            )


def _processes(results: dict[str, Any]) -> Iterator[str]:
    found = results["processes"]
    yield (
        f"Two processes: {found['speed_up']:.2f} times as fast as one "
        f"({found['one']:.1f} s and {found['two']:.1f} s)"
    )


def _waited(name: str, results: dict[str, Any]) -> Iterator[str]:
    found = results[name]
    verdict = "met" if found["seconds"] < found["target"] else "missed"
    yield (
        f"{WAITS[name].what}: {found['seconds']:.0f} s by the clock "
        f"(aim: under {found['target']:.0f} s, {verdict})"
    )


LINES: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "ratio": _ratio,
    "instructions": _instructions,
    "random": _random,
    "growth": _growth,
    "pairing": _pairing,
    "processes": _processes,
    "controls": controls.lines,
    **{name: partial(_waited, name) for name in WAITS},
}

if __name__ == "__main__":
    main()
