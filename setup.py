"""The optional compiled build: with KETASIM_COMPILED=1, mypyc translates the modules of a run to C.

All else about the project is in pyproject.toml. Without the variable nothing is compiled.
"""

import os
import runpy
import sys
from typing import Any

from setuptools import setup

TRANSLATES = ("mypy>=2.4", "numpy>=2.0", "pydantic>=2.9", "scipy-stubs>=1.14", "simpy>=4.1")
"""What mypyc needs to read the types; `pip install --no-build-isolation` finds it by itself."""


def compiled() -> dict[str, Any]:
    """Give what has setuptools compile the modules, and fail where that fails."""
    from mypyc.build import mypycify

    modules = runpy.run_path("sim/compiled.py")["MODULES"]
    sources = [f"sim/{name.replace('.', '/')}.py" for name in modules]
    options = ["--config-file=pyproject.toml", *sources]
    return {"ext_modules": mypycify(options, opt_level="3", group_name="sim.compiled")}


asked = os.environ.get("KETASIM_COMPILED", "") not in ("", "0")
describing = any(word in sys.argv for word in ("egg_info", "dist_info", "sdist"))
setup(
    setup_requires=TRANSLATES if asked else (),
    **(compiled() if asked and not describing else {}),
)
