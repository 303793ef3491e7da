"""One page a folder. Witness: Python's HTML parser, and the tables that lie beside it."""

import json
import shutil

import pytest

import sim
from sim.experiment import folder as folders
from sim.figures import embedded
from sim.figures.embedded import MOST_SVG, drawn_inside
from sim.figures.gallery import figures_of
from sim.page import one_page
from sim.page.captions import CAPTIONS, caption_of
from sim.page.one_page import LARGEST_PAGE, report_text
from sim.report.assumptions import NOT_ADVICE
from tests_of_pages import Page

ODD = '<b>odd & "long"</b> $x_1$ ' + "n" * 60
BASE = sim.Scenario().override({"run.days": 60, "run.seed": 3})
ONE_OFF = BASE.override({"policy.boosters": {"kind": "none"}})


def written(folder, scenarios, replications=2, reference=None, **more):
    results = sim.run(
        scenarios, replications=replications, jobs=1, reference=reference, name="small", **more
    )
    comparison = sim.compare(results) if reference else None
    return sim.write_results(results, folder, comparison)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    scenarios = {"base": BASE, ODD: ONE_OFF}
    return written(tmp_path_factory.mktemp("page") / "study", scenarios, reference="base")


@pytest.fixture(scope="module")
def page(study):
    return Page(report_text(study))


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return written(tmp_path_factory.mktemp("page") / "once", {"base": BASE}, replications=1)


def stub(_draw, _name, words):
    return f'<svg role="img" aria-label="{words}"></svg>' + " " * 20_000


@pytest.fixture(autouse=True)
def quick(request, monkeypatch):
    """Leave out pictures and sources, but from `page`."""
    if "page" not in request.fixturenames:
        monkeypatch.setattr(one_page, "drawn_inside", stub)
        monkeypatch.setattr(one_page, "sources", lambda _told: None)


def test_the_answer_comes_first_then_tables_figures_and_what_it_rests_on(page):
    sections = [name for name in page.ids if name in SECTIONS]
    assert sections == list(SECTIONS)
    assert page.text.count(NOT_ADVICE) >= 2


SECTIONS = ("answer", "tables", "figures", "uncertainty", "assumptions", "sources", "origin")


def test_a_page_asks_for_nothing_and_runs_nothing(page):
    assert page.outside == []
    assert "script" not in page.tags
    assert "default-src 'none'" in page.html


def test_a_page_is_well_formed_and_small(page):
    assert page.unclosed == []
    assert len(page.html.encode()) <= LARGEST_PAGE
    assert len(page.ids) == len(set(page.ids))


def test_odd_names_are_text(page):
    assert "<b>odd" not in page.html
    assert ODD.split(" ")[0] in page.text


def test_the_numbers_that_stand_out_are_those_of_the_table(once):
    values = sim.read_results(once).metrics.set_index("measure")["value"]
    page = report_text(once)
    told = {"days_below_10": "Days below 10", "wait_in_clinic_minutes": "Wait in clinic"}
    for measure, words in told.items():
        shown = page.partition(f'"name">{words}</span><b>')[2].partition("<")[0]
        digits = len(shown.partition(".")[2])
        assert float(shown) == pytest.approx(values[measure], abs=0.5 * 10**-digits)


def test_each_drawn_figure_has_words_and_a_caption(page):
    assert page.pictures
    for words in page.pictures:
        assert words in page.text


def test_parameters_that_differ_are_listed_with_both_values(page):
    assert "policy.boosters.kind" in page.text
    assert "policy.boosters.first_days" in page.text


def test_a_figure_is_the_same_bytes_again(study):
    results = sim.read_results(study)
    one, other = (drawn_inside(lambda: sim.figures.caseload(results), "w", "words") for _ in "12")
    assert one == other
    assert one.startswith("<svg ")
    assert len(one) < MOST_SVG


def test_a_figure_of_too_many_lines_is_an_image(study, monkeypatch):
    monkeypatch.setattr(embedded, "MOST_SVG", 1000)
    results = sim.read_results(study)
    shown = drawn_inside(lambda: sim.figures.caseload(results), "w", 'a "word"')
    assert shown.startswith('<img alt="a &quot;word&quot;" src="data:image/png;base64,')


def test_every_figure_that_a_command_draws_has_a_caption():
    for name in folders.DRAWN:
        assert caption_of(name).endswith(".")
    assert set(CAPTIONS) <= set(folders.DRAWN)


def test_one_replication_has_no_interval_and_says_so(once):
    page = Page(report_text(once))
    assert "its numbers have no intervals" in page.text
    assert "Intervals are 95 %" not in page.text
    assert "Differences are paired" not in page.text
    assert "Most days" not in page.text


def test_two_runs_of_one_seed_are_paired(study, once, tmp_path):
    both = written(tmp_path / "both", {"base": BASE}, replications=2)
    page = Page(report_text(study, both))
    assert "Both runs have seed 3" in page.text
    assert "Not in both: <b>odd" in page.text
    assert "What was asked otherwise" not in page.text
    assert "other minus this (paired)" in page.text


