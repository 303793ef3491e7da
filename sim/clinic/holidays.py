"""Public holidays from a file, as they come: iCalendar (ICS), or JSON of dates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError
from sim.config.named_files import File, state_of
from sim.config.texts import Unreadable, read_text

HOLIDAYS = File("clinic.holidays_file", "list of holidays", "dates")
WANTED = (
    'a calendar (.ics, with DTSTART in each event) or JSON: a list such as [{ "date": '
    '"2026-12-25" }], or such lists by region under "events"'
)
_LONGEST = 366  # days of one event: more is a slip of the pen


def holidays_of(path: str) -> tuple[date, ...]:
    """Read the dates of a file, in order, each once; the same file is read once.

    Raises ScenarioError, which names file, place and fault.
    """
    return _read(*state_of(path, HOLIDAYS))


@lru_cache(maxsize=16)
def _read(path: str, changed: int, size: int) -> tuple[date, ...]:
    try:
        text = read_text(Path(path))
    except Unreadable as fault:
        raise _fault(path, f"{fault}; give {WANTED}.") from None
    calendar = text.lstrip().upper().startswith("BEGIN:VCALENDAR")
    found = sorted({*(_of_calendar(path, text) if calendar else _of_json(path, text))})
    if not found:
        raise _fault(path, f"there is no date in it; give {WANTED}.")
    return tuple(found)


def _fault(path: str, what: str) -> ScenarioError:
    return ScenarioError(f"{HOLIDAYS.path}: {path}: {what}")


# ---------------------------------------------------------------------- iCalendar (RFC 5545)


def _of_calendar(path: str, text: str) -> Iterator[date]:
    """Give the dates of all events: from DTSTART until before DTEND, which is one day if left out.

    Whole days only: an event with times of day says when something takes place, not that a
    clinic is closed, and a yearly one (RRULE) says no date of the years to come.
    """
    event: dict[str, tuple[int, str]] | None = None
    for line, content in _unfolded(text):
        name, _, value = content.partition(":")
        word = name.partition(";")[0].upper()
        if word == "BEGIN" and value.strip().upper() == "VEVENT":
            event = {"BEGIN": (line, value)}
        elif word == "END" and value.strip().upper() == "VEVENT" and event is not None:
            yield from _days(path, event)
            event = None
        elif event is not None:
            event.setdefault(word, (line, value.strip()))
    if event is not None:
        raise _fault(path, f"line {event['BEGIN'][0]}: the event has no END:VEVENT.")


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Give each content line with its number; what begins with a blank goes on with the one before.

    Line ends may be CRLF, as the standard has them, or LF.
    """
    whole: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if whole and line[:1] in (" ", "\t"):
            whole = whole[0], whole[1] + line[1:]
            continue
        if whole:
            yield whole
        whole = number, line
    if whole:
        yield whole


def _days(path: str, event: dict[str, tuple[int, str]]) -> list[date]:
    if "DTSTART" not in event:
        raise _fault(path, f"line {event['BEGIN'][0]}: the event has no DTSTART.")
    if "RRULE" in event:
        raise _fault(
            path,
            f"line {event['RRULE'][0]}: a rule (RRULE) instead of dates; give a list with each "
            "year's own dates.",
        )
    first = _of_day(path, *event["DTSTART"])
    after = _of_day(path, *event["DTEND"]) if "DTEND" in event else first + timedelta(days=1)
    length = (after - first).days
    if not 0 <= length <= _LONGEST:
        raise _fault(
            path,
            f"line {event['DTEND'][0]}: the event ends on {after}, {length} days after it began on "
            f"{first}; an event must end after it begins, and within {_LONGEST} days.",
        )
    return [first + timedelta(days=day) for day in range(max(1, length))]


def _of_day(path: str, line: int, text: str) -> date:
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:
        raise _fault(
            path,
            f'line {line}: "{text}" is no date; a whole day is written 20261225 '
            "(DTSTART;VALUE=DATE:20261225).",
        ) from None


# ---------------------------------------------------------------------- JSON


def _of_json(path: str, text: str) -> Iterator[date]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as fault:
        raise _fault(
            path, f"line {fault.lineno}: this is neither a calendar nor JSON; give {WANTED}."
        ) from None
    except RecursionError:
        raise _fault(path, f"lists are nested without end; give {WANTED}.") from None
    for place, entry in _listed(path, content, ""):
        day: Any = entry.get("date") if isinstance(entry, dict) else entry
        try:
            yield date.fromisoformat(day)
        except (TypeError, ValueError):
            raise _fault(
                path, f'{place}: {json.dumps(entry)} has no date such as "2026-12-25".'
            ) from None


def _listed(path: str, content: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Give the entries of a list, or of the lists of one region, each with its place."""
    if isinstance(content, list):
        for number, entry in enumerate(content, 1):
            yield f"{place}entry {number}", entry
    elif isinstance(content, dict) and "events" in content:
        yield from _listed(path, content["events"], place)
    elif isinstance(content, dict) and len(content) == 1:
        (region,) = content
        yield from _listed(path, content[region], f"{region}: ")
    elif isinstance(content, dict) and content:
        raise _fault(
            path,
            f"{place}lists of several regions ({', '.join(map(str, content))}); keep the one in "
            "which the clinic is.",
        )
    else:
        raise _fault(path, f"{place}no list of dates; give {WANTED}.")
