"""The room for infusions. Witness: hours and chairs multiplied by hand; a plain sum by minute."""

import numpy as np
import pytest

from sim.model.scenario import Scenario
from sim.outcomes.room import infusions_with_room

STEADY = {  # 480 minutes on five days, sessions of 120 minutes
    "run.start_date": "2026-01-05",
    "run.days": 35,
    "clinic.chairs": 3,
    "clinic.nurses": 2,
    "clinic.adverse_events.episode_share": 0.0,
    **{
        f"clinic.session.{stage}_minutes": {"kind": "constant", "value": minutes}
        for stage, minutes in {"prepare": 10, "infuse": 40, "monitor": 50, "discharge": 10,
                               "turnover": 10}.items()
    },
}  # fmt: skip


def room(changes=()):
    return infusions_with_room(Scenario().override(STEADY | dict(changes))).tolist()


def test_three_chairs_have_room_for_sixty_sessions_of_two_hours():
    assert room() == [3 * 40 / 2] * 5


@pytest.mark.parametrize(
    ("changes", "weeks"),
    [
        ({"clinic.nurses": 1}, [40] * 5),  # who watches two
        ({"clinic.holidays": ["2026-01-13"]}, [60, 48, 60, 60, 60]),
        ({"clinic.chairs_out": [
            {"chairs": 1, "first_day": "2026-01-21", "last_day": "2026-01-27"}]},
         [60, 60, 48, 52, 60]),
        ({"clinic.rota": [{"staff": "nurses", "hours": "12:00-14:00", "number": 0}]}, [45] * 5),
        ({"clinic.rota": [{"staff": "nurses", "hours": "12:00-14:00", "number": 1}]}, [55] * 5),
        ({"clinic.booking.infusions_per_day": 7}, [35] * 5),
        ({"clinic.chairs": "unlimited", "clinic.nurses": "unlimited",
          "clinic.booking.infusions_per_day": 7}, [35] * 5),
        ({"run.days": 20}, [60, 60]),
        ({"run.days": 6}, []),
        ({"start": {"kind": "steady_state"}}, [60] * 5),  # the past is no week of the run's
    ],
)  # fmt: skip
def test_what_takes_room_away(changes, weeks):
    assert room(changes) == pytest.approx(weeks)


def test_a_change_in_mid_run_holds_from_its_day():
    changes = {"changes": [{"date": "2026-01-21", "clinic.chairs": 4}]}  # a Wednesday
    assert room(changes) == pytest.approx([60, 60, 2 * 12 + 3 * 16, 80, 80])


@pytest.mark.parametrize(
    "changes",
    [
        {"clinic.chairs": "unlimited", "clinic.nurses": "unlimited"},
        {"policy.treatment": {"route": "oral", "home": True}},
        {"policy.booster_treatment": {"route": "sublingual", "home": True}},
    ],
)
def test_there_is_no_line_where_there_is_no_limit(changes):
    assert np.isnan(room(changes)).all()


def test_of_two_lengths_the_shorter_counts():
    longer = {"policy.booster_treatment": {"route": "intranasal"}}
    assert room(longer) == room()
