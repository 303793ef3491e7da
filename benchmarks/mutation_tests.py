"""Puts mutants to tests: one process collects the tests, and forks for every mutant.

First the tests run once as they are: how long each takes, and which functions it enters. Then, for
every mutant, a child gives the function its mutated code, runs the tests that enter it, short ones
first, and ends at the first that fails. What a module does when it is imported, and what no test
enters afterwards, is mutated by a child that imports it anew. No file is ever changed. A test that
takes five times as much of the processor and 5 s more, or a child that dies, counts as a fault
found; time on the clock does not matter.
"""

from __future__ import annotations

import functools
import gc
import os
import pickle
import resource
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a fork takes one thread only

import hypothesis
import numpy as np
import pydantic
import pytest
import scipy.stats
import simpy

from mutations import ROOT, Mutant, Place

LOADED = (np, pydantic, scipy.stats, simpy)  # once, before all forks; of `sim` nothing is
KILLED, SURVIVED = "killed", "survived"
MEMORY = 6 * 2**30  # bytes that a child may take
BROKEN = 70  # exit code of a child whose work failed
PASSED, FAILED, INTERRUPTED = 0, 1, 2  # exit codes of pytest


def verdicts(mutants: Sequence[Mutant], tests: Sequence[str], slowest: float) -> list[str]:
    """Say of every mutant whether a test found it; tests that take more than `slowest` s aside."""
    hypothesis.settings.register_profile(
        "mutants", deadline=None, derandomize=True, database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],  # no need to shrink
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    hypothesis.settings.load_profile("mutants")
    found, left_out, limit = forked(lambda: _of_functions(mutants, tests, slowest))
    for number, one in enumerate(mutants):
        if not found[number]:  # what runs at import, or what no test enters
            passed = forked(functools.partial(_imported, one, tests, left_out), limit)
            found[number] = _told(number, mutants, SURVIVED if passed else KILLED)
    return found


def forked(work: Callable[[], Any], limit: float = 0) -> Any:
    """Do some work in a child that may take `limit` s of the processor; None if that kills it.

    Without a limit the child may print. An error of the work itself, and no mutant's, ends all.
    """
    reads, writes = os.pipe()
    sys.stdout.flush()
    if not (child := os.fork()):
        os.close(reads)
        _work(work, limit, writes)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        answer = pipe.read()
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == BROKEN:
        sys.exit("the tests could not be run")
    return pickle.loads(answer) if answer else None


def _work(work: Callable[[], Any], limit: float, writes: int) -> None:
    errors = os.dup(2)
    try:
        if limit:
            _allow(limit)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        with os.fdopen(writes, "wb") as pipe:
            pickle.dump(work(), pipe)
    except Exception:
        os.write(errors, traceback.format_exc().encode())
        os._exit(BROKEN)
    finally:
        os._exit(0)


def _allow(seconds: float) -> None:
    """Let this process take so many seconds more of the processor, and die then."""
    until = int(time.process_time() + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _pytest(tests: Sequence[str], plugin: object) -> int:
    """Run pytest in this process as usual, from the root of the project."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    options = ["-q", "-s", "-x", "-p", "no:cacheprovider", "-W", "ignore:Module already imported"]
    return int(pytest.main([*options, *tests], plugins=[plugin]))


def _told(number: int, mutants: Sequence[Mutant], verdict: str) -> str:
    one = mutants[number]
    file, line = one.position
    print(f"{number + 1}/{len(mutants)} {verdict}: {file}:{line} {one.mutation.after}", flush=True)
    return verdict


# ---------------------------------------------------------------------- faults at import


def _imported(one: Mutant, tests: Sequence[str], left_out: set[str]) -> bool:
    """Whether the tests pass with a module that is imported with its fault."""
    sys.meta_path.insert(0, _Faulty(one))
    how = _pytest(tests, _Selected(left_out))
    if how not in (PASSED, FAILED, INTERRUPTED):  # the last: could not be imported
        raise RuntimeError(f"pytest ended with {how}: {one.key}")
    return how == PASSED


class _Faulty(MetaPathFinder):
    """Finds the module of a mutant, and every other one where it always is."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = mutant.file.removesuffix(".py").replace("/", ".")
        self.file, self.code = str(ROOT / mutant.file), mutant.code()

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        loader = SourceFileLoader(name, self.file)
        loader.get_code = lambda fullname: self.code
        return spec_from_file_location(name, self.file, loader=loader)


class _Selected:
    """Plugin of pytest: leaves out the tests that take too long."""

    def __init__(self, left_out: set[str]) -> None:
        self.left_out = left_out

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid not in self.left_out]


