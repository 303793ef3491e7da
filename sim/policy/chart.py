"""The chart: all that the clinic knows of a patient, and so all that a policy may read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sim.policy.orders import INFUSIONS, Kind, Prescription
from sim.scales import is_response


class Visit(NamedTuple):
    """One visit that took place, or one remote rating."""

    kind: Kind
    minute: int  # when the infusion began, else when the patient was seen
    rated: int  # GAD-7 as rated on arrival, before any infusion; NEVER if missed
    interval_days: float = 0.0  # as ordered


class Chart:
    """Grows by a visit at a time; `add` is the pathway's, the rest is for policies to read."""

    __slots__ = (
        "_counts",
        "_newest",
        "baseline",
        "comorbid",
        "last_infusion",
        "maintenance",
        "prescription",
        "referred",
        "taken_over",
        "visits",
    )

    def __init__(
        self,
        referred: int,
        baseline: int,
        prescription: Prescription,
        maintenance: Prescription | None = None,
        comorbid: bool = False,
        taken_over: int = 0,
    ) -> None:
        self.referred = referred  # minute
        self.baseline = baseline  # rated at referral
        self.prescription = prescription  # of the induction
        self.maintenance = maintenance or prescription  # of boosters
        self.comorbid = comorbid  # PTSD or chronic pain is known
        self.taken_over = taken_over  # minute before which a script, not the policy, ordered
        self.visits: list[Visit] = []
        self.last_infusion: Visit | None = None
        self._counts: dict[str, int] = {}
        self._newest: dict[str, tuple[int, Visit]] = {}  # place in `visits`, and the visit

    def add(self, visit: Visit) -> None:
        """Write down a visit."""
        self._newest[visit.kind] = (len(self.visits), visit)
        self.visits.append(visit)
        self._counts[visit.kind] = self._counts.get(visit.kind, 0) + 1
        if visit.kind in INFUSIONS:
            self.last_infusion = visit

    @property
    def newest_rating(self) -> int:
        """The newest rating there is, that at referral if no other."""
        for visit in reversed(self.visits):
            if visit.kind != "missed":
                return visit.rated
        return self.baseline

    def count(self, kind: Kind) -> int:
        """Count the visits of a kind."""
        return self._counts.get(kind, 0)

    def of_kind(self, *kinds: Kind) -> Iterator[Visit]:
        """Give the visits of some kinds, newest first."""
        return (visit for visit in reversed(self.visits) if visit.kind in kinds)

    def last(self, *kinds: Kind) -> Visit | None:
        """Give the newest visit of some kinds, or None."""
        place, newest = -1, None
        for kind in kinds:
            found = self._newest.get(kind)
            if found is not None and found[0] > place:
                place, newest = found
        return newest

    def count_since(self, kind: Kind, mark: Kind) -> int:
        """Count the visits of `kind` after the newest one of kind `mark` (all, without a mark)."""
        number = 0
        for visit in reversed(self.visits):
            if visit.kind == mark:
                break
            number += visit.kind == kind
        return number

    def responds(self, visit: Visit) -> bool:
        """Whether the rating of a visit is a response."""
        return bool(is_response(visit.rated, self.baseline))
