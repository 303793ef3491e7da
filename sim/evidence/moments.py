"""The vocabulary of times: moments of a protocol, and windows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from sim.evidence.vocabulary import (
    NUMBER,
    UNIT,
    UNITS,
    Action,
    PhraseError,
    complain,
    days_of,
    plain_text,
    taken,
)

Anchor = Literal["start", "first", "last", "infusion", "maintenance", "end", "baseline"]

TIME_WORDS = {
    "24 h, 28 d, 8 weeks": "after the end of the last infusion of the course",
    "24 h after the last, 3 d after the first": "the same, said",
    "day 7": "from the start of the first infusion",
    "week 4": "of maintenance, where there is any; else from the first infusion",
    "after infusion 3": "24 h after its end",
    "end of induction": "24 h after the last infusion of the course",
    "day 7 vs day 1": "two times",
    "baseline": "before the first infusion",
    "14-31 d, week 3 to 4": "a window: the mean of a reading on each of its days",
    "any time within 14 d, any time in week 3 to 4": "at any of the ratings in it",
    "follow-up, during induction": "no time, where the metric needs none",
}
TIME_FILLERS = """after the last first infusion infusions induction course during follow-up followup
treatment from of at on by within until end start post post-infusion later dose maintenance
randomisation randomization in to"""


_LONGEST_WINDOW = 731.0


@dataclass(frozen=True)
class ProtocolMoment:
    """A moment of the protocol: so many days after its anchor."""

    anchor: Anchor
    days: float = 0.0
    infusion: int = 0  # of the anchor "infusion", from 1
    span: float = 0.0  # days that a window lasts; 0 for a moment
    any_time: bool = False  # of a window: at any rating in it


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
    any_time = re.search(r"\b(?:at )?any ?time\b", text) is not None
    text = re.sub(r"\b(?:at )?any ?time\b", "", text)

    def put(anchor: Anchor, days: float = 0.0, infusion: int = 0) -> None:
        found.append(ProtocolMoment(anchor, days, infusion))

    def window(anchor: Anchor) -> Action:
        def act(match: re.Match[str]) -> None:
            unit = UNITS[match["of"] if match["of"] in UNITS else match["of"].rstrip("s")]
            first, last = float(match["a"]) * unit, float(match["b"]) * unit
            if not first < last:
                raise PhraseError(f"{text.strip()!r} is a window that ends before it begins")
            if last - first > _LONGEST_WINDOW:
                raise PhraseError(f"{text.strip()!r} is a window of more than two years")
            if unit < 1:
                raise PhraseError(f"{text.strip()!r} is a window in hours; its days are read")
            found.append(ProtocolMoment(anchor, first, span=last - first))

        return act

    nth = r"(?:infusion (?P<n>\d+)|(?P<m>\d+) infusions?)"
    after = (
        r"(?:end of (?:the )?)?(?:last|induction|course|randomi[sz]ation|maintenance|treatment|"
        r"follow-?up)"
    )
    week: Anchor = "maintenance" if maintained else "start"
    ends = r"(?P<a>\d+) ?(?:-|to) ?(?P<b>\d+)"
    left = taken(
        text,
        [
            (
                rf"{ends} (?P<of>hours?|h|days?|d|weeks?|months?)\b(?: after (?:the )?{after})?",
                window("last"),
            ),
            (rf"(?P<of>days?) {ends}", window("start")),
            (rf"(?P<of>weeks?|months?) {ends}", window(week)),
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
    return _any_time(text, found[0] if found else None) if any_time else next(iter(found), None)


def _any_time(text: str, found: ProtocolMoment | None) -> ProtocolMoment:
    """Make a window of `any time within 14 d`, which begins where its time is counted from."""
    if found is not None and found.span:
        return replace(found, any_time=True)
    if found is None or "within" not in text or not 0 < found.days <= _LONGEST_WINDOW:
        raise PhraseError(
            "any time needs a window of up to two years, as in `any time within 14 d`"
        )
    return replace(found, days=0.0, span=found.days, any_time=True)
