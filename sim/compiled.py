"""Which modules of this installation are compiled: the same sources, translated by mypyc.

A compiled build gives the same bytes in less time (docs/performance.md). It is made only where the
variable KETASIM_COMPILED is 1 when the project is installed (`make fast`); Python itself runs the
sources of any module that has not been compiled.
"""

from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path

MODULES = (
    "clinic.book",
    "clinic.book_page",
    "clinic.clinic",
    "clinic.reception",
    "clinic.staffing",
    "clinic.stages",
    "clinic.visit",
    "clinic.waiting_list",
    "clock",
    "model.pathway",
    "model.ratings",
    "model.record",
    "people.fluctuation",
    "people.patient",
    "people.staying",
    "people.two_states",
    "people.who_comes",
    "per_use",
    "policy.chart",
    "scales",
    "streams",
    "symptoms.relief",
    "units",
)
"""What a visit runs through, but for tables of a scenario, which pydantic reads at run time."""


def compiled_modules() -> tuple[str, ...]:
    """Name the modules that are loaded compiled."""
    return tuple(name for name in MODULES if _loaded_from(name).name.endswith(_SUFFIXES))


def outdated_modules() -> tuple[str, ...]:
    """Name those of them whose source has changed since: what runs is not what is written."""
    return tuple(name for name in compiled_modules() if _is_outdated(_loaded_from(name)))


def build() -> str:
    """Say which build this is: `compiled`, `pure Python`, or what is wrong with it."""
    compiled, outdated = compiled_modules(), outdated_modules()
    if outdated:
        return f"compiled from other sources ({', '.join(outdated)}): build anew or make pure"
    missing = [name for name in MODULES if name not in compiled]
    if not compiled:
        return "pure Python"
    return f"compiled but for {', '.join(missing)}" if missing else "compiled"


_SUFFIXES = tuple(EXTENSION_SUFFIXES)


def _loaded_from(name: str) -> Path:
    spec = find_spec(f"sim.{name}")
    return Path(spec.origin) if spec and spec.origin else Path(name)


def _is_outdated(binary: Path) -> bool:
    source = binary.with_name(f"{binary.name.split('.')[0]}.py")
    return source.exists() and source.stat().st_mtime > binary.stat().st_mtime
