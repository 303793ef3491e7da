"""What does not fit together in a row of published results: refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sim.evidence.moments import ProtocolMoment
from sim.evidence.quantities import LOSSES, OF_ATTENDANCE, Metric
from sim.evidence.schedules import Arm
from sim.evidence.vocabulary import People
from sim.scales import CONFIRMED_WITHIN_DAYS

_UNTIMED = ("infusions_to_response", "time_to_loss")
_POINTS = ("response", "remission", "relief", "score", "change", "percent_change",
           "share_of_relief")  # fmt: skip
"""What is read at one moment, so that a window can be the mean of its days."""


def clashes(
    people: People, arms: Sequence[Arm], metric: Metric, times: Sequence[ProtocolMoment], said: str
) -> list[str]:
    """Name what does not fit together, each with its column."""
    if metric.kind in OF_ATTENDANCE:
        return list(_of_attendance(people, arms, metric, times))
    if any(arm.clinic for arm in arms):
        return ["metric: in a clinic, or under a policy, only attendance is read, such as `share "
                "finishing 6 sessions`; leave the clinic out for everything else"]  # fmt: skip
    if people.setting:
        return ["regimen: a setting is for rows that are simulated; add `in a clinic`"]
    return [*_of_arms(arms, metric), *_of_times(arms, metric, times, said),
            *_of_windows(metric, times, len(arms)), *_of_losses(people, arms, metric, times),
            *_of_people(people, arms)]  # fmt: skip


def _of_arms(arms: Sequence[Arm], metric: Metric) -> Iterator[str]:
    two = len(arms) == 2
    if metric.kind == "hazard_ratio" and not two:
        yield "regimen: a hazard ratio is of two arms; write them as in `weekly vs stop`"
    if metric.kind == "hazard_ratio" and metric.contrast:
        yield f"metric: a hazard ratio has two arms already; of it there is no {metric.contrast}"
    if metric.contrast and not two:
        yield f"regimen: a {metric.contrast} is of two arms; write them as in `A vs B`"
    if two and not metric.contrast and metric.kind not in ("hazard_ratio", "d"):
        yield (
            "metric: two arms have a hazard ratio, a standardised change (d), or a `difference "
            "in`, `ratio of` or `odds ratio of` another metric"
        )
    shares = ("response", "remission", "cumulative_response", "share_of_relief", "rated_loss")
    if metric.contrast == "odds_ratio" and metric.kind not in shares:
        yield "metric: an odds ratio is of a share"


def _of_times(
    arms: Sequence[Arm], metric: Metric, times: Sequence[ProtocolMoment], said: str
) -> Iterator[str]:
    if metric.kind not in _UNTIMED and not times:
        yield "time: a moment is missing, such as `24 h`, `day 7` or `8 weeks`"
    if metric.kind == "infusions_to_response" and times:
        yield "time: infusions to a response are counted `during induction`; a moment does not fit"
    if len(times) == 2 and metric.kind not in ("relief", "change", "d", "percent_change"):
        yield "time: two moments are for a mean relief, a mean change or a standardised change"
    if metric.kind == "relief" and metric.of_change and len(times) != 2:
        yield "time: a change of mean relief has two moments, as in `week 4 vs end of induction`"
    if len(times) == 1 and times[0].anchor == "baseline" and metric.kind != "score":
        yield "time: at baseline nothing has happened yet; only a mean score is read there"
    if metric.delay_hours is not None and {when.anchor for when in times} <= {"last", "end"}:
        yield "time: is it so long after an infusion, or then? Leave one of the two out"
    for when in times:
        longest = min(len(arm.days) for arm in arms)
        if when.anchor == "infusion" and not 1 <= when.infusion <= longest:
            yield f"time: infusion {when.infusion} is not one of the {longest} of the course"
    days = {when.days for when in times if when.anchor == "start"}
    for day in re.findall(r"\bday (\d+)\b", said.lower()):
        if float(day) not in days:
            yield f"time: the metric says day {day}, and the time says another"


def _of_windows(metric: Metric, times: Sequence[ProtocolMoment], arms: int) -> Iterator[str]:
    for when in times:
        if when.span and len(times) > 1:
            yield "time: two moments are compared, not windows"
        elif when.any_time and metric.kind not in ("response", "remission"):
            yield "time: `any time` is for response and remission; a loss is `within` a time anyway"
        elif when.any_time and metric.rated_every is None and not metric.rated_on:
            yield ("metric: at any time of which ratings? Add `rated weekly`, `rated daily` or "
                   "`rated on days 1, 3, 7`")  # fmt: skip
        elif when.span and not when.any_time and (metric.kind not in _POINTS or metric.ever):
            yield "time: a window is for what is read at a moment; write the end, as in `31 d`"
        if when.span and metric.delay_hours is not None:
            yield "time: a reading some hours after an infusion has no window"
    at_a_moment = metric.kind in ("response", "remission")
    if (
        at_a_moment
        and not any(when.any_time for when in times)
        and (metric.rated_every is not None or metric.rated_on)
    ):
        yield "metric: several ratings are for `any time within ...`, or for what is sustained"


def _of_losses(
    people: People, arms: Sequence[Arm], metric: Metric, times: Sequence[ProtocolMoment]
) -> Iterator[str]:
    if metric.kind not in LOSSES or metric.event == "relief":
        return
    if metric.kind == "time_to_loss" and not times:
        yield "time: how long were they followed? Ratings go on to it, as in `52 weeks`"
    if people.counted in ("everybody", "non_responders", "eventual"):
        yield ("population: what is lost by ratings had been there; count `responders after "
               "induction`, `remitters after induction` or stable ones")  # fmt: skip
    if metric.event == "remission" and people.counted == "responders":
        yield "population: a remission is lost by remitters, not by responders"
    if (
        metric.event == "response"
        and people.level != metric.level
        and people.counted != "remitters"
    ):
        yield "population: responders and the response that they lose have different percentages"
    for arm in arms:
        counted = 0.0 if people.on_day is None else people.on_day
        early = people.on_day is not None and counted < arm.days[-1]
        nth = people.after_infusion
        if early or (nth is not None and nth < len(arm.days)):
            yield "population: they are counted before the course has ended, and lose it after it"
            break
    days = metric.rated_on
    gaps = [b - a for a, b in pairwise(days)] or [metric.rated_every or 7.0]
    if metric.event == "relapse" and max(gaps) > CONFIRMED_WITHIN_DAYS:
        yield (f"metric: a relapse is confirmed within {CONFIRMED_WITHIN_DAYS} days, and these "
               f"ratings are {max(gaps):g} days apart")  # fmt: skip


def _of_attendance(
    people: People, arms: Sequence[Arm], metric: Metric, times: Sequence[ProtocolMoment]
) -> Iterator[str]:
    if len(arms) > 1 or not arms[0].clinic:
        yield "regimen: attendance is read in one arm that is simulated; add `in a clinic`"
    if arms[0].boosters is not None:
        yield "regimen: in a clinic maintenance goes on; leave out how many, or for how long"
    if people.counted != "everybody":
        yield "population: attendance is of everybody who has had a first session"
    if metric.kind == "share_on_rhythm":
        if len(times) != 1 or not times[0].span or times[0].anchor != "start":
            yield "time: how often people are treated is read in a window, as in `week 5 to 8`"
        if not arms[0].policy and arms[0].every_days is None:
            yield "regimen: nothing is given after the course; add `step-down boosters`"
        return
    if times and (len(times) > 1 or times[0].span or times[0].anchor != "first"):
        yield "time: starters are followed from the first session: `12 months after the first`"
    if not arms[0].policy and arms[0].every_days is None and metric.session > len(arms[0].days):
        yield f"metric: session {metric.session} is beyond the {len(arms[0].days)} of the course"


def _of_people(people: People, arms: Sequence[Arm]) -> Iterator[str]:
    for arm in arms:
        if people.weeks and 7 * people.weeks[0] <= arm.days[0]:
            yield "population: they are rated before the first infusion"
        if people.weeks and 7 * people.weeks[-1] < arm.days[-1]:
            yield (f"population: week {people.weeks[-1]} comes before the course ends, on day "
                   f"{arm.days[-1]}")  # fmt: skip
        if people.after_infusion is not None and not 1 <= people.after_infusion <= len(arm.days):
            yield (f"population: infusion {people.after_infusion} is not one of the "
                   f"{len(arm.days)} of the course")  # fmt: skip
