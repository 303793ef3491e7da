"""The vocabulary of metrics and times: what is read off an arm, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sim.evidence.vocabulary import (
    NUMBER,
    UNIT,
    PhraseError,
    complain,
    days_of,
    plain_text,
    taken,
)
from sim.scales import RELAPSE_RELIEF, REMISSION_BELOW, RESPONSE_RELIEF

Anchor = Literal["start", "first", "last", "infusion", "maintenance", "end", "baseline"]
QuantityKind = Literal[
    "response", "remission", "cumulative_response", "relief", "score", "change", "percent_change",
    "d", "share_of_relief", "time_to_loss", "hazard_ratio", "infusions_to_response",
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
    "mean number of infusions to first response": "also median",
    "difference in ..., ratio of ..., odds ratio of ...": "of any of these, between two arms",
}
TIME_WORDS = {
    "24 h, 28 d, 8 weeks": "after the end of the last infusion of the course",
    "24 h after the last, 3 d after the first": "the same, said",
    "day 7": "from the start of the first infusion",
    "week 4": "of maintenance, where there is any; else from the first infusion",
    "after infusion 3": "24 h after its end",
    "end of induction": "24 h after the last infusion of the course",
    "day 7 vs day 1": "two times",
    "baseline": "before the first infusion",
    "follow-up, during induction": "no time, where the metric needs none",
}
METRIC_FILLERS = """of the rated gad-7 gad7 gad fall in from with at to first number mean share a an
days day weeks week infusion infusions last until latent score scores baseline after d by on points
change cut reduction improvement or more sd rates rate people proportion still between arms group
groups and time relief ratio relapse continue vs stop placebo maintenance loss drop reaching
standardised response"""
TIME_FILLERS = """after the last first infusion infusions induction course during follow-up followup
treatment from of at on by within until end start post post-infusion later dose maintenance
randomisation randomization in to"""


@dataclass(frozen=True)
class ProtocolMoment:
    """A moment of the protocol: so many days after its anchor."""

    anchor: Anchor
    days: float = 0.0
    infusion: int = 0  # of the anchor "infusion", from 1


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
        r"(?:time|days|weeks) (?:to|until) (?:the )?(?:loss|relapse)|"
        r"(?:days|weeks|time) (?:from .*)?until relief",
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
    told = plain_text(text)
    rest, contrast = _contrast(told)
    rest = re.sub(r"\bday \d+\b", "", rest)
    level = r"\b(above|below|under|at least) (?:a )?relief (?:level )?(?:of )?(?=\d)"
    rest = re.sub(level, r"with relief \1 ", rest)
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
    return Metric(
        kind,
        _level(kind, found),
        bool(found.get("below", below)) if "level" in found else below,
        _statistic(kind, rest, bool(found.get("median"))),
        contrast,  # type: ignore[arg-type]
        7.0 if kind == "time_to_loss" and "week" in rest else 1.0,
        found.get("delay"),
        bool(found.get("of_change")) or (kind == "relief" and "change" in rest),
        kind == "share_of_relief" and bool(re.search(r"relapse|loss|well", rest)),
    )


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


def read_times(text: str, maintained: bool) -> tuple[ProtocolMoment, ...]:
    """Read one moment, two (`A vs B`), or none."""
    told = re.sub(r"\s*/\s*(?=day|week)", " vs ", plain_text(text))
    parts = re.split(r"\bvs\b", told)
    moments = [moment for part in parts if (moment := _when(part, maintained)) is not None]
    if len(parts) > 2 or (len(parts) == 2 and len(moments) != 2):
        raise PhraseError(f"{text!r} is not two moments; write them as in `day 7 vs day 1`")
    return tuple(moments)


def _when(text: str, maintained: bool) -> ProtocolMoment | None:
    found: list[ProtocolMoment] = []

    def put(anchor: Anchor, days: float = 0.0, infusion: int = 0) -> None:
        found.append(ProtocolMoment(anchor, days, infusion))

    nth = r"(?:infusion (?P<n>\d+)|(?P<m>\d+) infusions?)"
    after = (
        r"(?:end of (?:the )?)?(?:last|induction|course|randomi[sz]ation|maintenance|treatment|"
        r"follow-?up)"
    )
    week: Anchor = "maintenance" if maintained else "start"
    left = taken(
        text,
        [
            (r"\bbaseline\b", lambda _: put("baseline")),
            (rf"{NUMBER} {UNIT} after each(?: infusion)?", lambda _: None),
            (
                rf"weeks? (?P<n>\d+) (?:after|of) (?:the )?{after}",
                lambda m: put("maintenance", 7 * float(m["n"])),
            ),
            (rf"days? (?P<n>\d+) after (?:the )?{after}", lambda m: put("last", float(m["n"]))),
            (rf"{NUMBER} {UNIT} after (?:the )?{after}", lambda m: put("last", days_of(m))),
            (
                rf"{NUMBER} {UNIT} after {nth}",
                lambda m: put("infusion", days_of(m), int(m["n"] or m["m"])),
            ),
            (rf"after {nth}", lambda m: put("infusion", 1.0, int(m["n"] or m["m"]))),
            (rf"{NUMBER} {UNIT} after (?:the )?(?:first|1)", lambda m: put("first", days_of(m))),
            (
                r"end of (?:the )?(?:induction|course|treatment|acute phase)",
                lambda _: put("end", 1.0),
            ),
            (r"days? (?P<n>\d+)", lambda m: put("start", float(m["n"]))),
            (r"weeks? (?P<n>\d+)", lambda m: put(week, 7 * float(m["n"]))),
            (r"months? (?P<n>\d+)", lambda m: put(week, 30.4375 * float(m["n"]))),
            (rf"{NUMBER} {UNIT}", lambda m: put("last", days_of(m))),
        ],
    )
    complain(left, TIME_FILLERS, TIME_WORDS)
    if len(found) > 1:
        raise PhraseError(f"{text.strip()!r} names two moments; write them as in `day 7 vs day 1`")
    return found[0] if found else None
