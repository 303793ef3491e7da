"""The look of the animation: where everybody stands, what marks mean, and the page around it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Any

from sim.report.assumptions import NOT_ADVICE

ARRIVAL, DEPART = "arrival", "depart"
LIST, HOME, ROOM, CHAIR, PRESCRIBER = (
    "waiting list", "at home", "waiting room", "chair", "prescriber",
)  # fmt: skip
PLAN_WIDTH = 1000  # of the plan, in its own units
ABREAST, GAP, ROW = 25, 15, 21  # of people who wait: in a row, and from one to the next
CAPS = {LIST: 3 * ABREAST, HOME: 10 * ABREAST, ROOM: 2 * ABREAST}
"""How many people are drawn one by one; the others are a number."""
_SEATS, _CHAIRS_WIDE, _HEAD, _FOOT, _BETWEEN = 44, 500, 44, 28, 12
_SIDES = ((LIST, HOME), (ROOM, PRESCRIBER, CHAIR))
_SEATING = {"gap_between_resource_rows": _SEATS, "queue_direction": "right"}
QUEUEING: dict[str, Any] = {
    **_SEATING, "wrap_queues_at": ABREAST, "gap_between_entities": GAP,
    "gap_between_queue_rows": ROW, "step_snapshot_max": CAPS[ROOM],
    "step_snapshot_max_overrides": {LIST: CAPS[LIST], HOME: CAPS[HOME]},
}  # fmt: skip
"""What vidigi is told of rows and of how many stand in them."""
MARKS = {  # a shape and a colour each, so that both are told apart in grey as well
    "waiting list": ("○", "#5b6770"),
    "at home": ("●", "#9aa7b1"),
    "waiting room": ("●", "#d9822b"),
    "with a prescriber": ("◆", "#7a4fa3"),
    "prepare": ("◔", "#1f5f99"),
    "infusion": ("●", "#1f5f99"),
    "observation": ("◑", "#1f5f99"),
    "discharge stage": ("◕", "#1f5f99"),
    "turnover": ("×", "#5b6770"),
}
LEGEND = {
    "waiting list": "at home, on the waiting list", "at home": "at home, between visits",
    "waiting room": "waits in the clinic", "with a prescriber": "assessed or evaluated",
    "prepare": "being prepared, or waits in the chair", "infusion": "infusion",
    "observation": "observed", "discharge stage": "being discharged",
    "turnover": "chair made ready",
}  # fmt: skip


def _icon(name: str) -> str:
    shape, colour = MARKS[name]
    if name == HOME:
        return shape  # most people are there: the colour of all text is theirs
    return f'<span style="color:{colour}">{shape}</span>'


ICONS = {
    **{name: _icon(name) for name in MARKS},
    "waiting for a chair": _icon("waiting room"),
    "waiting for a prescriber": _icon("waiting room"),
    "waiting for a nurse": _icon("prepare"),
    "waiting for discharge": _icon("observation"),
    "free": "\u2007",  # a chair as an entity of its own, when nothing is done to it
    "referred": _icon("waiting list"),
    "end of treatment": _icon("at home"),
}
"""By activity, what is drawn for whoever does it."""


def others_told(icon: str) -> str:
    """Say how many more stand in a place, of vidigi's "+    3 more"."""
    return f'<span style="color:#26323b">{"".join(icon.split()[:2])} more</span>'


