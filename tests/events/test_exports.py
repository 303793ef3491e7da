"""What other programs read back. Witnesses: vidigi, pandas, xml.etree, openpyxl, our measures."""

import warnings
from datetime import datetime
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from vidigi.analysis import event_durations, resource_utilisation
from vidigi.logging import BaseEvent, EventLogger
from vidigi.prep import reshape_for_animations

import sim
from handwritten import Page, at, infusion
from sim.events.event_log import event_table, recorded
from sim.events.formats import BUPAR_COLUMNS, bupar_table
from sim.events.vidigi_log import VIDIGI_COLUMNS, vidigi_table
from sim.events.xes import NAMESPACE, write_xes
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.reading import Reading
from sim.outcomes.service import in_clinic_waits

ODD = 'a <b> & "c" \x1b[31m =1+1 é日本'


@pytest.fixture(scope="module")
def events(busy):
    return event_table(recorded(busy, "busy"))


@pytest.fixture(scope="module")
def log(events, tmp_path_factory):
    """The log as a user would read it: from a file, without saying what a column is."""
    file = tmp_path_factory.mktemp("vidigi") / "log.csv"
    vidigi_table(events).to_csv(file, index=False)
    return pd.read_csv(file)


# ---------------------------------------------------------------- vidigi


def test_every_row_is_an_event_as_vidigi_defines_it(log):
    assert list(log.columns) == list(VIDIGI_COLUMNS)
    for row in log.astype({"resource_id": "Int64"}).to_dict("records"):
        BaseEvent.model_validate({key: value for key, value in row.items() if not pd.isna(value)})
    logger = EventLogger()
    logger.from_csv(log)
    assert logger.summary()["total_events"] == len(log)


def test_vidigi_sees_each_patient_once_at_a_time(log, events):
    """Who is where at each noon, by vidigi's snapshots and by the event table."""
    noons = 7
    seen = reshape_for_animations(
        log, every_x_time_units=1440, warm_up=at(40, 12), limit_duration=at(40 + noons, 12),
        step_snapshot_max=10_000,
    )  # fmt: skip
    people = seen[(seen["event"] != "depart") & seen["entity_id"].str.startswith("p")]
    assert not people.duplicated(["entity_id", "snapshot_time"]).any()
    stays = events[~events["activity"].isin(["turnover", "remote rating", "rating missed"])]
    for minute, rows in people.groupby("snapshot_time"):
        there = (stays["start"] <= minute) & ~(stays["complete"] <= minute).fillna(False)
        ours = dict(zip("p" + stays["case"][there], stays["activity"][there], strict=True))
        assert dict(zip(rows["entity_id"], rows["event"], strict=True)) == ours


def test_chair_minutes_by_vidigi_are_those_of_the_record(log, busy):
    """All of them: chair_utilisation counts those in opening hours alone."""
    found = resource_utilisation(
        log, by="resource", resource_col_name="unique_resource_id", limit_duration=busy.horizon
    ).set_index("resource_id")["busy_time"]
    steps = Reading(busy).work.busy["chairs"]
    ours = np.sum(steps.numbers[:-1] * np.diff(steps.minutes))
    assert found[["chair_1", "chair_2"]].sum() == ours


def test_where_it_is_always_open_utilisation_by_vidigi_is_chair_utilisation():
    day_and_night = {"clinic.hours": "always", "run.days": 25, "referrals.per_week": 40}
    run = sim.replicate(Scenario().override(day_and_night), seed=1)
    log = vidigi_table(event_table(recorded(run)))
    with warnings.catch_warnings():  # of those in a chair at the horizon it says so
        warnings.filterwarnings("ignore", r"\d+ resource_use row\(s\) were still open")
        found = resource_utilisation(
            log, by="resource", resource_col_name="unique_resource_id", limit_duration=run.horizon
        ).set_index("resource_id")["utilisation"]
    ours = CATALOGUE["chair_utilisation"].read(Reading(run))
    assert ours > 0.1
    chairs = found[["chair_1", "chair_2", "chair_3"]]
    assert chairs.mean() == pytest.approx(ours, rel=1e-12)


