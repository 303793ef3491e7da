"""`ketasim population` and `--by` (witness: a run of the population itself)."""

import sys

import pytest

from sim.cli.commands import command_line

SCENARIO = """
[run]
days = 120
replications = 2
[population.correlations]
"sensitivity~tau_slow" = 0.6
"baseline~age" = 0.3
"""
OWN = 'extends = "plain.toml"\n[population]\nfile = "patients.csv"\n'


@pytest.fixture
def ketasim(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.toml").write_text(SCENARIO)
    (tmp_path / "own.toml").write_text(OWN)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["ketasim", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            command_line()
        told = capsys.readouterr()
        return stopped.value.code or 0, told.out, told.err

    return run


RUN = ("--jobs", 1, "--no-figures", "--replications", 1)


def test_a_population_is_written_read_back_and_gives_the_same_bytes(ketasim, tmp_path):
    code, out, err = ketasim("population", "plain.toml", "--out", "patients.csv")
    assert (code, err) == (0, "")
    assert "sensitivity~tau_slow" in out
    assert "asked" in out
    assert "achieved" in out
    assert "weakens correlations with the baseline" in out
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    ketasim("run", "plain.toml", *RUN, "--out", "a/run", "-q")
    code, _, err = ketasim("run", "own.toml", *RUN, "--out", "b/run")
    assert code == 0
    assert "all referred within the run" in err
    written = [(tmp_path / x / "run" / "metrics.csv").read_text() for x in "ab"]
    assert written[0].replace("plain,", "own,") == written[1]


def test_so_many_patients_are_written_without_minutes(ketasim, tmp_path):
    code, out, _ = ketasim("population", "plain.toml", "--out", "p.csv", "--patients", 7)
    assert code == 0
    assert "7 people" in out
    lines = (tmp_path / "p.csv").read_text().splitlines()
    assert len(lines) == 8
    assert "referred" not in lines[0].split(",")
    code, out, _ = ketasim("population", "plain.toml", "--out", "q.csv", "--patients", 900)
    assert (code, len((tmp_path / "q.csv").read_text().splitlines())) == (0, 901)


def test_another_replication_has_other_people(ketasim, tmp_path):
    for number in (1, 2):
        ketasim("population", "plain.toml", "--out", f"{number}.parquet", "--replication", number)
    assert (tmp_path / "1.parquet").read_bytes() != (tmp_path / "2.parquet").read_bytes()
    assert (tmp_path / "1.columns.txt").exists()


def test_without_asked_correlations_chance_ones_are_shown(ketasim):
    changes = ("--set", "population.correlations={}")
    _, out, _ = ketasim("population", "plain.toml", "--out", "p.csv", *changes)
    assert "No correlations were asked" in out


def test_an_edited_table_is_not_written_over_unasked(ketasim, tmp_path):
    (tmp_path / "p.csv").write_text("mine")
    code, _, err = ketasim("population", "plain.toml", "--out", "p.csv")
    assert code == 2
    assert "--overwrite" in err
    assert ketasim("population", "plain.toml", "--out", "p.csv", "--overwrite")[0] == 0


def test_faults_of_a_table_come_before_the_run_one_a_line(ketasim, tmp_path):
    (tmp_path / "patients.csv").write_text("patient,baseline\na,14\na,99\nc,high\n")
    code, out, err = ketasim("run", "own.toml", "--out", "run")
    assert (code, out) == (2, "")
    assert "3 faults" in err
    assert err.count("\n") == 4
    assert "Traceback" not in err
    assert not (tmp_path / "run").exists()


def test_by_prints_the_groups_and_writes_them(ketasim, tmp_path):
    code, out, _ = ketasim(
        "run", "plain.toml", "--jobs", 1, "--no-figures", "--out", "run", "--by",
        "ptsd,anxiety_type", "--by", "metabolism",
    )  # fmt: skip
    assert code == 0
    for words in ("By ptsd", "By anxiety type", "By metabolism", "fewer than 10 people"):
        assert words in out
    assert max(map(len, out.splitlines())) <= 100
    header = (tmp_path / "run" / "subgroups.csv").read_text().splitlines()[0]
    assert header == "scenario,replication,by,group,patients,measure,value"
    code, _, err = ketasim("run", "plain.toml", "--by", "metabolsm")
    assert code == 2
    assert "metabolism" in err


def test_a_comparison_shows_the_groups_of_every_variant(ketasim, tmp_path):
    study = 'base = "plain.toml"\n[variants.three]\n[variants.two]\n"clinic.chairs" = 2\n'
    (tmp_path / "study.toml").write_text(study)
    code, out, _ = ketasim("compare", "study.toml", *RUN, "--out", "run", "--by", "ptsd")
    assert code == 0
    assert "three: with" in " ".join(out.split())
    assert "two: with" in " ".join(out.split())
