"""Style: told apart by colour and mark, and words that say what an axis shows."""

import hashlib
import re
import subprocess
import sys
from types import SimpleNamespace

import matplotlib
import pytest
from matplotlib.figure import Figure

from sim.figures import style
from sim.outcomes.catalogue import CATALOGUE

FAKE = {"get_ipython": lambda: SimpleNamespace(enable_gui=lambda *_: None), "version_info": (9, 0)}


def luminance(colour):
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2


def test_no_two_of_eight_scenarios_share_a_colour_or_a_marker():
    looks = list(style.looks("abcdefgh").values())
    assert len({look.colour for look in looks}) == 8
    assert len({look.marker for look in looks}) == 8


def test_no_two_of_72_scenarios_share_both():
    looks = style.looks(str(n) for n in range(72)).values()
    assert len({(look.colour, look.marker) for look in looks}) == 72


def test_a_scenario_keeps_its_look_when_others_are_added_behind_it():
    assert style.looks("ab")["b"] == style.looks("abc")["b"]


def test_every_colour_is_dark_enough_for_a_line_on_white():
    assert all(luminance(colour) < 0.5 for colour in style.COLOURS)


def test_names_are_read_as_words():
    assert style.spoken("every_4_weeks") == "every 4 weeks"
    assert style.title("booster_delay_days_p95") == "Booster delay, P95"
    assert style.title("mean_gad7") == "Mean GAD-7"
    assert style.title("relapses_per_responder_year") == "Relapses per responder-year"


def test_a_label_says_the_unit_once():
    assert style.label("infusions_per_patient") == "Infusions per patient"
    assert style.label("booster_delay_days") == "Booster delay (days)"
    assert style.label("chair_utilisation") == "Chair utilisation (%)"
    assert style.label("days_below_10", 99).startswith("Days below 10 (days per")


def test_a_difference_of_shares_is_in_percentage_points():
    assert style.difference_unit("chair_utilisation") == "percentage points"
    assert style.difference_unit("booster_delay_days") == "days"


def test_a_measure_of_the_users_own_has_a_title_and_no_unit():
    assert style.label("my_own_measure") == "My own measure"


def test_every_measure_of_the_catalogue_has_a_label_without_underscores():
    for name, about in CATALOGUE.items():
        assert "_" not in style.label(name)
        assert (
            about.unit.startswith("share")
            or about.unit.split()[0].lower() in style.label(name).lower()
        )


def test_lines_are_broken_between_words_and_not_at_hyphens():
    assert style.wrapped("days per patient-year", 16) == "days per\npatient-year"


def test_one_replication_is_said_to_have_no_intervals():
    assert style.sample_note(1) == "One replication: no intervals."
    assert "20 replications" in style.sample_note(20)
    assert "95 %" in style.sample_note(20)


def test_the_users_settings_hold_again_after_a_figure(boosters):
    from sim.figures.courses import mean_scores

    with matplotlib.rc_context({"font.size": 31.0, "axes.grid": False}):
        mean_scores(boosters)
        assert matplotlib.rcParams["font.size"] == 31.0
        assert not matplotlib.rcParams["axes.grid"]


def test_what_pyplot_switches_on_inside_a_figure_stays_on():
    """A notebook is made interactive by the first import of pyplot, inside a drawing function."""
    with matplotlib.rc_context({"interactive": False}):
        style.styled(matplotlib.interactive)(True)
        assert matplotlib.is_interactive()


@pytest.fixture
def notebook(monkeypatch):
    """Make this process look like a notebook, with pyplot's figures kept off any screen."""
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(**FAKE))
    yield pyplot
    pyplot.close("all")


def test_in_a_notebook_a_figure_is_pyplots_and_so_shows_itself(notebook):
    figure = style.new_figure(3, 2)
    assert figure.number in notebook.get_fignums()


def test_in_a_notebook_a_stored_figure_does_not_show_itself(notebook):
    with style.detached():
        style.new_figure(3, 2)
    assert notebook.get_fignums() == []


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    digests = set()
    for name in ("a.png", "b.png"):
        figure = Figure()
        figure.subplots().plot([1, 2])
        digests.add(
            hashlib.sha256(style.write_png(figure, tmp_path / name).read_bytes()).hexdigest()
        )
    assert len(digests) == 1


def test_drawing_leaves_pyplot_alone():
    code = (
        "import sys, sim.figures.style as s; s.new_figure(3, 2);"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_note_is_broken_to_the_width_of_its_figure():
    figure = Figure(figsize=(4, 3))
    style.footnote(figure, "word " * 60)
    assert max(map(len, figure.get_supxlabel().splitlines())) <= 4 * 17


def test_a_title_that_says_response_or_remission_says_of_whom():
    """The title itself, or the unit that stands beside it on the axis."""
    named = [name for name in CATALOGUE if "response" in name or "remission" in name]
    assert len(named) == 5
    for name in named:
        words = f"{style.title(name)} {style.unit_label(name)}"
        assert re.search(r"of (those|all) \w+|per referred", words), words
    assert style.title("response_after_induction") == "Response after induction, of those evaluated"
    assert style.title("booster_delay_days") == "Booster delay", "others are as they were"
