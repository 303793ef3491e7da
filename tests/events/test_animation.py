"""The page of an animation. Witness: the record, noon by noon, and the text of the page."""

import json
import re

import pytest

import sim
from sim.config.errors import ScenarioError
from sim.events.animation import DaysShown, animate_run, window_of
from sim.model.scenario import Scenario

ODD = "<b> $x$ __"
TWO = {"clinic.chairs": 2, "run.days": 28, "referrals.per_week": 10}
AROUND_THE_CLOCK = {
    "clinic.hours": "always", "clinic.chairs": "unlimited", "clinic.booking.kind": "walk_in",
    "run.days": 3, "referrals.per_week": 30,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    base = Scenario().override(TWO)
    scenarios = {ODD: base, "walk_in": Scenario().override(AROUND_THE_CLOCK)}
    results = sim.run(scenarios, replications=1, jobs=1)
    return sim.write_results(results, tmp_path_factory.mktemp("animated") / "run")


@pytest.fixture(scope="module")
def page(folder):
    done = animate_run(folder, ODD, window=DaysShown(21, 22), every=60)
    return done.path.read_text(encoding="utf-8"), done.told


def frames_of(text):
    """Give each frame's name, and what stands in it by entity: (icon, hover)."""
    found = re.search(r"Plotly\.addFrames\('animation', (\[.*\])\);", text)
    for frame in json.loads(found[1]):
        (people,) = frame["data"]
        shown = zip(people["ids"], people["text"], people["customdata"], strict=True)
        yield frame["name"], {one: (icon, hover[0]) for one, icon, hover in shown}


def test_frames_have_calendar_dates_and_lie_in_opening_hours(page):
    names = [name for name, _ in frames_of(page[0])]
    assert names == [f"Mon 26 January 2026, {hour:02}:00" for hour in range(9, 9 + len(names))]
    assert 9 <= len(names) <= 12
    assert "26 January 2026" in page[1]


def test_everybody_stands_where_the_record_says(page, folder):
    run = sim.read_results(folder).replicate(ODD)
    visits = run.visits
    for place, (_, people) in enumerate(frames_of(page[0])):
        minute = (21 * 24 + 9 + place) * 60
        began = (visits["infusion_start"] >= 0) & (visits["infusion_start"] <= minute)
        infused = began & (visits["infusion_end"] > minute)
        shown = {one for one, (_, hover) in people.items() if ": infusion (" in hover}
        assert shown == {f"p{patient}" for patient in visits["patient"][infused]}
        here = run.patients.referred <= minute
        gone = run.discharges["patient"][run.discharges["minute"] < minute]
        drawn = {int(one[1:]) for one in people if re.fullmatch(r"p\d+", one)}
        assert set(here.nonzero()[0]) - set(gone) <= drawn


def test_the_plan_shows_the_capacity_and_the_legend(page):
    assert "Clinic: infusions, 2 chairs" in page[0]
    assert "Clinic: 1 prescriber" in page[0]
    assert "not medical advice" in " ".join(page[0].split())


def test_the_page_asks_nothing_of_any_other_place_and_shows_odd_names_as_text(page):
    outside = re.sub(r"<script.*?</script>", "", page[0], flags=re.DOTALL)
    assert not re.search(r"(?:src|href|url)\s*[=(]", outside)
    assert "default-src 'none'" in outside
    assert not re.search(r"<script[^>]+src", page[0])
    assert "&lt;b&gt; $x$ __, replication 1" in outside
    assert len(page[0]) < 6e6


def test_as_many_chairs_as_are_needed_day_and_night(folder):
    done = animate_run(folder, "walk_in", every=240)
    text = done.path.read_text(encoding="utf-8")
    assert re.search(r"as many chairs as are needed \(\d+ drawn\)", text)
    assert len(list(frames_of(text))) == 3 * 6


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"window": DaysShown(21, 40)}, "has the days 0 to 27"),
        ({"window": DaysShown(0, 28), "every": 1}, "give --every"),
        ({"scenario": "walkin"}, 'Did you mean "walk_in"'),
        ({"replication": 2}, "replications 1 to 1"),
    ],
)
def test_what_cannot_be_shown_is_told(folder, given, says):
    with pytest.raises(ScenarioError, match=re.escape(says)):
        animate_run(folder, **{"scenario": ODD, **given})


def test_where_nobody_is_that_is_told(tmp_path):
    empty = Scenario().override({"referrals.per_week": 0, "run.days": 7})
    folder = sim.write_results(sim.run({"empty": empty}, 1, jobs=1), tmp_path / "run")
    with pytest.raises(ScenarioError, match="nobody is in treatment"):
        animate_run(folder)


def test_days_and_weeks_are_read_from_0():
    assert window_of("10:16", None) == DaysShown(10, 17)
    assert window_of(None, "2:3") == DaysShown(14, 28)
    assert window_of(None, "2") == DaysShown(14, 21)
    assert window_of(None, None) is None
    for days, weeks, says in (("3:1", None, "ends before"), (None, "x", "must be a number"),
                              ("1", "1", "one of these")):  # fmt: skip
        with pytest.raises(ScenarioError, match=says):
            window_of(days, weeks)