def test_two_runs_of_two_seeds_are_not_paired(study, tmp_path):
    changed = BASE.override({"run.seed": 4, "clinic.chairs": 4})
    page = Page(report_text(study, written(tmp_path / "other", {"base": changed})))
    assert "different seeds (3 and 4)" in page.text
    assert "(Welch)" in page.text
    assert "(paired)" not in page.text
    assert "clinic.chairs" in page.text


def test_runs_without_a_common_scenario_are_refused(study, tmp_path):
    other = written(tmp_path / "other", {"a": BASE, "b": ONE_OFF}, reference="a")
    with pytest.raises(sim.ScenarioError, match="nothing can be set side by side"):
        report_text(study, other)


def test_an_interrupted_run_is_called_so(study, tmp_path):
    copy = shutil.copytree(study, tmp_path / "copy")
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest |= {"interrupted": True, "interrupted_because": "interrupted"}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    assert "The work was not finished" in Page(report_text(copy)).text
    assert "The work was not finished" not in Page(report_text(study)).text


def test_pictures_for_which_there_is_no_room_are_named(study, monkeypatch):
    full = len(report_text(study).encode())
    monkeypatch.setattr(one_page, "LARGEST_PAGE", full - 10_000)
    page = Page(report_text(study))
    assert len(page.html.encode()) < full
    assert "Left out, so that the page stays small: " in page.text


def test_a_figure_that_fails_leaves_the_rest(study, monkeypatch):
    def fails(*_):
        raise RuntimeError("no ink")

    monkeypatch.setattr(one_page, "drawn_inside", fails)
    page = Page(report_text(study))
    assert page.pictures == []
    assert "answer" in page.ids


def test_an_own_object_is_named_and_not_invented(tmp_path):
    class Weekly:
        def next_order(self, chart):
            return sim.Discharge("enough")

    own = BASE.override({"policy.boosters": Weekly()})
    page = Page(report_text(written(tmp_path / "own", {"mine": own})))
    assert "mine: made with an object of one's own" in page.text
    assert "cannot be built again" in page.text


def test_the_command_writes_the_page_and_says_where(study, ketasim):
    status, out, err = ketasim("report", study)
    assert (status, err) == (0, "")
    assert out.startswith(f"Report: {study / 'report.html'} (")
    assert Page((study / "report.html").read_text(encoding="utf-8")).ids[0] == "answer"
    assert ketasim("report", study)[0] == 0  # its own page gives way


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--out", "{}/mine.html"], "is no report of ketasim"),
        (["--out", "{}"], "this is a folder"),
        (["--beside", "{}/nowhere"], "no results folder"),
    ],
)
def test_what_cannot_be_is_a_paragraph_and_status_2(study, tmp_path, ketasim, arguments, says):
    (tmp_path / "mine.html").write_text("<p>my thesis</p>")
    given = [part.format(tmp_path) for part in arguments]
    status, out, err = ketasim("report", study, *given)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert (tmp_path / "mine.html").read_text() == "<p>my thesis</p>"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "bestt"}, 'Did you mean "best"'),
        ({"kind": "uncertainty"}, "uncertainty_comparison.csv"),
        ({"scenarios": []}, "scenarios: input should be a valid dictionary"),
        ({"kind": "capacity", "answer": 5}, "run again"),
    ],
)
def test_a_manifest_that_was_changed_is_refused(study, tmp_path, ketasim, change, says):
    copy = shutil.copytree(study, tmp_path / "copy")
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | change))
    status, _, err = ketasim("report", copy)
    assert status == 2
    assert says in err


def test_without_the_extra_a_line_says_what_to_install(study, monkeypatch, ketasim):
    monkeypatch.setattr(one_page, "_NEEDED", ("no_such_package", "jinja2"))
    status, _, err = ketasim("report", study)
    assert status == 2
    assert "pip install 'ketasim[report]'" in err
    assert "no_such_package" in err
    assert "jinja2" not in err


def test_the_parser_finds_what_is_looked_for():
    """Were something wrong with a page it would be seen."""
    page = Page(
        '<p id="a"><img alt="v" src="http://x/y.png"><svg aria-label="w"></svg><script>1</script>'
    )
    assert page.outside == ["http://x/y.png"]
    assert page.pictures == ["v", "w"]
    assert page.unclosed == ["p"]
    assert "script" in page.tags


def test_two_runs_whose_people_are_drawn_otherwise_are_not_paired(study, tmp_path):
    even = BASE.override({"run.sampling": "sobol"})
    page = Page(report_text(study, written(tmp_path / "even", {"base": even})))
    assert "different sampling (run.sampling)" in page.text
    assert "(Welch)" in page.text
    assert "they have the same draws" not in page.text


def test_a_run_of_three_days_has_no_course_to_draw_and_a_report(tmp_path):
    folder = written(tmp_path / "three", {"base": BASE.override({"run.days": 3})}, replications=1)
    assert {"mean_scores", "patients"}.isdisjoint(figures_of(sim.read_results(folder)))
    page = Page(report_text(folder))
    assert "One simulated run of 3 days;" in page.text


def test_days_that_warm_up_count_in_no_measure(tmp_path):
    warm = BASE.override({"run.warmup_days": 20})
    page = Page(report_text(written(tmp_path / "warm", {"base": warm}, replications=1)))
    assert "of which the first 20 count in no measure" in page.text
