"""Every figure of the galleries holds marks, however the run starts (witness: the artists drawn).

A mark stands at data on both axes; grounds, grids and lines across a whole panel are none.
"""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.figures import gallery
from sim.figures import planning as capacity_gallery
from sim.planning import buildup
from sim.planning.answer import capacity

STARTS = ("empty", "steady_state", "file")
BRIEF = {"behaviour.stopping_days": 20, "run.days": 56, "referrals.per_week": 6}
CASELOAD = """\
patient,state,referred_days_ago,baseline,last_infusion_days_ago,interval_days,infusions
a,maintenance,100,15,9,14,8
b,maintenance,120,16,3,14,9
c,waiting,5,14,,,
"""


def marks(figure):
    """Count, panel by panel, the points, bars and areas that stand at data."""
    return [sum(_of(artist, ax) for artist in ax.get_children()) for ax in figure.axes if ax.axison]


def _of(artist, ax):
    if not all(artist.get_transform().contains_branch_seperately(ax.transData)):
        offsets = getattr(artist, "get_offsets", list)()
        return int(np.isfinite(np.asarray(offsets, dtype=float)).all()) if len(offsets) else 0
    if hasattr(artist, "get_xydata"):
        return int(np.isfinite(np.asarray(artist.get_xydata(), dtype=float)).all(axis=1).sum())
    if hasattr(artist, "get_width"):
        return int(artist.get_width() > 0 and artist.get_height() > 0)
    if hasattr(artist, "get_paths"):
        return sum(np.isfinite(path.vertices).any() for path in artist.get_paths())
    return 0


@pytest.fixture(scope="module", params=STARTS)
def clinic(request, tmp_path_factory):
    start = {"kind": request.param}
    if request.param != "empty":
        start["history_days"] = 185  # no whole number of weeks
    if request.param == "file":
        start["file"] = str(tmp_path_factory.mktemp("start") / "caseload.csv")
        with open(start["file"], "w") as file:
            file.write(CASELOAD)
    return sim.Scenario().override({**BRIEF, "start": start})


@pytest.fixture
def drawn(monkeypatch):
    """Collect the figures that a gallery would save."""
    kept = {}

    def keep(axes, path):
        kept[path.stem] = np.ravel(axes)[0].get_figure(root=True)
        return path

    monkeypatch.setattr(gallery, "save", keep)
    return kept


def test_every_figure_of_a_study_holds_marks(clinic, drawn, tmp_path):
    study = {f"{n} chairs": clinic.override({"clinic.chairs": n}) for n in (3, 4)}
    results = sim.run(study, replications=2, jobs=1, reference="3 chairs", by="severity")
    gallery.draw_all(results, tmp_path)
    assert set(drawn) == set(gallery.FIGURES)
    for name, figure in drawn.items():
        assert all(marks(figure)), f"{name}: {marks(figure)}"


@pytest.mark.parametrize(
    "vary", [{"clinic.chairs": [4]}, {"clinic.chairs": [4], "clinic.nurses": [3]}]
)
def test_every_figure_of_an_answer_holds_marks(clinic, vary, drawn, tmp_path, monkeypatch):
    target = ["mean(wait_first_infusion_days) <= 30"]
    answer = capacity(clinic, vary, target, 0.5, 1, jobs=1, days=14)
    alone = buildup.without_a_clinic
    monkeypatch.setattr(buildup, "without_a_clinic", lambda scenario, _: alone(scenario, 20))
    capacity_gallery.draw_capacity(answer, buildup.filling_of(clinic, jobs=1), tmp_path)
    first = "capacity" if len(vary) == 1 else "mix"
    assert set(drawn) == {first, "chair_plan", "build_up"}
    for name, figure in drawn.items():
        if name != "chair_plan":
            assert sum(marks(figure)) > 0 or figure.axes[0].images, name
    assert sum(marks(drawn["chair_plan"])) > 20


def test_the_chair_plan_draws_the_sessions_of_its_week_and_no_others(clinic):
    one = sim.replicate(clinic, seed=1)
    week = 3
    axes = sim.figures.chair_plan(one, week)
    begins = one.scenario.opens + (week - 1) * 10080
    visits = one.visits
    sat = (visits["chair"] > 0) & (visits["seated"] >= begins) & (visits["seated"] < begins + 10080)
    stages = ("seated", "prepared", "infusion_end", "ready", "left", "chair_free")
    ends = np.array([visits[name][sat] for name in stages])
    assert sum(marks(axes[0].get_figure(root=True))) == (np.diff(ends, axis=0) > 0).sum() > 20
    days = {ax.get_title(loc="left") for ax in axes}
    assert len(days) >= 5
    monday = one.scenario.run.start_date
    assert axes[0].get_title(loc="left") == f"{monday.replace(day=monday.day + 14):%A %d %B}"


def test_the_count_of_marks_sees_an_empty_figure(boosters):
    nothing = dict.fromkeys(("infusions", "census", "waiting"), np.nan)
    bare = replace(boosters, weeks=boosters.weeks.assign(**nothing), scenarios={})
    assert not any(marks(sim.figures.caseload(bare)[0].figure))
    assert all(marks(sim.figures.caseload(boosters)[0].figure))
