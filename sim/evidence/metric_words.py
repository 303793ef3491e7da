"""Words within a metric: what is lost, which ratings count, another scale; and attendance."""

from __future__ import annotations

import re
from typing import Any, Literal

from sim.evidence.vocabulary import NUMBER, UNIT, PhraseError, days_of

Event = Literal["relief", "response", "remission", "relapse"]
"""What can be lost: latent relief below a level, or what a rating, or two in a row, say."""

_EVENTS: tuple[tuple[str, str, Event], ...] = (
    (
        r"(?:share (?:with|of|in|still in) )?(?:a )?sustain(?:ed|ing) (?:rated )?response",
        "share without loss",
        "response",
    ),
    (
        r"(?:share (?:with|of|in|still in) )?(?:a )?sustain(?:ed|ing) (?:rated )?remission",
        "share without loss",
        "remission",
    ),
    (r"loss of (?:the )?rated response", "loss", "response"),
    (r"loss of (?:the )?rated remission", "loss", "remission"),
    (r"(?:confirmed|observed)(?: observed)? relapse", "loss", "relapse"),
)


def event_of(told: str) -> tuple[str, Event]:
    """Take out what is lost, where that is read off ratings; else it is latent relief."""
    for pattern, plain, event in _EVENTS:
        if re.search(pattern, told):
            return re.sub(pattern, plain, told, count=1), event
    return told, "relief"


def ratings_that_count(told: str) -> tuple[str, tuple[float | None, tuple[float, ...]]]:
    """Take out which ratings count: so many days apart, or on days of their own."""
    listed = re.search(r",? ?\brated on days? (?P<list>\d+(?:(?: ?, ?| and |, and )\d+)*)", told)
    if listed:
        days = [float(day) for day in re.findall(r"\d+", listed["list"])]
        if days != sorted(set(days)):
            raise PhraseError(f"the days of ratings, {listed['list']}, must rise")
        return told.replace(listed[0], ""), (None, tuple(days))
    regular = re.search(rf",? ?\brated (?:(?P<word>daily|weekly)|every {NUMBER} {UNIT})", told)
    if not regular:
        return told, (None, ())
    every = {"daily": 1.0, "weekly": 7.0}.get(regular["word"]) or days_of(regular)
    if every < 1:
        raise PhraseError(f"{regular[0].strip(', ')!r}: ratings are a day or more apart")
    return told.replace(regular[0], ""), (every, ())


_SCALES = r"\b(?:madrs|ham-?d|hamd-?17|hdrs|ham-?a|phq-?9|qids|caps-?5|pcl-?5)\b"


def scale_of(told: str) -> tuple[str, str, float | None]:
    """Take out another scale, and its standard deviation at baseline."""
    scale = re.search(_SCALES, told)
    if not scale:
        return told, "", None
    sd = re.search(r"\bsd (?:at baseline )?(?:of )?(?P<n>\d+(?:\.\d+)?)", told)
    rest = told.replace(scale[0], "gad-7").replace(sd[0] if sd else "\0", "")
    return rest, scale[0], float(sd["n"]) if sd else None


_NTH = r"(?:session (?P<n>\d+)|(?P<m>\d+) sessions|the (?P<k>\d+)(?:st|nd|rd|th)? session)"
_RHYTHMS = {"weekly": "weekly", "every 2 weeks": "fortnightly", "mixed": "mixed"}


def attendance_of(told: str) -> dict[str, Any] | None:
    """Read what is asked of attendance, where a text is about that and nothing else."""
    who = r"share (?:of (?:starters|people) )?(?:who )?"
    told = re.sub(r"\bfirst session\b", "1 session", told)
    found = re.fullmatch(rf"{who}(?P<not>not )?(?:finish|reach|finishing|reaching) {_NTH}", told)
    if found:
        return {"kind": "sessions_reached", "below": bool(found["not"]), "session": _nth(found)}
    if found := re.fullmatch(rf"{who}(?:stop|stopping) after {_NTH}", told):
        return {"kind": "stopped_after", "session": _nth(found)}
    if found := re.fullmatch(rf"(?P<statistic>mean|median) days to {_NTH}", told):
        statistic = found["statistic"]
        return {"kind": "days_to_session", "statistic": statistic, "session": _nth(found)}
    if found := re.fullmatch(rf"{who}on (?P<rhythm>{'|'.join(_RHYTHMS)}) dosing", told):
        return {"kind": "share_on_rhythm", "rhythm": _RHYTHMS[found["rhythm"]]}
    return None


def _nth(found: re.Match[str]) -> int:
    return int(found["n"] or found["m"] or found["k"])
