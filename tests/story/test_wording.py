"""Witness: sentences as a reader would write them."""

from datetime import date

import pytest

import sim
from sim.config.names import listed
from sim.story.differences import different_settings
from sim.story.wording import (
    interval,
    many,
    number,
    on,
    on_all,
    on_both,
    ordinal,
    sentence,
    span,
    times,
)


def test_a_date_has_its_weekday():
    assert on(date(2026, 1, 5)) == "Monday 5 January 2026"


def test_a_list_of_dates_names_each_month_and_each_year_once():
    days = [date(2026, 12, 28), date(2026, 12, 30), date(2027, 1, 4), date(2027, 2, 1)]
    assert on_all(days) == (
        "Monday 28 and Wednesday 30 December 2026, on Monday 4 January and on "
        "Monday 1 February 2027"
    )
    assert on_all(days[:1]) == "Monday 28 December 2026"


def test_two_dates_of_a_year_share_it():
    assert on_both(date(2026, 1, 5), date(2026, 3, 2)) == (
        "Monday 5 January",
        "Monday 2 March 2026",
    )
    assert on_both(date(2026, 12, 28), date(2027, 1, 4))[0] == "Monday 28 December 2026"


@pytest.mark.parametrize(
    ("count", "place"), [(1, "first"), (12, "twelfth"), (13, "13th"), (21, "21st"), (111, "111th")]
)
def test_places_are_words_up_to_twelve(count, place):
    assert ordinal(count) == place


def test_counts_are_words_up_to_twelve():
    assert [number(0), number(0, "none"), number(12), number(13)] == ["no", "none", "twelve", "13"]
    assert [many(1, "booster"), many(6, "infusion")] == ["one booster", "six infusions"]
    assert [times(1), times(2), times(3)] == ["once", "twice", "three times"]


def test_an_interval_has_tenths_only_where_it_needs_them():
    assert [interval(28.0), interval(33.6), interval(40.32)] == ["28", "33.6", "40.3"]


def test_few_scores_are_listed_and_many_are_a_range():
    assert span([7]) == "7"
    assert span([7, 7]) == "7 each time"
    assert span([9, 3]) == "9 and 3"
    assert span([2, 3, 3, 2, 2]) == "2 or 3"
    assert span([9, 3, 8, 4, 5]) == "3 to 9"


def test_lists_and_sentences_are_joined_as_in_prose():
    assert [listed("a"), listed("ab"), listed("abc"), listed("")] == [
        "a",
        "a and b",
        "a, b and c",
        "",
    ]
    assert sentence("they left", "", ", well") == "They left, well."
    assert sentence("Done.") == "Done."


def test_two_scenarios_that_differ_in_dates_are_told_apart_by_dates():
    base = sim.Scenario()
    other = base.override({"clinic.holidays": ("2026-12-25",), "run.start_date": "2026-02-02"})
    told = different_settings(base, other)
    assert "run.start_date (2026-01-05 and 2026-02-02)" in told
    assert "clinic.holidays ([] and [2026-12-25])" in told
