"""The gallery: the figures that make sense, stored, and nothing else touched."""

from dataclasses import replace

import matplotlib
import pytest

from sim.figures.gallery import FIGURES, draw_all

PNG = b"\x89PNG\r\n\x1a\n"


def names(paths):
    return {path.stem for path in paths}


COMPARED = {"tradeoff", "forest"}
BY_CHAIRS = {"utilisation_and_waits", "closed_loop"}


def test_a_comparison_has_its_figures_and_none_by_chairs(boosters, tmp_path):
    before = dict.get(matplotlib.rcParams, "backend")
    paths = draw_all(boosters, tmp_path / "deep" / "figures")
    assert names(paths) >= {"mean_scores", "tradeoff", "forest", "patients", "caseload"}
    assert names(paths).isdisjoint(BY_CHAIRS)
    assert all(path.read_bytes().startswith(PNG) for path in paths)
    assert set((tmp_path / "deep" / "figures").iterdir()) == set(paths)
    assert dict.get(matplotlib.rcParams, "backend") == before  # the user's, loaded or not


def test_a_study_of_chairs_has_all_figures_and_the_same_bytes_again(made_up, tmp_path):
    study = made_up.chairs(3, (2, 3))
    first, second = (draw_all(study, tmp_path / name) for name in "ab")
    assert names(first) == set(FIGURES)
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_a_single_scenario_has_no_comparison(tmp_path, made_up):
    single = made_up.results(
        {"base": {"days_below_10": 9.0}}, {"base": made_up.scenario()}, None, 1
    )
    drawn = names(draw_all(single, tmp_path))
    assert drawn >= {"mean_scores", "patients", "caseload"}
    assert drawn.isdisjoint({*COMPARED, *BY_CHAIRS})


def test_results_without_courses_and_weeks_lose_only_those(boosters, tmp_path):
    bare = replace(boosters, courses=boosters.courses.iloc[:0], weeks=boosters.weeks.iloc[:0])
    drawn = names(draw_all(bare, tmp_path))
    assert drawn >= COMPARED
    assert drawn.isdisjoint({"mean_scores", "patients", "caseload", *BY_CHAIRS})


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_notebook_size_and_no_text_cut_off(chairs, boosters, name):
    draw, fits = FIGURES[name]
    drawn = draw(boosters if fits(boosters) else chairs)
    figure = (drawn.flat[0] if hasattr(drawn, "flat") else drawn).figure
    width, height = figure.get_size_inches()
    assert 6 <= width <= 11
    assert 3 <= height <= 8
    figure.draw_without_rendering()
    box = figure.get_tightbbox()
    assert min(box.x0, box.y0, width - box.x1, height - box.y1) > -0.03
