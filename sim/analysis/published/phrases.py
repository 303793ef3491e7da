"""Phrases that are looked for in a text; what is left over is a fault with the nearest word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

UNITS = {"h": 1 / 24, "hour": 1 / 24, "d": 1.0, "day": 1.0, "week": 7.0, "month": 30.4375}
"""Days in each unit of time; a month is a twelfth of 365.25 days."""

UNIT = r"(?P<unit>hours?|h|days?|d|weeks?|months?)\b"
NUMBER = r"(?P<number>\d+(?:\.\d+)?)"
WORDS = {
    word: str(number)
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        start=1,
    )
}
ABBREVIATED = {"wk": "week", "wks": "weeks", "mo": "months", "hr": "h", "hrs": "h", "hs": "h"}

Action = Callable[[re.Match[str]], None]


class PhraseError(ValueError):
    """A text that says something the vocabulary has no words for."""


def plain(text: str) -> str:
    """Write a text as the patterns expect it: small letters, digits, one kind of sign."""
    told = text.lower().replace("≥", ">=").replace("≤", "<=").replace("×", " x ")
    for sign in "–—−":
        told = told.replace(sign, "-")
    told = re.sub(r"\bversus\b|\bvs\.", "vs", told)
    told = re.sub(r"(\d)\s*%", r"\1 %", told)
    told = re.sub(r"(?<=\d)(?=(?:h|d|weeks?|days?|months?)\b)", " ", told)
    told = re.sub(r"\bfortnightly\b|\bevery other week\b", "every 2 weeks", told)
    told = re.sub(r"\btwice a week\b", "twice weekly", told)
    told = re.sub(r"\b(\d) ?x ?(?:/|per|a) ?week\b", r"\1 times a week", told)
    told = re.sub(r"\bmonthly\b", "every 1 months", told)
    told = re.sub(r"\bq ?(\d+) ?w\b", r"every \1 weeks", told)
    words = WORDS | ABBREVIATED
    told = re.sub(r"\b(" + "|".join(words) + r")\b", lambda match: words[match[0]], told)
    return " ".join(told.split())


def days_of(match: re.Match[str]) -> float:
    """Days of a match with a number and a unit."""
    unit = match["unit"]
    return float(match["number"]) * UNITS[unit if unit in UNITS else unit.rstrip("s")]


def taken(text: str, patterns: Iterable[tuple[str, Action]]) -> str:
    """Act on every pattern found, in order, and give the text without them."""
    for pattern, action in patterns:
        found = re.search(pattern, text)
        if found:
            action(found)
            text = f"{text[: found.start()]} ; {text[found.end() :]}"
    return text


def complain(left: str, fillers: str, known: Mapping[str, str]) -> None:
    """Refuse words that no pattern took; `known` says what can be written, by name."""
    allowed = set(fillers.split())
    strange = [word for word in re.findall(r"[\w./%<>=+-]+", left) if word not in allowed]
    strange = [word for word in strange if re.search(r"\w", word)]
    if strange:
        words = {word: name for name in known for word in re.findall(r"[a-z]{3,}", name)}
        close = get_close_matches(strange[0], words, n=1, cutoff=0.6)
        hint = f' Did you mean "{words[close[0]]}"?' if close else ""
        raise PhraseError(
            f'"{" ".join(strange)}" is not understood; known here: {"; ".join(known)}.{hint}'
        )