@dataclass(frozen=True)
class Drawn:
    """What the plan has room for: places, and the most people who stand somewhere at a time."""

    chairs: int
    prescribers: int
    unlimited: Collection[str]  # of what there are as many as are needed
    frames: int  # 0 while it is closed all the time
    most: Mapping[str, int]  # people at a time, by place

    @property
    def abreast(self) -> int:
        """Chairs in a row of the plan."""
        return max(10, ceil(max(self.chairs, self.prescribers) / 6))

    @property
    def gap(self) -> int:
        """Units from one chair to the next."""
        return max(2, _CHAIRS_WIDE // self.abreast)

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each place has."""
        seats = {CHAIR: self.chairs, PRESCRIBER: self.prescribers}
        found = {place: max(1, ceil(number / self.abreast)) for place, number in seats.items()}
        for place, cap in CAPS.items():
            number = self.most.get(place, 0)
            found[place] = max(1, ceil(min(number, cap) / ABREAST)) + (number > cap)
        return found

    @property
    def zones(self) -> dict[str, tuple[int, int]]:
        """Give the lowest and the highest unit of each place's rectangle."""
        high = {
            place: _HEAD + rows * (_SEATS if place in (CHAIR, PRESCRIBER) else ROW)
            for place, rows in self.rows.items()
        }
        height = max(sum(high[place] + _BETWEEN for place in side) for side in _SIDES)
        found = {}
        for side in _SIDES:
            top = height + _FOOT
            for place in side:
                low = _FOOT if place == side[-1] else top - high[place]
                found[place] = (low, top)
                top = low - _BETWEEN
        return found

    @property
    def height(self) -> int:
        """Units of the plan from its foot to its top."""
        return max(top for _, top in self.zones.values()) + 5

    @property
    def look(self) -> dict[str, Any]:
        """What vidigi is told of sizes and times."""
        return {
            **_SEATING, **self.seating, "plotly_width": 1120,
            "plotly_height": int(1.1 * self.height) + 100, "entity_icon_size": 17,
            "text_size": 14, "resource_icon_size": max(4, min(30, self.gap - 4)),
            "entity_resource_offset_y": 0, "override_x_max": PLAN_WIDTH,
            "override_y_max": self.height, "resource_opacity": 1.0, "plot_bgcolor": "white",
            "paper_bgcolor": "white", "overflow_text_color": "#333333", "frame_duration": 350,
            "frame_transition_duration": 250,
        }  # fmt: skip

    @property
    def seating(self) -> dict[str, Any]:
        """What vidigi is told of rows of chairs."""
        return {"wrap_resources_at": self.abreast, "gap_between_resources": self.gap}

    @property
    def places(self) -> list[dict[str, Any]]:
        """Give each place by the corner at its bottom left, as vidigi takes it."""
        spots = {}
        for place, rows in self.rows.items():
            step = _SEATS if place in (CHAIR, PRESCRIBER) else ROW
            spots[place] = self.zones[place][1] - _HEAD - step * (rows - 1) + 2
        return [
            {"event": ARRIVAL, "x": 5, "y": self.height, "label": "referral"},
            *({"event": one, "x": 30, "y": spots[one], "label": one} for one in _SIDES[0]),
            {"event": ROOM, "x": 470, "y": spots[ROOM], "label": ROOM},
            {"event": PRESCRIBER, "x": 475, "y": spots[PRESCRIBER], "label": PRESCRIBER,
             "resource": "prescribers"},
            {"event": CHAIR, "x": 475, "y": spots[CHAIR], "label": CHAIR, "resource": "chairs"},
            {"event": DEPART, "x": 990, "y": 5, "label": "end of treatment"},
        ]  # fmt: skip

    @property
    def titles(self) -> dict[str, str]:
        """What is written above each place."""
        chairs, prescribers = (
            f"as many {what} as are needed ({number} drawn)"
            if what in self.unlimited
            else f"{number} {what if number != 1 else what[:-1]}"
            for what, number in (("chairs", self.chairs), ("prescribers", self.prescribers))
        )
        return {
            LIST: "At home, on the waiting list", HOME: "At home, between visits",
            ROOM: "Clinic: waiting room", PRESCRIBER: f"Clinic: {prescribers}",
            CHAIR: f"Clinic: infusions, {chairs}",
        }  # fmt: skip


def beautified(figure: Any, drawn: Drawn) -> Any:
    """Draw the rooms and what is free in them, and calm the controls."""
    for place, (low, high) in drawn.zones.items():
        left, right = (10, 425) if place in _SIDES[0] else (450, 990)
        figure.add_shape(
            type="rect", x0=left, x1=right, y0=low, y1=high, layer="below",
            line={"color": "#c5ced6", "width": 1}, fillcolor="#f7f9fa",
        )  # fmt: skip
        figure.add_annotation(
            x=left + 8, y=high - 3, text=f"<b>{drawn.titles[place]}</b>", showarrow=False,
            xanchor="left", yanchor="top", font={"size": 14, "color": "#26323b"},
        )  # fmt: skip
    figure.add_annotation(
        x=990, y=_FOOT - 4, text="treatment ends ↓", showarrow=False, xanchor="right",
        yanchor="top", font={"size": 12, "color": "#5b6770"},
    )  # fmt: skip
    for trace in (figure.data[0], *(frame.data[0] for frame in figure.frames)):
        trace.textfont.color = MARKS[HOME][1]
    empty = figure.data[-1]
    empty.marker.symbol, empty.marker.color = "square-open", "#8a97a1"
    empty.marker.line = {"width": 1.5, "color": "#8a97a1"}
    figure.update_layout(
        font={"family": "Segoe UI, Helvetica, Arial, DejaVu Sans, sans-serif"},
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
    )
    if figure.layout.sliders:
        slider = figure.layout.sliders[0]
        slider.currentvalue = {"font": {"size": 20, "color": "#26323b"}, "prefix": ""}
        slider.font = {"size": 1, "color": "white"}
        slider.ticklen, slider.minorticklen = 0, 0
        slider.pad, figure.layout.updatemenus[0].pad = {"b": 10, "t": 25}, {"r": 10, "t": 35}
    return figure


def page_of(figure: Any, title: str, drawn: Drawn, days: str) -> str:
    """Give the whole page: nothing in it is asked of any other place."""
    drawing = figure.to_html(
        full_html=False,
        include_plotlyjs=True,
        div_id="animation",
        auto_play=False,
        config={"displayModeBar": False, "displaylogo": False},
    )
    legend = "".join(
        f'<li><span style="color:{colour}">{shape}</span> {escape(LEGEND[name])}</li>'
        for name, (shape, colour) in MARKS.items()
    )
    moments = f"{drawn.frames} moments while the clinic is open or somebody is in it"
    if not drawn.frames:
        moments = "the clinic is closed all the time"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>{escape(title)}</title>
<style>
body {{ font-family: "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif; color: #26323b;
  margin: 1.2em auto; max-width: 1120px; padding: 0 0.8em; }}
h1 {{ font-size: 1.35em; margin: 0; overflow-wrap: anywhere; }}
p {{ margin: 0.3em 0; color: #5b6770; }}
ul {{ list-style: none; margin: 0.4em 0; padding: 0; columns: 15em 3; }}
.clinic {{ overflow-x: auto; }}
li span {{ display: inline-block; width: 1.3em; text-align: center; }}
</style>
</head>
<body>
<h1>{escape(title)}</h1>
<p>{escape(days)}; {moments}. Press Play, or move the slider.</p>
<ul>{legend}</ul>
<div class="clinic" tabindex="0" aria-label="The clinic">{drawing}</div>
<p>One simulated course of a clinic, not a forecast. {NOT_ADVICE}</p>
</body>
</html>
"""
