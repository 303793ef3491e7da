"""Witness: a fresh Python, asked what it has loaded."""

import subprocess
import sys


def test_a_worker_loads_neither_pandas_nor_matplotlib_nor_scipy_stats():
    code = (
        "import sys, sim.experiment.task\n"
        "print([m for m in ('pandas', 'matplotlib', 'scipy.stats', 'rich', 'pyarrow')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
