"""Pictures and tables of README and docs, made anew: `make images`, or `make images ONLY=booking`.

Every entry of ENTRIES runs its commands in a folder of its own, results/images/NAME, copies its
pictures to docs/images/ and writes its tables between `<!-- made by: NAME -->` and `<!-- end -->`.
Prose beside them is written by hand: read it again where a table or a picture has changed.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import money
import tables

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"<!-- made by: (\w+) -->\n.*?<!-- end -->", re.S)


@dataclass(frozen=True)
class Entry:
    """What commands leave: pictures (by the file each is copied from), and tables (by mark)."""

    commands: tuple[str, ...]
    minutes: float  # about, on two processors
    pictures: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Callable[[Path], str]] = field(default_factory=dict)


DOSES = "ketasim dose-count scenarios/base.toml --no-figures --quiet"
KNOWN = "from sim.evidence.known_answers import verify; verify(jobs=2).to_csv('known_answers.csv')"
THRESHOLDS = "--wtp 50000 --wtp 100000 --wtp 150000"

ENTRIES = {
    "boosters": Entry(
        (
            "ketasim compare scenarios/boosters.toml --quiet --out community",
            "ketasim compare scenarios/boosters.toml --quiet --out trial --no-figures"
            " --set symptoms.calibration=trial",
        ),
        1.5,
        {"tradeoff.png": "community/figures/tradeoff.png"},
        {"boosters": tables.boosters},
    ),
    "boosters_uncertain": Entry(
        ("python scenarios/boosters_uncertain.py --draws 30",),
        12,
        tables={"boosters_uncertain": tables.boosters_uncertain},
    ),
    "economics": Entry(
        (
            "ketasim economics scenarios/boosters.toml --quiet --out community --worth"
            f" --vary clinic.chairs=2:4 {THRESHOLDS}",
            "ketasim economics scenarios/boosters.toml --quiet --out trial --no-figures"
            f" --set symptoms.calibration=trial {THRESHOLDS}",
        ),
        15,
        {
            "acceptability.png": "community/figures/acceptability.png",
            "best_by_capacity.png": "community/figures/best_by_capacity.png",
            "capacity_worth.png": "community/figures/capacity_worth.png",
        },
        {f"economics_{name}": money.under(name) for name in ("community", "trial")},
    ),
    "booking": Entry(
        ("python scenarios/booking.py",),
        5,
        {"booking.png": "results/booking_script/figures/booking.png"},
        {"booking": tables.booking},
    ),
    "policies": Entry(
        ("python scenarios/policies.py",),
        6,
        {
            "curves_unlimited.png": "results/policies_script/figures/curves.png",
            "curves_scarce.png": "results/policies_scarce_script/figures/curves.png",
        },
        {"policies": tables.policies},
    ),
    "prediction": Entry(
        ("python benchmarks/prediction.py",),
        0.2,
        {"prediction.png": "prediction.png"},
        {"prediction": tables.printed},
    ),
    "policy_capacity": Entry(
        ("python scenarios/policy_capacity.py",),
        20,
        {"policy_capacity.png": "results/policy_capacity_script/figures/policy_capacity.png"},
    ),
    "animation": Entry(
        (
            "ketasim run scenarios/base.toml --replications 1 --quiet --no-figures --out base",
            "ketasim animate base --weeks 102 --out animation.html",
            "python benchmarks/still.py animation.html animation.png 138",
        ),
        0.5,
        {"animation.png": "animation.png"},
    ),
    "dose_count": Entry(
        (
            f"{DOSES} --out community --set symptoms.drug_share=1",
            f"{DOSES} --out trial --set symptoms.drug_share=1 --set symptoms.calibration=trial",
            f"{DOSES} --out default",
        ),
        0.5,
        tables={
            "dose_shares": tables.dose_shares,
            "dose_answers": tables.dose_answers,
            "dose_shifts": tables.dose_shifts,
        },
    ),
    "calibrations": Entry((), 0, tables={"calibrations": tables.calibrations}),
    "published": Entry(
        ("ketasim validate --draws 100 --quiet --no-figures --out validation",),
        12,
        tables={"published": tables.published},
    ),
    "known_answers": Entry(
        (f'python -c "{KNOWN}"',), 5, tables={"known_answers": tables.known_answers}
    ),
    "planner_questions": Entry(("python benchmarks/answers.py",), 4),  # renews its page itself
}

NOT_RENEWED = {  # page: heading -> why not
    "docs/evidence.md": {
        "Before and after the refit": "how it was before another fit",
        "Structures": "from fits of eight structures a set, an hour in all: "
        "`ketasim calibrate --set SET --structures`",
    },
    "docs/howto_sensitivity.md": {
        "Screening (Morris)": "two thousand runs, seven minutes, by hand: "
        "`ketasim sensitivity scenarios/base.toml --method morris`",
    },
    "docs/performance.md": {
        "Speed": "speeds of one machine on one day: `make bench`",
    },
    "docs/verification.md": {
        "Results told with controls": "200 studies, by hand: `make controls`",
        "Enough replications": "thousands of streams and a hundred studies, half an hour, by hand: "
        "`make enough`",
        "The warm-up that is found": "hundreds of series and forty studies, by hand: `make warmup`",
        "The best of many": "thousands of problems, by hand: `make enough`",
        "What goes on after a kill": "kinds of end, by hand: `make goes-on`",
        "The same in the tests, small": "what the tests saw when their sizes were settled",
        "Do the intervals hold what they say?": "rows chosen and named by hand: "
        "`python benchmarks/intervals.py --pool 240 --studies 500`",
        "The other witnesses": "chances worked out by hand from the rule's binomial distribution: "
        "tests/planning/test_capacity_rule.py",
        "How many small faults the tests find": "samples of several seeds, each of many minutes: "
        "`make mutants`",
        "What is left of a command that is killed": "kinds of end with different seeds: "
        "`make kills`",
        "Two hundred random clinics": "counts picked from what is printed: `make clinics`",
    },
}


def words(command: str) -> list[str]:
    """Split a command; files of the repository get their place, programs those of this Python."""
    program, *rest = shlex.split(command)
    begun = {"ketasim": [sys.executable, "-m", "sim"], "python": [sys.executable]}[program]
    return [*begun, *(str(ROOT / word) if (ROOT / word).is_file() else word for word in rest)]


def run(name: str) -> Path:
    """Run the commands of an entry in its folder, emptied before; keep there what they print."""
    folder = ROOT / "results" / "images" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (folder / "printed.txt").open("w", encoding="utf-8") as printed:
        for command in ENTRIES[name].commands:
            print(f"  {command}", flush=True)
            subprocess.run(words(command), cwd=folder, stdout=printed, check=True)
    return folder


def renewed(text: str, made: Mapping[str, str]) -> str:
    """Write tables between their marks; leave all other text as it is."""

    def block(found: re.Match[str]) -> str:
        name = found[1]
        new = f"<!-- made by: {name} -->\n\n{made.get(name)}\n<!-- end -->"
        return new if name in made else found[0]

    return BLOCK.sub(block, text)


def renew(name: str) -> list[str]:
    """Make an entry's pictures and tables anew; say of each whether it changed."""
    folder, entry = run(name), ENTRIES[name]
    told = []
    for picture, source in entry.pictures.items():
        old, new = IMAGES / picture, (folder / source).read_bytes()
        same = old.exists() and old.read_bytes() == new
        old.write_bytes(new)
        told.append(f"docs/images/{picture}: {'as before' if same else 'changed'}")
    made = {mark: table(folder) for mark, table in entry.tables.items()}
    for page in PAGES:
        before = page.read_text(encoding="utf-8")
        for mark in made.keys() & {found[1] for found in BLOCK.finditer(before)}:
            after = renewed(before, {mark: made[mark]})
            same = "as before" if after == before else "changed"
            told.append(f"{page.relative_to(ROOT).as_posix()}, {mark}: {same}")
            before = after
        page.write_text(before, encoding="utf-8", newline="\n")
    return told


def chosen(only: list[str]) -> list[str]:
    """Give the entries asked for, by their own names or by those of pictures or tables."""
    found = []
    for asked in only:
        names = [
            name
            for name, entry in ENTRIES.items()
            if asked == name or asked in entry.tables or f"{asked.removesuffix('.png')}.png"
            in entry.pictures
        ]  # fmt: skip
        if not names:
            sys.exit(f"no entry makes {asked}; there are {', '.join(ENTRIES)}")
        found += names
    return list(dict.fromkeys(found)) or list(ENTRIES)


def main() -> None:
    """Make everything anew, or what is named; say what changed and what was left alone."""
    told = []
    for name in chosen(sys.argv[1:]):
        print(f"{name} (about {ENTRIES[name].minutes:g} minutes on two processors)")
        told += renew(name)
    print("", *told, sep="\n")
    print("\nNot made anew, tables under these headings:")
    for page, headings in NOT_RENEWED.items():
        for heading, reason in headings.items():
            print(f"- {page}, {heading}: {reason}")


if __name__ == "__main__":
    main()
