"""Puts benchmarks/, which is no package, where its files can be imported from."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
