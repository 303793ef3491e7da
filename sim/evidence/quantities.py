"""The vocabulary of metrics: what is read off an arm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from sim.evidence.metric_words import Event, attendance_of, event_of, ratings_that_count, scale_of
from sim.evidence.vocabulary import (
    UNITS,
    PhraseError,
    complain,
    days_of,
    plain_text,
    taken,
)
from sim.scales import RELAPSE_RELIEF, REMISSION_BELOW, RESPONSE_RELIEF

QuantityKind = Literal[
    "response", "remission", "cumulative_response", "relief", "score", "change", "percent_change",
    "d", "share_of_relief", "rated_loss", "time_to_loss", "hazard_ratio", "infusions_to_response",
    "sessions_reached", "stopped_after", "days_to_session", "share_on_rhythm",
]  # fmt: skip

METRIC_WORDS = {
    "response (>= 50 % fall of rated GAD-7)": "share; another percentage may be given",
    "remission (rated GAD-7 < 5)": "share; another cut may be given",
    "cumulative response": "share with a response at any rating 24 h after an infusion so far",
    "mean relief": "latent, 0 to 1; at two times (A vs B) the ratio",
    "change of mean relief": "at two times (A vs B) the difference",
    "mean score": "rated GAD-7",
    "mean change": "of the rated GAD-7 from the rated baseline, in points",
    "percent change": "of the mean rated GAD-7 from the mean baseline",
    "standardised change (d)": "mean change over the sd at baseline (or: d, sd of change)",
    "share with relief >= 0.30": "also <, below, at least",
    "median days from last infusion until relief < 0.30, time to loss": "also mean; weeks",
    "share relapse-free, share with loss (relief < 0.30)": "ever since the course ended",
    "hazard ratio of loss (relief < 0.30)": "first arm against the second, until the time",
    "sustained rated response, sustained rated remission": "still so at every rating since",
    "share with confirmed relapse, hazard ratio of, median weeks to": "two ratings in a row",
    "share with loss of rated response, hazard ratio of, median days to": "at a rating",
    "..., rated daily; rated every 3 days; rated on days 7, 14": "which ratings count",
    "mean number of infusions to first response": "also median",
    "d of MADRS, mean change of MADRS (sd 6.5)": "another scale, by effect size times its own sd",
    "share finishing 6 sessions, stopping after the first session": "also not finishing",
    "mean days to session 8": "from the first, of those who reach it; also median",
    "share on weekly dosing, every other week, mixed": "in a window such as week 5 to 8",
    "difference in ..., ratio of ..., odds ratio of ...": "of any of these, between two arms",
}
METRIC_FILLERS = """of the rated gad-7 gad7 gad fall in from with at to first number mean share a an
days day weeks week infusion infusions last until latent score scores baseline after d by on points
change cut reduction improvement or more sd rates rate people proportion still between arms group
groups and time relief ratio relapse continue vs stop placebo maintenance loss drop reaching
standardised response better"""


@dataclass(frozen=True)
class Metric:
    """What is read off one arm, or off two."""

    kind: QuantityKind
    level: float = 0.0
    below: bool = False  # of a share of relief: below the level, not at or above it
    statistic: Literal["mean", "median"] = "mean"
    contrast: Literal["", "difference", "ratio", "odds_ratio"] = ""
    unit_days: float = 1.0  # of a time to loss
    delay_hours: float | None = None  # rate so long after the newest infusion
    of_change: bool = False  # d: over the sd of the change, not of the baseline
    ever: bool = False  # a share of relief: lost at any moment so far, since the course
    event: Event = "relief"  # what a loss is: latent relief below the level, or rated
    rated_every: float | None = None  # days between the ratings that count; None: weekly
    rated_on: tuple[float, ...] = ()  # or their days
    points: float = 1.0  # of another scale: a change in its own standard deviations
    session: int = 0  # of attendance, from 1
    rhythm: str = ""  # of dosing: weekly, fortnightly or mixed


_KINDS: tuple[tuple[str, QuantityKind], ...] = (
    (r"hazard ratio", "hazard_ratio"),
    (
        r"(?:number of )?infusions (?:to|until|before) (?:the )?(?:1 |first )?response",
        "infusions_to_response",
    ),
    (
        r"standardi[sz]ed (?:mean )?(?:change|difference|fall)|\bd\b|effect size|cohen'?s?|\bsmd\b",
        "d",
    ),
    (
        r"(?:time|days|weeks|months) (?:to|until) (?:the )?(?:loss|relapse)|"
        r"(?:days|weeks|months|time) (?:from .*)?until relief",
        "time_to_loss",
    ),
    (
        r"(?:share|proportion) (?:still )?(?:with|of) (?:people with )?relief|"
        r"(?:share|proportion) (?:still )?(?:well|relapse-free|without (?:loss|relapse))|"
        r"relapse-free|share (?:with|of) (?:a )?(?:relapse|loss)|relapse rate|share relapsed",
        "share_of_relief",
    ),
    (r"cumulative response", "cumulative_response"),
    (r"remission|remitters", "remission"),
    (r"percent(?:age)? change|% change", "percent_change"),
    (r"relief", "relief"),
    (
        r"mean (?:change|fall|improvement|reduction)|change from baseline|points? change|"
        r"change (?:of|in) (?:mean )?(?:the )?(?:rated )?gad",
        "change",
    ),
    (r"mean (?:rated )?(?:gad-?7|score)", "score"),
    (r"response|responders", "response"),
)
"""In order: the first that is found says what is meant."""


def read_metric(text: str) -> Metric:
    """Read what is measured."""
    if attendance := attendance_of(plain_text(text)):
        return Metric(**attendance)
    rest, ratings = ratings_that_count(plain_text(text))
    rest, contrast = _contrast(rest)
    rest, event = event_of(rest)
    rest = re.sub(r"\bday \d+\b", "", rest)
    level = r"\b(above|below|under|at least) (?:a )?relief (?:level )?(?:of )?(?=\d)"
    rest = re.sub(level, r"with relief \1 ", rest)
    rest, scale, points = scale_of(rest)
    kind = next((kind for pattern, kind in _KINDS if re.search(pattern, rest)), None)
    if kind is None:
        complain(rest or "nothing", "", METRIC_WORDS)
        raise PhraseError(f"{text!r} names no metric; known here: {'; '.join(METRIC_WORDS)}")
    found: dict[str, float] = {}
    below = bool(
        re.search(r"relapse rate|share (?:with|of) (?:a )?(?:relapse|loss)|relapsed", rest)
    )
    left = taken(
        rest,
        [
            *((pattern, lambda _: None) for pattern, own in _KINDS if own == kind),
            (
                r"(?P<number>\d+(?:\.\d+)?) (?P<unit>h|hours) after "
                r"(?:each |the |every )?(?:newest )?infusion",
                lambda m: found.update(delay=days_of(m) * 24),
            ),
            (r"(?:>=|at least|>)? ?(?P<n>\d+) %", lambda m: found.update(percent=float(m["n"]))),
            (
                r"(?P<op><=|<|below|under) ?(?P<n>\d+(?:\.\d+)?)",
                lambda m: found.update(level=float(m["n"]), below=1.0),
            ),
            (
                r"(?P<op>>=|>|at least|of at least|above) ?(?P<n>\d+(?:\.\d+)?)",
                lambda m: found.update(level=float(m["n"]), below=0.0),
            ),
            (r"\bmedian\b", lambda _: found.update(median=1.0)),
            (r"\bsd of (?:the )?change\b", lambda _: found.update(of_change=1.0)),
        ],
    )
    complain(left.replace("median", ""), METRIC_FILLERS, METRIC_WORDS)
    _fits(text, kind, event, rest, left, found, ratings, scale, points)
    ever = kind == "share_of_relief" and bool(re.search(r"relapse|loss|well", rest))
    signed = "level" in found and not ever
    return Metric(
        "rated_loss" if ever and event != "relief" else _of_scale(kind, scale),
        _level(event if event in ("response", "remission") else kind, found),
        bool(found.get("below", below)) if signed else below,
        _statistic(kind, rest, bool(found.get("median"))),
        contrast,  # type: ignore[arg-type]
        _unit_of(rest) if kind == "time_to_loss" else 1.0,
        found.get("delay"),
        bool(found.get("of_change")) or (kind == "relief" and "change" in rest),
        ever,
        event,
        *ratings,
        points or 1.0,
    )


def _of_scale(kind: QuantityKind, scale: str) -> QuantityKind:
    return "d" if scale and kind == "change" else kind


def _unit_of(text: str) -> float:
    unit = next((unit for unit in ("week", "month") if unit in text), "day")
    return UNITS[unit]


OF_ATTENDANCE = ("sessions_reached", "stopped_after", "days_to_session", "share_on_rhythm")
_DURATIONS = ("time_to_loss", "infusions_to_response")
LOSSES = ("share_of_relief", "rated_loss", "time_to_loss", "hazard_ratio")


def _fits(
    text: str, kind: QuantityKind, event: Event, rest: str, left: str,
    found: dict[str, float], ratings: tuple[Any, ...], scale: str, points: float | None,
) -> None:  # fmt: skip
    """Refuse words that are known but say something else than the kind that was found."""
    read = f"{text!r} would be read as {kind.replace('_', ' ')}, but"
    if "median" in found and kind not in _DURATIONS:
        raise PhraseError(f"{read} a median is of a time to a loss, or of infusions to response")
    if kind not in (*_DURATIONS, "hazard_ratio") and re.search(
        r"\b(?:days?|weeks?|months?|time)\b", left
    ):
        raise PhraseError(
            f"{read} it speaks of a time: write a duration as in `median days to loss (relief < "
            "0.30)`, and a moment in the column time"
        )
    if kind not in LOSSES and re.search(r"\b(?:relapse|loss)\b", left):
        raise PhraseError(
            f"{read} it speaks of a loss; write `share with loss (relief < 0.30)`, `share with "
            "confirmed relapse` or `sustained rated response`"
        )
    if kind in ("remission", "relief") and re.search(r"\bresponse\b", left):
        raise PhraseError(f"{read} it speaks of response; write one of them")
    if kind == "remission" and re.search(r"\bchange\b", left):
        raise PhraseError(f"{read} it speaks of change; write one of them")
    if "level" in found and kind not in ("remission", *LOSSES):
        raise PhraseError(f"{read} it has a level; one is of remission, or of a share of relief")
    if (
        kind == "share_of_relief"
        and not {"level", "percent"} & set(found)
        and (not re.search(r"relapse|loss|well", rest))
    ):
        raise PhraseError(f"{read} of which relief? Write `share with relief >= 0.30`")
    if kind in LOSSES and event == "relief" and re.search(r"\bresponse\b", left):
        raise PhraseError(f"{read} it speaks of response; write `loss of rated response`, or "
                          "`loss (relief < 0.30)`")  # fmt: skip
    if kind in LOSSES and event != "relief" and re.search(r"\brelief\b", left):
        raise PhraseError(f"{read} it speaks of relief, which is latent, and of ratings")
    if kind in ("response", "remission", "cumulative_response") and re.search(r"\brelief\b", left):
        raise PhraseError(f"{read} it speaks of relief; rated and latent are told apart, as in "
                          "`share with relief >= 0.50`")  # fmt: skip
    if event == "relief" and kind not in ("response", "remission") and ratings != (None, ()):
        raise PhraseError(f"{read} no ratings count for it: it says which ones to take")
    if scale and kind not in ("d", "change"):
        raise PhraseError(f"{read} another scale is compared by effect size only: write `d of "
                          "MADRS`, or `mean change of MADRS (sd 6.5)`")  # fmt: skip
    if scale and kind == "change" and not points:
        raise PhraseError(f"{read} points of {scale.upper()} need its standard deviation at "
                          "baseline, as in `mean change of MADRS (sd 6.5)`")  # fmt: skip
    if scale and kind == "d" and points:
        raise PhraseError(f"{read} an effect size has no unit; leave out the sd")


def _statistic(kind: QuantityKind, text: str, median: bool) -> Literal["mean", "median"]:
    """Give what is said; a time to a loss is a median unless it is said to be a mean."""
    if kind == "time_to_loss":
        return "mean" if re.search(r"\bmean\b", text) else "median"
    return "median" if median else "mean"


def _contrast(told: str) -> tuple[str, str]:
    for pattern, name in (
        (r"^(?:mean )?difference (?:in|of|between arms in)\b", "difference"),
        (r"^odds ratio (?:of|for)\b", "odds_ratio"),
        (r"^(?:risk |rate )?ratio (?:of|for)\b", "ratio"),
    ):
        if re.match(pattern, told):
            return re.sub(pattern, "", told).strip(), name
    return told, ""


def _level(kind: QuantityKind, found: dict[str, float]) -> float:
    if kind in ("response", "cumulative_response", "infusions_to_response"):
        return found["percent"] / 100 if "percent" in found else RESPONSE_RELIEF
    if kind == "remission":
        return found.get("level", float(REMISSION_BELOW))
    if "percent" in found:
        return found["percent"] / 100
    return found.get("level", RELAPSE_RELIEF)
