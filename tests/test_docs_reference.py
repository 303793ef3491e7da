"""The reference is whole. Witnesses: the code's own lists, and the files that commands write.

The pages are Markdown made by docs/_ext, which needs no Sphinx; Sphinx puts them together.
"""

import inspect
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.cli.commands import app
from sim.config.fields import paths
from sim.experiment.answer_columns import TABLES_IN_WORDS
from sim.experiment.column_words import BY_MEASURE, BY_PATH, BY_REASON
from sim.experiment.folder import OURS
from sim.experiment.results import BY_GROUP, METRICS, RELAPSES, SUBGROUPS, SUMMARY
from sim.experiment.uncertainty import _COLUMNS as UNCERTAIN
from sim.experiment.uncertainty import _COMPARED as UNCERTAIN_PAIRS
from sim.model.register import register
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.whereabouts import DISCHARGED
from sim.sensitivity.alternatives import ALTERNATIVE_COLUMNS
from sim.sensitivity.indices import SOBOL_COLUMNS
from sim.sensitivity.one_at_a_time import TORNADO_COLUMNS
from sim.sensitivity.screening import MORRIS_COLUMNS
from sim.sensitivity.two_way import MAP_COLUMNS
from sim.study.by_factor import BY_FACTOR
from sim.study.controlled import CONTROLS
from sim.study.paired import COMPARISON

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

import as_markdown  # noqa: E402
import beside_docs  # noqa: E402  (no package: its folder comes first)
import reference_commands  # noqa: E402
import reference_keys  # noqa: E402
import reference_measures  # noqa: E402
import reference_names  # noqa: E402
import reference_tables  # noqa: E402

BASE = str(ROOT / "scenarios" / "base.toml")
TINY = ["--set", "run.days=14", "--set", "behaviour.stopping_days=15", "--set", "run.min_group=1",
        "--jobs", "1", "--replications", "2", "--no-figures", "--quiet"]  # fmt: skip


# ---------------------------------------------------------------------- names


@pytest.mark.parametrize("page", ["python", "figures"])
def test_every_public_name_is_on_its_page_once(page):
    told = re.findall(r"^\.\. auto\w+:: ([\w.]+)", reference_names.pages()[page], re.M)
    assert len(set(told)) == len(told)
    module = {"python": sim, "figures": sim.figures}[page]
    names = {f"{module.__name__}.{name}" for name in module.__all__}
    apart = {"sim.__version__", "sim.figures", "sim.figures.doses"}
    assert names - apart <= set(told)
    for name in apart & names:
        assert f"`{name}`" in reference_names.pages()[page]


@pytest.mark.parametrize("name", [*sim.__all__, *(f"figures.{n}" for n in sim.figures.__all__)])
def test_every_public_name_says_in_a_sentence_what_it_is(name):
    thing = sim
    for part in name.split("."):
        thing = getattr(thing, part)
    first = (inspect.getdoc(thing) or "").partition("\n")[0]
    assert name == "__version__" or (len(first.split()) >= 4 and first.endswith(".")), first


def test_no_name_stands_without_a_group():
    assert reference_names.OTHERS not in reference_names.grouped()


# ------------------------------------------------------------------- commands


def test_every_command_and_option_is_on_the_page(ketasim):
    page = reference_commands.pages()["commands"]
    listed = [info.name or info.callback.__name__ for info in app.registered_commands]
    listed += [info.name for info in app.registered_groups]
    assert set(listed) <= set(reference_commands.commands())
    for name in listed:
        _, section = page.split(f"## `ketasim {name}`\n")
        status, helped, _ = ketasim(name, "--help")
        assert status == 0
        options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", helped))
        section = section.partition("\n## ")[0]
        told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", section))
        assert options - {"--help"} <= told, name


# ----------------------------------------------------------------------- keys


def test_every_key_of_the_register_and_of_the_types_is_listed():
    listed = {key.path.replace("[]", "") for key in reference_keys.listed_keys()}
    assert {path for path, _ in register()} <= listed
    of_distributions = {
        key.path for of_kind in reference_keys.distributions().values() for key in of_kind
    }
    aliases = {"referrals.shocks.since": "referrals.shocks.from"}
    known = listed | {f"{key}.{own}" for key in listed for own in of_distributions}
    for _ in range(3):  # and every table that encloses one
        known |= {key.rpartition(".")[0] for key in known}
    for path in paths(Scenario):
        inner = path.rpartition(".")[2]
        assert aliases.get(path, path) in known or inner == "kind", path


def test_a_key_has_its_default_unit_bounds_and_source():
    (key,) = (one for one in reference_keys.listed_keys() if one.path == "referrals.per_week")
    assert (key.default, key.unit, key.kinds) == ("4", "referrals/week", ("poisson",))
    assert key.takes == "a number from 0 to 100000"
    page = reference_keys.pages()["referrals"]
    entry = page.partition(":::{scenario-key} referrals.per_week\n")[2].partition(":::\n")[0]
    for said in ("default: `4`", "unit: referrals/week", "a number from 0 to 100000", key.source):
        assert said in entry


def test_the_pages_of_keys_hold_every_key_once():
    written = "\n".join(reference_keys.pages().values())
    told = re.findall(r"^:::\{scenario-key\} (.+)$", written, re.M)
    assert len(set(told)) == len(told)
    assert {key.path for key in reference_keys.listed_keys()} <= {
        one.partition(" (")[0] for one in told
    }


# ---------------------------------------------------- measures, tables, columns


