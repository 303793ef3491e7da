"""The same command goes on from what an earlier one has kept.

Witnesses: the tables of a command that nobody ended, byte by byte; a count of what is simulated.
`make goes-on` kills whole processes at random moments.
"""

import json
import signal
import subprocess
import sys
import time
from functools import wraps
from pathlib import Path

import pytest

from commands_tried import BASE, COMMANDS, SHORT, STUDY, WORK
from sim.cli import signals
from sim.config import writing
from sim.config.locks import is_held, locked
from sim.experiment.asked import Asked
from sim.experiment.folder import MANIFEST
from sim.experiment.ledger import LEDGER, count_parts

ASKED = {
    **COMMANDS,
    "run": [*COMMANDS["run"], "--keep", "visits"],
    "best": ["best", STUDY, *SHORT, "--measure", "days_below_10", "--delta", "0.5", "--at-most",
             "14"],
}  # fmt: skip
COUNTED = {
    **WORK,
    "calibrate": "sim.evidence.objective.answer",
    "best": "sim.study.value_table.only_measured",
}


@pytest.fixture(autouse=True)
def hears_ctrl_c():
    """What a shell runs in the background is deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Let 10 people stand for 120 in the build-up, and one uncertain parameter for all."""
    from sim.planning import buildup, rests_on

    alone = buildup.without_a_clinic
    monkeypatch.setattr(buildup, "without_a_clinic", lambda scenario, people: alone(scenario, 10))
    monkeypatch.setattr(rests_on, "BOUND", ("behaviour.stopping",))
    monkeypatch.setattr(rests_on, "JOINT_DRAWS", 1)


def watched(monkeypatch, command, end_before=0):
    """Count what a command does; interrupt it before the task of a number."""
    home, _, work = COUNTED[command].rpartition(".")
    module = __import__(home, fromlist=[work])
    real, done = getattr(module, work), []

    @wraps(real)  # so that it is known in the ledger
    def task(*arguments, **more):
        done.append(str(arguments[0]))
        if len(done) == end_before:
            signal.raise_signal(signal.SIGINT)
        return real(*arguments, **more)

    monkeypatch.setattr(module, work, task)
    return done


def results_in(folder):
    """Give the bytes of everything but what tells of times, and of the ledger itself."""
    told = {}
    for file in folder.rglob("*"):
        if file.is_file() and LEDGER not in file.parts and file.suffix in (".csv", ".parquet"):
            told[file.name] = file.read_bytes()
    return told


def with_(command, *more):
    figures = [] if command == "calibrate" else ["--no-figures"]
    return [*ASKED[command], *figures, *more]


@pytest.mark.parametrize("command", [name for name in ASKED if name != "uncertain"])
def test_the_same_command_goes_on_after_an_interrupt(command, ketasim, tmp_path):
    whole, out = tmp_path / "whole", tmp_path / "out"
    with pytest.MonkeyPatch.context() as patched:
        total = watched(patched, command)
        assert ketasim(*with_(command, "--quiet", "--out", whole))[0] == 0
    with pytest.MonkeyPatch.context() as patched:
        before = watched(patched, command, end_before=3)
        status, _, err = ketasim(*with_(command, "--quiet", "--out", out))
    assert status == 130
    assert "interrupted" in err
    with pytest.MonkeyPatch.context() as patched:
        after = watched(patched, command)
        assert ketasim(*with_(command, "--quiet", "--out", out))[0] == 0
    assert len(before) + len(after) - 1 == len(total)  # the one under way is done again
    assert results_in(out) == results_in(whole)


