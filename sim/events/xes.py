"""The event table as XES 1.0, the XML that process-mining programs read (IEEE 1849).

Times are those of the clinic's own clock, written as UTC: no day has 23 or 25 hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import pandas as pd

from sim.config.names import visible
from sim.events.event_log import TREATMENT_ENDS, TURNOVER_OF_CHAIR

NAMESPACE = "http://www.xes-standard.org/"
_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
CLOCK = "times are of the clinic's own clock, written as UTC; there is no daylight saving time"


def write_xes(file: BinaryIO, tables: Iterable[pd.DataFrame], name: str) -> int:
    """Write a log, a trace for each patient of each table in turn; give the number of events."""
    out = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
    out.startDocument()
    _start(out, "log", {"xes.version": "1.0", "xes.features": "", "xmlns": NAMESPACE})
    for title, prefix, uri in _EXTENSIONS:
        _element(out, "extension", {"name": title, "prefix": prefix, "uri": uri})
    _globals(out)
    _element(out, "classifier", {"name": "Activity", "keys": "concept:name"})
    _attribute(out, "string", "concept:name", name)
    _attribute(out, "string", "ketasim:clock", CLOCK)
    written = 0
    for table in tables:
        for (replication, case), rows in table.groupby(["replication", "case"], sort=False):
            _start(out, "trace")
            _attribute(out, "string", "concept:name", f"r{replication}-p{case}")
            _attribute(out, "int", "replication", replication)
            _attribute(out, "string", "scenario", str(rows["scenario"].iloc[0]))
            ended = rows.loc[rows["activity"] == TREATMENT_ENDS, "reason"]
            if len(ended):
                _attribute(out, "string", "end_of_treatment", str(ended.iloc[0]))
            for event in lifecycle_events(rows):
                _event(out, event)
                written += 1
            out.endElement("trace")
            out.characters("\n")
    out.endElement("log")
    out.endDocument()
    return written


def lifecycle_events(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give the events of one patient in the order of time: a start and a completion each.

    What takes no time has a completion only, what was open at the horizon only a start.
    """
    found: list[tuple[int, int, str, datetime, Any]] = []
    for row in rows.to_dict("records"):
        lasts = pd.isna(row["complete"]) or row["complete"] > row["start"]
        if lasts:
            found.append((row["start"], row["event"], "start", row["started_at"], row))
        if not pd.isna(row["complete"]):
            found.append((row["complete"], row["event"], "complete", row["completed_at"], row))
    found.sort(key=lambda event: (event[0], event[1], event[2] == "complete"))
    for _, _, transition, when, row in found:
        yield {**row, "transition": transition, "when": when}


def _globals(out: XMLGenerator) -> None:
    _start(out, "global", {"scope": "trace"})
    _attribute(out, "string", "concept:name", "")
    out.endElement("global")
    _start(out, "global", {"scope": "event"})
    _attribute(out, "string", "concept:name", "")
    _attribute(out, "date", "time:timestamp", datetime(1970, 1, 1))
    _attribute(out, "string", "lifecycle:transition", "complete")
    out.endElement("global")


def _event(out: XMLGenerator, event: dict[str, Any]) -> None:
    _start(out, "event")
    _attribute(out, "string", "concept:name", event["activity"])
    _attribute(out, "string", "concept:instance", event["event"])
    _attribute(out, "string", "lifecycle:transition", event["transition"])
    _attribute(out, "date", "time:timestamp", event["when"])
    if event["resource_type"]:
        what = f"{event['resource_type']} {event['resource']}"
        _attribute(out, "string", "org:resource", what)
        role = (
            "chair made ready" if event["activity"] == TURNOVER_OF_CHAIR else event["resource_type"]
        )
        _attribute(out, "string", "org:role", role)
    for name in ("kind", "status", "route", "reason"):
        if event[name]:
            _attribute(out, "string", name, event[name])
    for name in ("visit", "nurse", "rated", "adverse"):
        if not pd.isna(event[name]):
            _attribute(out, "int", name, event[name])
    if event["route"]:
        _attribute(out, "float", "dose_mg_kg", event["dose_mg_kg"])
    out.endElement("event")


def _attribute(out: XMLGenerator, kind: str, key: str, value: object) -> None:
    """Write an attribute; control characters, which XML has no way to write, are spelt out."""
    text = (
        value.isoformat(timespec="milliseconds") + "+00:00"
        if isinstance(value, datetime)
        else visible(str(value))
    )
    _element(out, kind, {"key": key, "value": text})


def _element(out: XMLGenerator, name: str, attributes: dict[str, str]) -> None:
    _start(out, name, attributes)
    out.endElement(name)


def _start(out: XMLGenerator, name: str, attributes: dict[str, str] | None = None) -> None:
    out.startElement(name, AttributesImpl(attributes or {}))
