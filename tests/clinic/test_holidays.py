"""Public holidays from files as they come (witness: the dates, written out by hand)."""

import json
from datetime import date

import pytest

from sim.clinic.holidays import holidays_of
from sim.config.errors import ScenarioError
from sim.model.scenario import read_scenario

EVENT = "BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n"
CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n"


def written(folder, text, name="list.ics"):
    path = folder / name
    path.write_bytes(text.encode())
    return str(path)


def calendar(folder, *events):
    return written(folder, CALENDAR.format("".join(map(EVENT.format, events))))


def test_an_event_lasts_until_the_day_before_its_end_or_one_day(tmp_path):
    path = calendar(
        tmp_path,
        "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas",
        "SUMMARY:Labour Day\r\nDTSTART;VALUE=DATE:20260501",
        "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261224\r\nSUMMARY:the same day again",
    )
    assert holidays_of(path) == (
        date(2026, 5, 1), date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)
    )  # fmt: skip


def test_folded_lines_are_put_together_and_what_is_beside_the_events_is_passed_over(tmp_path):
    events = "BEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\n" + EVENT.format(
        "SUMMARY:A day\r\n  with DTSTART:1\r\nDTSTART;VALUE=DA\r\n TE:2026\r\n\t0406"
    )
    path = written(tmp_path, CALENDAR.format(events))
    assert holidays_of(path) == (date(2026, 4, 6),)
    assert holidays_of(written(tmp_path, CALENDAR.format(events).replace("\r", ""), "lf.ics")) == (
        date(2026, 4, 6),
    )


CHRISTMAS = {"date": "2026-12-25", "localName": "Weihnachten", "name": "Christmas Day"}


@pytest.mark.parametrize(
    "content",
    [
        [CHRISTMAS, {"date": "2026-01-01"}],
        ["2026-01-01", "2026-12-25", "2026-12-25"],
        {"england-and-wales": {"division": "e", "events": [{"title": "x", **CHRISTMAS},
                                                           {"date": "2026-01-01"}]}},
        {"events": [CHRISTMAS, {"date": "2026-01-01"}]},
    ],
)  # fmt: skip
def test_json_lists_as_public_services_give_them(content, tmp_path):
    path = written(tmp_path, json.dumps(content), "list.json")
    assert holidays_of(path) == (date(2026, 1, 1), date(2026, 12, 25))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CALENDAR.format(EVENT.format("DTSTART:20261225T090000")), 'line 4: "20261225T090000"'),
        (CALENDAR.format(EVENT.format("DTSTART;VALUE=DATE:20260230")), "is no date"),
        (CALENDAR.format(EVENT.format("SUMMARY:x")), "line 3: the event has no DTSTART"),
        (CALENDAR.format("BEGIN:VEVENT\r\nDTSTART:20260101\r\n"), "no END:VEVENT"),
        (CALENDAR.format(EVENT.format("DTSTART:20260101\r\nRRULE:FREQ=YEARLY")), "line 5: a rule"),
        (CALENDAR.format(EVENT.format("DTSTART:20260103\r\nDTEND:20260101")), "line 5: .* -2 days"),
        (CALENDAR.format(""), "no date in it"),
        ("date,name\n2026-12-25,x\n", "line 1: this is neither"),
        ('[{"date": "25.12.2026"}]', "entry 1: .*25.12.2026"),
        ('[{"day": "2026-12-25"}]', "entry 1: "),
        ('{"scotland": ["2026-01-02"], "wales": ["2026-01-01"]}', "scotland, wales"),
        ("17", "no list of dates"),
    ],
)
def test_a_file_that_is_no_list_of_holidays_is_refused_with_its_place(text, words, tmp_path):
    path = written(tmp_path, text)
    with pytest.raises(ScenarioError, match=f"(?s)clinic.holidays_file: .*list.ics: .*{words}"):
        holidays_of(path)


def test_the_file_is_found_beside_the_scenario_and_closes_the_clinic_beside_its_own_list(tmp_path):
    calendar(tmp_path, "DTSTART;VALUE=DATE:20260107")
    (tmp_path / "mine.toml").write_text(
        '[clinic]\nholidays_file = "list.ics"\nholidays = [2026-01-06]\n'
    )
    scenario = read_scenario(tmp_path / "mine.toml")
    days = scenario.clinic.calendar(scenario.run.start_date)
    assert [bool(days.openings(day)) for day in range(4)] == [True, False, False, True]
    with pytest.raises(ScenarioError, match="no such file"):
        scenario.override({"clinic.holidays_file": "none.ics"}).checked()
