"""Faults of the user's: one paragraph that says where, what, what is allowed, and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 80  # letters of a name that are compared


class ScenarioError(ValueError):
    """A scenario, study, file or output folder that cannot be used as given.

    The message is a paragraph for the user; the command line prints it and exits with status 2.
    """


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Name the closest allowed spelling as ` Did you mean "x"?`, or nothing when none is close."""
    close = get_close_matches(name[:_LONGEST], list(allowed), n=1, cutoff=0.6)
    return f' Did you mean "{close[0]}"?' if close else ""
