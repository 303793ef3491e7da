"""How many small faults the tests find: mutants of three packages, without the back-test.

    make mutants, or: python benchmarks/mutants.py policy clinic outcomes --sample 150

Of every package a random sample of mutants is drawn and put to its tests (`mutation_tests.py`).
Prints tables by package and by kind of change, and where each mutant that survived stands.
"""

from __future__ import annotations

import argparse
import ast
import csv
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path

from mutation_tests import KILLED, verdicts
from mutations import ROOT, Mutant, mutations

TESTS = {
    "policy": ("tests/policy",),
    "clinic": (
        "tests/clinic",
        "--deselect=tests/clinic/test_invariants.py::test_the_record_of_any_clinic",
        "--ignore=tests/clinic/test_last_start.py",
    ),
    "outcomes": ("tests/outcomes", "--ignore=tests/outcomes/test_bounds.py"),
}
"""What has to find the faults of a package, as pytest is told it; what takes long is left out."""
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.csv")
Z = 1.959964  # of a 95 % interval


def mutants_of(package: str) -> list[Mutant]:
    """List every mutant of a package."""
    found = []
    for path in sorted((ROOT / "sim" / package).glob("*.py")):
        tree, file = ast.parse(path.read_text()), path.relative_to(ROOT).as_posix()
        found += [Mutant(file, tree, mutation) for mutation in mutations(tree)]
    return found


def sampled(mutants: Iterable[Mutant], size: int, seed: int) -> list[Mutant]:
    """Draw a random sample by key, so that a line that changes moves no other."""

    def rank(one: Mutant) -> str:
        return hashlib.sha256(f"{seed} {one.key}".encode()).hexdigest()

    return sorted(mutants, key=rank)[:size]


def known_equivalent() -> set[tuple[str, ...]]:
    """Read the mutants that, looked at by hand, change nothing that could be observed."""
    with EQUIVALENT.open() as file:
        return {(r["file"], r["where"], r["before"], r["after"]) for r in csv.DictReader(file)}


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Give the 95 % Wilson interval of a share."""
    share, more = hits / of, Z**2 / of
    middle, half = share + more / 2, Z * (share * (1 - share) / of + more / (4 * of)) ** 0.5
    return (middle - half) / (1 + more), (middle + half) / (1 + more)


def table(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """Write (name, verdict) as a Markdown table: a row by name, and one of all."""
    count = Counter(rows)
    lines = [f"| {title} | put to the tests | killed | survived | share killed (95 %) |",
             "|---|---|---|---|---|"]  # fmt: skip
    for name in [*sorted({name for name, _ in count}), "all"]:
        of = sum(n for (one, _), n in count.items() if name in (one, "all"))
        killed = sum(n for (one, how), n in count.items() if name in (one, "all") and how == KILLED)
        low, high = wilson(killed, of)
        lines.append(f"| {name} | {of} | {killed} | {of - killed} | "
                     f"{killed / of:.1%} ({low:.0%} to {high:.0%}) |")  # fmt: skip
    return "\n".join(lines)


def around(before: str, after: str, shown: int = 100) -> tuple[str, str]:
    """Show two long statements from a little before the place at which they part."""
    same = next(n for n, two in enumerate(zip_longest(before, after)) if two[0] != two[1])
    begin = max(0, same - shown // 2)
    return f"    {before[begin : begin + shown]}", f"    {after[begin : begin + shown]}"


def run(package: str, arguments: argparse.Namespace) -> list[tuple[Mutant, str]]:
    """Put a sample of a package's mutants to its tests."""
    begun, everything = time.perf_counter(), mutants_of(package)
    if arguments.files:
        everything = [one for one in everything if arguments.files in one.file]
    sample = sampled(everything, arguments.sample or len(everything), arguments.seed)
    equal = known_equivalent()
    tried = [one for one in sample if one.key not in equal]
    results = verdicts(tried, arguments.tests or TESTS[package], arguments.slowest)
    print(f"\n## {package}: {len(everything)} mutants, {len(sample)} drawn, "
          f"{len(sample) - len(tried)} equivalent; {time.perf_counter() - begun:.0f} s\n",
          flush=True)  # fmt: skip
    for one, how in sorted(zip(tried, results, strict=True), key=lambda two: two[0].position):
        if how != KILLED:
            change = one.mutation
            print(f"{one.file}:{change.line} {change.where} ({change.operator}, {how})", flush=True)
            print(*around(change.before, change.after), sep="\n", flush=True)
    return list(zip(tried, results, strict=True))


def main() -> None:
    """Read the command line, run, and print."""
    read = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    read.add_argument("packages", nargs="*", default=list(TESTS), metavar="package")
    read.add_argument("--sample", type=int, default=150, help="mutants a package; 0 for all")
    read.add_argument("--seed", type=int, default=1, help="of the sample")
    read.add_argument("--slowest", type=float, default=2.0, help="leave out tests above, in s")
    read.add_argument("--files", help="only of files with this in their path")
    read.add_argument("--tests", nargs="*", help="these tests in place of the package's")
    arguments = read.parse_args()
    if unknown := set(arguments.packages) - set(TESTS):
        sys.exit(f"no tests are known for {', '.join(sorted(unknown))}; try {', '.join(TESTS)}")
    results = {package: run(package, arguments) for package in arguments.packages}
    by_package = [(name, how) for name, tried in results.items() for _, how in tried]
    by_kind = [(one.mutation.operator, how) for tried in results.values() for one, how in tried]
    print("\n" + table("package", by_package) + "\n\n" + table("change", by_kind))


if __name__ == "__main__":
    main()
