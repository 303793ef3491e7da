"""Prints how fast the model is, beside a plain SimPy model of the same content: `make bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import controls
import parts

PARTS = {
    "ratio": parts.ratio,
    "random": parts.random_numbers,
    "growth": parts.growth,
    "pairing": parts.pairing,
    "processes": parts.processes,
    "controls": controls.worth,
}


def main() -> None:
    """Run the parts asked for, print a table, and write the numbers where asked to."""
    arguments = _arguments()
    results: dict[str, Any] = {"load_average_before": os.getloadavg()[0]}
    begun = perf_counter()
    for name in arguments.only or PARTS:
        results[name] = PARTS[name]()
        for line in LINES[name](results):
            print(line, flush=True)
        print()
    results["seconds"] = perf_counter() - begun
    results["python"] = platform.python_version()
    print(
        f"{results['seconds']:.0f} s in all, Python {results['python']}, load average before: "
        f"{results['load_average_before']:.1f} on {os.cpu_count()} processors"
    )
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, nargs="+", help="these parts alone")
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


def _random(results: dict[str, Any]) -> Iterator[str]:
    found = results["random"]
    yield (
        f"Keyed random numbers: {found['share']:.1%} of run time "
        f"(blocks {found['blocks_share']:.1%}, look-ups {found['lookups_share']:.1%})"
    )


def _growth(results: dict[str, Any]) -> Iterator[str]:
    yield "Cost of a visit by number of patients (one year, capacity in proportion)"
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
            found["time_gain"] = speed * found["variance_ratio"]
            yield (
                f"  {'':15} time to a given half-width: {found['time_gain']:.0f} times shorter "
                f"than plain SimPy with independent seeds ({speed:.2f} x "
                f"{found['variance_ratio']:.0f})"
            )


def _processes(results: dict[str, Any]) -> Iterator[str]:
    found = results["processes"]
    yield (
        f"Two processes: {found['speed_up']:.2f} times as fast as one "
        f"({found['one']:.1f} s and {found['two']:.1f} s)"
    )


LINES = {
    "ratio": _ratio,
    "random": _random,
    "growth": _growth,
    "pairing": _pairing,
    "processes": _processes,
    "controls": controls.lines,
}

if __name__ == "__main__":
    main()