def test_waits_in_the_clinic_by_vidigi_are_those_of_the_measures(log, busy):
    """By visit, as the how-to does it."""
    of_visits = log.drop(columns="entity_id")
    waits = event_durations(
        of_visits, "waiting for a chair", "prepare", entity_col_name="visit_id",
        keep_incomplete=False,
    )  # fmt: skip
    ours = in_clinic_waits(Reading(busy))
    assert sorted(waits["duration"]) == sorted(ours)
    assert ours.max() > 0


# ---------------------------------------------------------------- XES and bupaR


@pytest.fixture(scope="module")
def odd():
    """A page whose reasons are as odd as can be, with an infusion that is open."""
    rows = [
        infusion(0, "induction", at(3, 10), ordered=at(2), why=ODD),
        infusion(1, "induction", at(3, 10), ordered=at(2), infusion_end=None, ready=None, left=None,
                 discharge_start=None, chair_free=None, status="in_progress", chair=2, adverse=-1),
    ]  # fmt: skip
    page = Page([at(2), at(2)], rows, [(0, at(3, 11, 30), ODD)])
    return event_table(recorded(page, ODD))


def parsed(file):
    tree = ElementTree.parse(file)
    for trace in tree.iter(f"{{{NAMESPACE}}}trace"):
        named = {one.get("key"): one.get("value") for one in trace}
        yield (
            named,
            [
                {one.get("key"): one.get("value") for one in event}
                for event in trace.findall(f"{{{NAMESPACE}}}event")
            ],
        )


def test_xml_gives_back_the_table(busy, events, tmp_path):
    with (tmp_path / "log.xes").open("wb") as file:
        written = write_xes(file, [events], "busy")
    traces = list(parsed(tmp_path / "log.xes"))
    assert len(traces) == len(busy.patients)
    assert sum(len(found) for _, found in traces) == written
    begins, ends = set(), set()
    for named, found in traces:
        times = [datetime.fromisoformat(event["time:timestamp"]) for event in found]
        assert times == sorted(times)
        for event, when in zip(found, times, strict=True):
            key = named["concept:name"], event["concept:instance"], event["concept:name"], when
            (ends if event["lifecycle:transition"] == "complete" else begins).add(key)
    rows = events.assign(
        name="r1-p" + events["case"],
        begun=events["started_at"].dt.tz_localize("UTC"),
        done=events["completed_at"].dt.tz_localize("UTC"),
    )
    lasting = rows[~(rows["complete"] == rows["start"]).fillna(False)]
    over = rows[rows["complete"].notna()]
    for theirs, ours, when in ((begins, lasting, "begun"), (ends, over, "done")):
        columns = (ours["name"], ours["event"].astype(str), ours["activity"], ours[when])
        assert theirs == set(zip(*columns, strict=True))


def test_odd_texts_are_whole_or_spelt_out(odd, tmp_path):
    with (tmp_path / "odd.xes").open("wb") as file:
        write_xes(file, [odd], ODD)
    (first, events), (second, open_events) = parsed(tmp_path / "odd.xes")
    spelt = ODD.replace("\x1b", r"\x1b")
    assert first["scenario"] == first["end_of_treatment"] == spelt
    assert spelt in [event.get("reason") for event in events]
    assert "end_of_treatment" not in second
    assert open_events[-1]["concept:name"] == "infusion"
    assert open_events[-1]["lifecycle:transition"] == "start"
    assert open_events[-1]["org:resource"] == "chair 2"


def test_bupar_has_a_row_for_each_begin_and_end(odd):
    table = bupar_table(odd)
    assert list(table.columns) == list(BUPAR_COLUMNS)
    assert set(table["lifecycle"]) == {"start", "complete"}
    by_instance = table.groupby("activity_instance_id")
    assert (by_instance["activity"].nunique() == 1).all()
    infused = table[(table["activity"] == "infusion") & (table["case_id"] == "r1-p0")]
    assert infused["timestamp"].tolist() == [
        pd.Timestamp("2026-01-08 10:00"), pd.Timestamp("2026-01-08 10:40"),
    ]  # fmt: skip
    assert infused["resource_id"].tolist() == ["chair 1", "chair 1"]
    assert len(bupar_table(odd[:0])) == 0