def test_every_measure_is_on_the_page_with_its_definition():
    page = reference_measures.pages()["measures"]
    assert re.findall(r"^:::\{measure\} (\S+)$", page, re.M) == [
        name for group in reference_measures.GROUPS for name, one in CATALOGUE.items()
        if one.group == group
    ]  # fmt: skip
    assert set(re.findall(r"^:::\{measure\} (\S+)$", page, re.M)) == set(CATALOGUE)
    for one in CATALOGUE.values():
        assert as_markdown.text(one.definition[1:].rstrip(".")) in page


def test_every_file_that_a_folder_of_results_may_hold_is_described():
    assert set(TABLES_IN_WORDS) == set(OURS) - {"chain.npz", "report.html"}
    page = reference_tables.pages()["tables"]
    for name, table in TABLES_IN_WORDS.items():
        section = page.partition(f"## `{name}`\n")[2].partition("\n## ")[0]
        assert re.findall(r"^\| `(.+?)` \|", section, re.M) == list(table.columns)
        assert all(len(words) > 3 for words in table.columns.values())


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Give the tables that a run and a comparison, as small as can be, leave behind."""
    from typer.testing import CliRunner

    folder, call = tmp_path_factory.mktemp("written"), CliRunner().invoke
    study = folder / "study.toml"
    base = (folder / "base.toml", "")
    variants = (study, "base = 'base.toml'\n[variants.a]\n[variants.b]\n'clinic.chairs' = 4\n")
    for file, words in (base, variants):
        file.write_text(words, encoding="utf-8")
    kept = ["--keep", "patients", "--keep", "visits", "--by", "severity"]
    for out, command in (
        ("run", ["run", BASE, *kept]),
        ("compare", ["compare", str(study), "--vary", "referrals.per_week=2,3", "--controls"]),
    ):
        done = call(app, [*command, *TINY, "--out", str(folder / out)])
        assert done.exit_code == 0, done.output
    found = [*folder.glob("*/*.csv"), *folder.glob("*/*.parquet")]
    return {path: pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
            for path in found}  # fmt: skip


def test_every_column_that_is_written_is_described_in_its_place(written):
    seen = {path.name for path in written}
    assert {"summary.csv", "comparison.csv", "subgroups_summary.csv", "patients.parquet",
            "visits.parquet", "design.csv", "by_factor.csv", "controlled.csv"} <= seen  # fmt: skip
    for path, table in written.items():
        described = list(TABLES_IN_WORDS[path.name].columns)
        columns = list(table.columns)
        if BY_PATH in described:
            place = described.index(BY_PATH)
            assert columns[:place] == described[:place]
            assert all("." in name or name == "variant" for name in columns[place:])
        elif BY_REASON in described:
            assert columns[: len(described) - 1] == described[:-1]
            assert all(name.startswith(DISCHARGED) for name in columns[len(described) - 1 :])
        else:
            assert columns == described, path.name


def test_tables_of_longer_work_are_described_as_their_modules_list_them():
    lists = {
        "metrics.csv": METRICS, "summary.csv": SUMMARY, "subgroups.csv": SUBGROUPS,
        "subgroups_summary.csv": BY_GROUP, "comparison.csv": COMPARISON,
        "relapses.csv": RELAPSES, "by_factor.csv": BY_FACTOR, "controlled.csv": CONTROLS,
        "uncertainty.csv": UNCERTAIN, "tornado.csv": TORNADO_COLUMNS,
        "morris.csv": MORRIS_COLUMNS, "sobol.csv": SOBOL_COLUMNS,
        "alternatives.csv": ALTERNATIVE_COLUMNS, "map.csv": MAP_COLUMNS,
        "uncertainty_comparison.csv": UNCERTAIN_PAIRS,
    }  # fmt: skip
    for name, columns in lists.items():
        assert list(TABLES_IN_WORDS[name].columns) == list(columns)
    assert BY_MEASURE in TABLES_IN_WORDS["capacity.csv"].columns


# ------------------------------------------------------------ links and Markdown


def test_links_to_files_beside_docs_lead_to_pages_that_show_them():
    docs = ROOT / "docs"
    shown = beside_docs.pages(docs)
    assert {"scenarios/base.toml", "sim/evidence/parameters.csv"} <= set(shown)
    words = "[a](../scenarios/base.toml) [b](model.md#x) [c](https://x.org/../a.md)"
    new = beside_docs.relinked(words, docs / "page.md", docs)
    assert new == words.replace("../scenarios/base.toml", "/files/scenarios/base.toml.md")
    fenced = "```sh\n[a](../scenarios/base.toml)\n```\n"
    assert beside_docs.relinked(fenced, docs / "page.md", docs) == fenced
    outside = beside_docs.relinked("[a](docs/model.md)", ROOT / "CHANGELOG.md", docs)
    assert outside == "[a](/model.md)"


def test_every_page_is_in_the_contents():
    listed = set()
    for name in ("index", "howtos", "explanation"):
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        for tree in re.findall(r"^```\{toctree\}\n(.*?)^```", text, re.M | re.S):
            lines = [line for line in tree.splitlines() if line and not line.startswith(":")]
            listed |= {line.rpartition("<")[2].rstrip(">") for line in lines}
    patterns = [Path(pattern) for pattern in listed]
    for page in (ROOT / "docs").glob("*.md"):
        found = any(Path(page.stem).match(str(pattern)) for pattern in patterns)
        assert page.stem == "index" or found, page.name


def test_signs_in_a_text_are_no_markup_but_code_stays_code():
    assert as_markdown.text("a_b *c* <d> [e] `f_g`") == r"a\_b \*c\* \<d\> \[e\] `f_g`"
    assert as_markdown.code("a`b") == "`` a`b ``"
