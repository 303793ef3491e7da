"""The compiled build. Witness: the sources it was made of, run by Python in another process."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from regression.fingerprints import fingerprints
from sim import compiled
from sim.compiled import MODULES, build, compiled_modules, outdated_modules

TESTS = Path(__file__).parent
ASKED = os.environ.get("KETASIM_COMPILED") == "1"
ONLY_SOURCES = """
import json, sys
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES
from importlib.machinery import ExtensionFileLoader, FileFinder, SourceFileLoader

sources_first = (SourceFileLoader, SOURCE_SUFFIXES), (ExtensionFileLoader, EXTENSION_SUFFIXES)
sys.path_hooks[:] = [FileFinder.path_hook(*sources_first)]
sys.path_importer_cache.clear()
sys.path[:0] = sys.argv[1:]
from regression.fingerprints import fingerprints
from sim.compiled import MODULES

files = [sys.modules[f"sim.{name}"].__file__ for name in MODULES]
json.dump([files, fingerprints()], sys.stdout)
"""


def test_all_modules_are_compiled_or_none_and_from_the_sources_of_today():
    """A build that failed halfway leaves some interpreted, and says nothing."""
    assert build() in ("compiled", "pure Python")
    assert len(compiled_modules()) in (0, len(MODULES))
    assert not outdated_modules()


@pytest.mark.skipif(not ASKED, reason="KETASIM_COMPILED is not 1: no compiled build is asked for")
def test_the_compiled_modules_are_what_python_loads():
    assert build() == "compiled"
    for name in MODULES:
        module = importlib.import_module(f"sim.{name}")
        assert module.__file__.endswith(compiled._SUFFIXES)


@pytest.mark.skipif(not compiled_modules(), reason="nothing is compiled here")
def test_every_byte_is_that_of_the_sources():
    there = [str(TESTS), str(Path(sim.__file__).parents[1])]
    done = subprocess.run(
        [sys.executable, "-c", ONLY_SOURCES, *there], check=True, capture_output=True, text=True
    )
    files, of_sources = json.loads(done.stdout)
    assert all(file.endswith(".py") for file in files)
    assert fingerprints() == of_sources


def test_a_build_says_what_is_wrong_with_it(tmp_path, monkeypatch):
    """A made-up installation: all compiled, then one not, then one from an older source."""
    sources = {name: tmp_path / f"{name.replace('.', '_')}.py" for name in MODULES}
    binaries = {name: path.with_suffix(compiled._SUFFIXES[0]) for name, path in sources.items()}
    for path in [*sources.values(), *binaries.values()]:
        path.touch()
        os.utime(path, (1000, 1000))
    monkeypatch.setattr(compiled, "_loaded_from", binaries.get)
    assert build() == "compiled"
    os.utime(sources[MODULES[0]], (1001, 1001))
    assert build().startswith(f"compiled from other sources ({MODULES[0]}):")
    binaries[MODULES[0]] = sources[MODULES[0]]
    assert build() == f"compiled but for {MODULES[0]}"
    monkeypatch.setattr(compiled, "_loaded_from", sources.get)
    assert build() == "pure Python"