# ---------------------------------------------------------------------- faults in functions


def _of_functions(mutants: Sequence[Mutant], tests: Sequence[str], slowest: float) -> Any:
    session = _Session(mutants, slowest)
    _pytest(tests, session)
    return session.answer


class _Session:
    """Plugin of pytest: in place of running the tests once, runs them for every mutant."""

    def __init__(self, mutants: Sequence[Mutant], slowest: float) -> None:
        self.mutants, self.slowest = mutants, slowest
        self.failed = False
        self.seconds: dict[str, float] = {}  # that each test takes
        self.called: set[CodeType] = set()
        self.set_up: set[CodeType] = set()
        self.answer: tuple[list[str], set[str], float] | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, Any, Any]:
        """Note what the fixtures of a test enter: other tests of its file may share them."""
        result = yield
        self.set_up = set(self.called)
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test failed, and when nothing is mutated say how."""
        self.failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Measure the tests, then put every mutant of a function to those that enter it."""
        items = session.items
        seconds, entered = forked(lambda: self._measured(items))
        kept = [item for item in items if seconds[item.nodeid] <= self.slowest]
        everything = sum(seconds[item.nodeid] for item in kept)
        print(f"{len(kept)} of {len(items)} tests, {everything:.0f} s in all", flush=True)
        live, limit = _live_functions(), 10 + 5 * everything
        self.seconds = seconds
        found = []
        for number, one in enumerate(self.mutants):
            by = [item for item in kept if one.place in entered[item.nodeid]]
            by.sort(key=lambda item: (not _is_of(item, one), seconds[item.nodeid]))
            found.append("")
            if one.place and by and _fits(one, live[one.place]):
                test = functools.partial(self._survives, one, live[one.place], by)
                survived = forked(test, limit)
                found[-1] = _told(number, self.mutants, SURVIVED if survived else KILLED)
        left_out = {item.nodeid for item in items} - {item.nodeid for item in kept}
        self.answer = found, left_out, limit
        return True

    def _measured(self, items: list[pytest.Item]) -> Any:
        """Run every test: seconds of the processor, and functions of the project it enters."""
        seconds, entered = {}, {}
        by_file: dict[Path, set[Place]] = defaultdict(set)
        for item, following in _with_next(items):
            _clear_caches()
            self.called, begun = set(), time.process_time()
            sys.settrace(lambda frame, event, _: self.called.add(frame.f_code))
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            sys.settrace(None)
            if self.failed:
                raise RuntimeError(f"{item.nodeid} fails without any mutation")
            seconds[item.nodeid] = time.process_time() - begun
            entered[item.nodeid] = _places(self.called)
            by_file[item.path] |= _places(self.set_up)
        return seconds, {item.nodeid: entered[item.nodeid] | by_file[item.path] for item in items}

    def _survives(self, one: Mutant, live: list[FunctionType], items: list[pytest.Item]) -> bool:
        """Whether all tests pass when a function is given its mutated code."""
        for copy in live:
            copy.__code__ = _mutated(one)
        _clear_caches()
        for item, following in _with_next(items):
            _allow(5 + 5 * self.seconds[item.nodeid])
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return False
        return True


def _with_next(items: list[pytest.Item]) -> Iterable[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], None], strict=True)


def _is_of(item: pytest.Item, one: Mutant) -> bool:
    return item.path.name == f"test_{Path(one.file).stem}.py"


def _clear_caches() -> None:
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and str(one.__module__).startswith("sim"):
            one.cache_clear()


def _mutated(one: Mutant) -> CodeType:
    """Give the code of the function that a mutant is in, with its fault."""
    (code,) = (code for code in _codes(one.code()) if _place(code) == one.place)
    return code


def _fits(one: Mutant, live: list[FunctionType]) -> bool:
    """Whether a live function can take the code: as many names of what is around it."""
    free = _mutated(one).co_freevars
    return all(copy.__code__.co_freevars == free for copy in live)


def _live_functions() -> dict[Place, list[FunctionType]]:
    live = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType):
            live[_place(one.__code__)].append(one)
    return live


def _place(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _places(codes: Iterable[CodeType]) -> set[Place]:
    return {_place(code) for code in codes if code.co_filename.startswith(str(ROOT / "sim"))}


def _codes(code: CodeType) -> Iterable[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
