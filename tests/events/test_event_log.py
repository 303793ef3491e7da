"""Witnesses: a record written by hand with its events, and a plain loop over a simulated one."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from handwritten import Page, at, infusion, talk, visit
from sim.events.event_log import EVENT_COLUMNS, event_table, recorded
from sim.outcomes.reading import Reading
from sim.units import NEVER

NINE = at(0, 9)
TEN = at(7, 10)


@pytest.fixture(scope="module")
def page():
    """Four people: a course that ends, one seated at the horizon, one at home, one of ratings."""
    rows = [
        talk(0, "assessment", at(1, 9), due=NINE, ordered=NINE),
        visit(0, "induction", due=at(1, 9, 30), booked=at(2, 9), status="no_show", route="iv",
              dose_mg_kg=0.5),
        infusion(0, "induction", at(3, 10), waited=7, ordered=at(2, 9), why="the first"),
        visit(0, "booster", ordered=at(3, 11, 30), due=at(9, 9), booked=at(9, 9),
              status="cancelled", route="iv"),
        infusion(1, "induction", TEN, due=at(6, 9), ordered=at(6, 9), infusion_end=None, ready=None,
                 discharge_start=None, left=None, chair_free=None, status="in_progress", chair=2,
                 adverse=NEVER),
        visit(2, "assessment", due=at(6, 12), booked=at(20, 9)),
        visit(3, "rating", due=at(1), ordered=at(1), arrived=at(1), left=at(1), rated_before=9,
              status="done"),
        visit(3, "induction", due=at(0, 9), ordered=at(0, 9), booked=at(1, 9), arrived=at(1, 9),
              status="blocked", route="iv"),
    ]  # fmt: skip
    left = [(0, at(8, 12), "stopped maintenance"), (3, at(1, 9), "blocked")]
    return Page([NINE, at(6, 9), at(6, 12), NINE], rows, left)


@pytest.fixture(scope="module")
def events(page):
    return event_table(recorded(page, "by hand"))


def told(events, patient):
    rows = events[events["case"] == str(patient)]
    return [
        (one.activity, one.start, None if pd.isna(one.complete) else one.complete)
        for one in rows.itertuples()
    ]


def test_a_whole_course_is_told_from_referral_to_its_end(events):
    assert told(events, 0) == [
        ("referred", NINE, NINE),
        ("waiting list", NINE, at(1, 9)),
        ("waiting for a prescriber", at(1, 9), at(1, 9)),
        ("assessment", at(1, 9), at(1, 9, 30)),
        ("waiting list", at(1, 9, 30), at(2, 9)),
        ("missed", at(2, 9), at(2, 9)),
        ("waiting list", at(2, 9), at(3, 9, 43)),
        ("waiting for a chair", at(3, 9, 43), at(3, 9, 50)),
        ("prepare", at(3, 9, 50), at(3, 10)),
        ("infusion", at(3, 10), at(3, 10, 40)),
        ("observation", at(3, 10, 40), at(3, 11, 20)),
        ("discharge stage", at(3, 11, 20), at(3, 11, 30)),
        ("turnover", at(3, 11, 30), at(3, 11, 40)),
        ("at home", at(3, 11, 30), at(8, 12)),
        ("cancelled", at(8, 12), at(8, 12)),
        ("end of treatment", at(8, 12), at(8, 12)),
    ]


def test_what_had_not_ended_is_open_and_what_had_not_begun_is_not_there(events):
    assert told(events, 1)[-2:] == [("prepare", TEN - 10, TEN), ("infusion", TEN, None)]
    assert told(events, 2) == [
        ("referred", at(6, 12), at(6, 12)),
        ("waiting list", at(6, 12), None),
    ]


def test_a_rating_lies_within_the_wait_and_blocked_is_said(events):
    assert told(events, 3)[1:] == [
        ("waiting list", NINE, at(1, 9)),
        ("remote rating", at(1), at(1)),
        ("blocked", at(1, 9), at(1, 9)),
        ("end of treatment", at(1, 9), at(1, 9)),
    ]


def test_attributes_stand_where_they_belong(events):
    assert list(events.columns) == list(EVENT_COLUMNS)
    rows = events[events["case"] == "0"].set_index("activity")
    infused, prepared = rows.loc["infusion"], rows.loc["prepare"]
    assert (infused["resource_type"], infused["resource"], infused["route"]) == ("chair", 1, "iv")
    assert (prepared["nurse"], rows.loc["waiting for a chair", "rated"]) == (1, 16)
    assert rows.loc["end of treatment", "reason"] == "stopped maintenance"
    assert "the first" in rows["reason"].tolist()
    assert infused["started_at"] == pd.Timestamp("2026-01-08 10:00")
    assert pd.isna(events.loc[events["case"] == "1", "completed_at"].iloc[-1])
    assert events["event"].tolist() == list(range(1, len(events) + 1))


# ---------------------------------------------------------------- a simulated clinic


@pytest.fixture(scope="module")
def simulated(busy):
    return event_table(recorded(busy))


def test_the_clinic_has_all_that_is_to_be_told(simulated):
    told_of = {"missed", "cancelled", "remote rating", "waiting for a nurse", "end of treatment"}
    assert told_of <= set(simulated["activity"])
    assert simulated["complete"].isna().any()


def test_no_chair_and_no_prescriber_has_two_at_once(simulated):
    for taken in ("chair", "prescriber"):
        rows = simulated[simulated["resource_type"] == taken]
        for _, of_one in rows.sort_values(["start", "complete"]).groupby("resource"):
            spans = list(zip(of_one["start"], of_one["complete"], strict=True))
            assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_patient_is_in_one_place_at_a_time_from_referral_to_the_end(simulated, busy):
    """Stays follow on one another without a gap, but for turnovers and ratings."""
    stays = simulated[~simulated["activity"].isin(["turnover", "remote rating", "rating missed"])]
    assert set(stays["case"]) == set(map(str, range(len(busy.patients))))
    for _, rows in stays.groupby("case"):
        ends = rows["complete"].tolist()
        assert rows["start"].tolist()[1:] == ends[:-1]
        assert pd.isna(ends[-1]) or rows["activity"].iloc[-1] == "end of treatment"


def test_every_visit_of_the_record_is_told_once(simulated, busy):
    visits = busy.visits
    of_each = simulated[simulated["visit"].notna()]
    pairs = set(zip(of_each["case"].astype(int), of_each["visit"], strict=True))
    assert pairs == set(zip(visits["patient"], visits["visit"], strict=True))
    infused = of_each[of_each["activity"] == "infusion"]
    begun = visits["infusion_start"][visits["infusion_start"] != NEVER]
    assert sorted(infused["start"]) == sorted(begun)
    away = of_each["activity"].isin(["missed", "cancelled"]).sum()
    assert away == np.isin(visits["status"], ["no_show", "cancelled"]).sum()


def test_the_minutes_in_chairs_are_those_of_the_measures(simulated, busy):
    chairs = simulated[simulated["resource_type"] == "chair"]
    steps = Reading(busy).work.busy["chairs"]
    assert (chairs["complete"].fillna(busy.horizon) - chairs["start"]).sum() == np.sum(
        steps.numbers[:-1] * np.diff(steps.minutes)
    )


def test_nobody_leaves_a_table_with_its_columns():
    empty = event_table(recorded(Page([], [])))
    assert list(empty.columns) == list(EVENT_COLUMNS)
    assert len(empty) == 0