@pytest.mark.parametrize("command", ["run", "capacity"])
def test_without_a_folder_the_same_command_finds_its_own(command, ketasim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.MonkeyPatch.context() as patched:
        watched(patched, command, end_before=3)
        ketasim(*with_(command))
    (folder,) = (tmp_path / "results").iterdir()
    other = with_(command, "--seed", 5, "--quiet")
    assert ketasim(*other)[0] == 0
    assert len(list((tmp_path / "results").iterdir())) == 2  # another question has its own
    with pytest.MonkeyPatch.context() as patched:
        after = watched(patched, command)
        status, out, err = ketasim(*with_(command))
    assert status == 0
    assert f"Going on in {Path('results') / folder.name}, where 2 finished tasks are kept" in err
    assert folder.name in out
    assert len(list((tmp_path / "results").iterdir())) == 2
    with pytest.MonkeyPatch.context() as patched:
        anew = watched(patched, command)
        assert ketasim(*with_(command, "--quiet"))[0] == 0
    assert len(anew) == len(after) + 2  # that one is whole, so this is a study of its own
    assert len(list((tmp_path / "results").iterdir())) == 3


def test_fresh_goes_on_from_nothing(ketasim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.MonkeyPatch.context() as patched:
        watched(patched, "run", end_before=3)
        ketasim(*with_("run"))
    (folder,) = (tmp_path / "results").iterdir()
    with pytest.MonkeyPatch.context() as patched:
        done = watched(patched, "run")
        assert ketasim(*with_("run", "--fresh", "--quiet"))[0] == 0
        assert len(done) == 4
        assert len(list((tmp_path / "results").iterdir())) == 2
        _, _, err = ketasim(*with_("run", "--fresh", "--out", folder))
    assert len(done) == 8
    assert "Going on" not in err


def test_a_folder_that_somebody_works_in_is_left_to_them(ketasim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.MonkeyPatch.context() as patched:
        watched(patched, "run", end_before=3)
        ketasim(*with_("run"))
    (folder,) = (tmp_path / "results").iterdir()
    with locked(folder / LEDGER / "in_use", shared=True):
        assert is_held(folder / LEDGER / "in_use")
        assert ketasim(*with_("run", "--quiet"))[0] == 0
    assert not is_held(folder / LEDGER / "in_use")
    assert len(list((tmp_path / "results").iterdir())) == 2


MORE = {
    "more replications": (["--replications", "5"], 0, 1),
    "the same": ([], 0, 0),
    "fewer replications": (["--replications", "3"], 2, 0),
    "another seed": (["--seed", "9"], 2, 0),
    "another value": (["--set", "clinic.chairs=7"], 2, 0),
    "other tables": (["--keep", "patients"], 2, 0),
    "other subgroups": (["--by", "severity"], 2, 0),
    "another seed, when asked to": (["--seed", "9", "--overwrite"], 0, 4),
    "fewer replications, when asked to": (["--replications", "3", "--overwrite"], 0, 0),
}


@pytest.mark.parametrize("how", MORE)
def test_a_whole_result_gives_way_only_to_what_holds_all_of_it(how, ketasim, tmp_path):
    more, status, simulated = MORE[how]
    assert ketasim(*with_("run", "--quiet", "--out", tmp_path))[0] == 0
    before = results_in(tmp_path)
    with pytest.MonkeyPatch.context() as patched:
        done = watched(patched, "run")
        found, _, err = ketasim(*with_("run", "--quiet", "--out", tmp_path), *more)
    assert (found, len(done)) == (status, simulated)
    if status:
        assert "this folder holds an earlier result" in err
    if status or how == "the same":
        assert results_in(tmp_path) == before


TWO = """
base = "{base}"
[variants.two]
"clinic.chairs" = 2
[variants.three]
"clinic.chairs" = 4
"""
THIRD = '[variants.more]\n"clinic.chairs" = 6\n'


def test_one_more_variant_is_simulated_alone_and_one_less_is_refused(ketasim, tmp_path):
    study, out = tmp_path / "study.toml", tmp_path / "out"
    study.write_text(TWO.format(base=BASE))
    command = ["compare", study, *SHORT, "--replications", "2", "--no-figures", "--out", out]
    assert ketasim(*command, "--quiet")[0] == 0
    study.write_text(TWO.format(base=BASE) + THIRD)
    with pytest.MonkeyPatch.context() as patched:
        done = watched(patched, "compare")
        assert ketasim(*command, "--quiet")[0] == 0
    assert [told.split(",")[0] for told in done] == ['scenario "more"'] * 2
    manifest = json.loads((out / MANIFEST).read_text())
    assert list(manifest["scenarios"]) == ["two", "three", "more"]
    study.write_text(TWO.format(base=BASE))
    status, _, err = ketasim(*command, "--quiet")
    assert (status, "earlier result" in err) == (2, True)


def full_after(monkeypatch, number):
    real, taken = writing.settle, []

    def settle(part):
        if part.suffix == ".parquet":  # of the ledger, and no table of the results
            taken.append(part)
        if len(taken) > number:
            raise OSError(28, "No space left on device")
        real(part)

    monkeypatch.setattr(writing, "settle", settle)


@pytest.mark.parametrize("command", ["capacity", "dose-count"])
def test_the_same_command_goes_on_after_a_full_disk(command, ketasim, tmp_path):
    whole, out = tmp_path / "whole", tmp_path / "out"
    with pytest.MonkeyPatch.context() as patched:
        total = watched(patched, command)
        assert ketasim(*with_(command, "--quiet", "--out", whole))[0] == 0
    with pytest.MonkeyPatch.context() as patched:
        full_after(patched, 2)
        status, _, err = ketasim(*with_(command, "--quiet", "--out", out))
    assert status == 2
    assert "No space left on device" in err
    assert "goes on from" in err
    kept = count_parts(out)
    assert kept == 2
    with pytest.MonkeyPatch.context() as patched:
        after = watched(patched, command)
        assert ketasim(*with_(command, "--quiet", "--out", out))[0] == 0
    assert len(after) == len(total) - kept
    assert results_in(out) == results_in(whole)


def test_a_calibration_whose_disk_was_full_goes_on(ketasim, tmp_path, monkeypatch):
    """In the best fit: the line that found no room is the only one to be worked out again."""
    whole, out = tmp_path / "whole", tmp_path / "out"
    with pytest.MonkeyPatch.context() as patched:
        total = watched(patched, "calibrate")
        assert ketasim(*with_("calibrate", "--quiet", "--out", whole))[0] == 0
    real, lines = Path.open, []

    def opened(self, mode="r", *arguments, **more):
        if self.name.startswith("evaluations-") and mode == "a":
            lines.append(self)
            if len(lines) == 2:
                raise OSError(28, "No space left on device")
        return real(self, mode, *arguments, **more)

    with pytest.MonkeyPatch.context() as patched:
        before = watched(patched, "calibrate")
        patched.setattr(Path, "open", opened)
        status, _, err = ketasim(*with_("calibrate", "--quiet", "--out", out))
    assert (status, "No space left on device" in err) == (2, True)
    with pytest.MonkeyPatch.context() as patched:
        after = watched(patched, "calibrate")
        assert ketasim(*with_("calibrate", "--quiet", "--out", out))[0] == 0
    assert len(before) + len(after) - 2 == len(total)  # two targets of one evaluation
    assert results_in(out) == results_in(whole)


def test_two_commands_at_once_share_a_folder(tmp_path):
    words = [sys.executable, "-m", "sim", *with_("run", "--quiet"), "--out", str(tmp_path / "out")]
    both = [subprocess.Popen(words, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for one in both:
        _, said = one.communicate()
        assert one.returncode == 0, said
    alone = [*words[:-1], str(tmp_path / "alone")]
    subprocess.run(alone, check=True)
    assert results_in(tmp_path / "out") == results_in(tmp_path / "alone")
    assert not list((tmp_path / "out").rglob(".part-*"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="has no SIGKILL")
def test_a_study_that_is_killed_outright_loses_nothing_that_is_finished(tmp_path):
    """Two processes; killed each time once a part more is there; parts are never written again."""
    out = tmp_path / "out"
    words = [sys.executable, "-m", "sim", *with_("run", "--quiet", "--replications", "6")]
    words[words.index("--jobs") + 1] = "2"
    seen = {}
    for _ in range(2):
        command = subprocess.Popen([*words, "--out", str(out)])
        while command.poll() is None and count_parts(out) <= len(seen):
            time.sleep(0.005)
        command.send_signal(signal.SIGKILL)
        command.wait()
        for part in (out / LEDGER / "tasks").glob("[!.]*.parquet"):
            seen.setdefault(part.name, (part.stat().st_ino, part.stat().st_mtime_ns))
    assert len(seen) >= 2
    subprocess.run([*words, "--out", str(out)], check=True)
    for name, (number, moment) in seen.items():
        state = (out / LEDGER / "tasks" / name).stat()
        assert (state.st_ino, state.st_mtime_ns) == (number, moment)
    subprocess.run([*words, "--out", str(tmp_path / "whole")], check=True)
    assert results_in(out) == results_in(tmp_path / "whole")


def test_a_question_holds_another_only_where_nothing_is_lost():
    one = Asked("run", {"a": "1"}, 4, {"seed": 1})
    assert one.holds(one)
    assert Asked("run", {"a": "1", "b": "2"}, 5, {"seed": 1}).holds(one)
    for other in (
        Asked("compare", {"a": "1"}, 4, {"seed": 1}),
        Asked("run", {"a": "2"}, 4, {"seed": 1}),
        Asked("run", {"b": "1"}, 4, {"seed": 1}),
        Asked("run", {"a": "1"}, 3, {"seed": 1}),
        Asked("run", {"a": "1"}, 4, {"seed": 2}),
    ):
        assert not other.holds(one)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"kind": 1}', '{"kind": "run", "scenarios": {}, "replications": "x"}'],
)
def test_a_spoilt_note_of_what_was_asked_is_as_none(text, ketasim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.MonkeyPatch.context() as patched:
        watched(patched, "run", end_before=3)
        ketasim(*with_("run"))
    (folder,) = (tmp_path / "results").iterdir()
    (folder / LEDGER / "asked.json").write_text(text)
    assert ketasim(*with_("run", "--quiet"))[0] == 0
    assert len(list((tmp_path / "results").iterdir())) == 2


def test_the_interrupt_before_the_first_replication_says_how_to_go_on(ketasim, tmp_path):
    """Of a study of which no replication is whole, though tasks are finished."""
    with pytest.MonkeyPatch.context() as patched:
        watched(patched, "compare", end_before=3)
        status, _, err = ketasim(*with_("compare", "--quiet", "--out", tmp_path))
    assert status == 128 + signal.SIGINT
    assert "interrupted; 2 finished tasks are kept in" in err
    assert signals.NOTHING not in err
    assert "the same command goes on from there" in err
    assert not (tmp_path / MANIFEST).exists()
