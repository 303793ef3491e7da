"""The optional compiled build: KETASIM_COMPILED=1 has mypyc compile the modules of a run.

Everything else about the project is in pyproject.toml. Without the variable nothing is compiled.
"""

import os
from pathlib import Path

from setuptools import setup

COMPILED = (
    "clinic/book",
    "clinic/book_page",
    "clinic/clinic",
    "clinic/reception",
    "clinic/staffing",
    "clinic/stages",
    "clinic/visit",
    "clinic/waiting_list",
    "clock",
    "model/pathway",
    "model/ratings",
    "model/record",
    "people/fluctuation",
    "people/patient",
    "people/staying",
    "people/two_states",
    "people/who_comes",
    "policy/chart",
    "scales",
    "streams",
    "symptoms/relief",
    "units",
)
"""What a visit runs through, but for tables of a scenario, which pydantic reads at run time."""


def extensions() -> list:
    """Have mypyc translate the modules to C, where that is asked for."""
    if os.environ.get("KETASIM_COMPILED", "") in ("", "0"):
        return []
    from mypyc.build import mypycify

    sources = [str(Path("sim", f"{name}.py")) for name in COMPILED]
    return mypycify(
        ["--config-file=pyproject.toml", *sources], opt_level="3", group_name="sim.compiled"
    )


setup(ext_modules=extensions())
