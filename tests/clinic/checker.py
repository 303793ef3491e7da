"""Reads the record of a run and says what could not have happened; shares no code with the clinic.

It knows the scenario as plain data only and works out dates, hours, rotas and kept places anew,
with datetime and loops. What began before the start date (people already there) had no limits.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from math import ceil, inf

from sim.experiment.provenance import resolved
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

DAY = 1440
NEVER = -1
CHAIRS = ("induction", "booster", "reinduction")
STAGES = ("ordered", "arrived", "seated", "prepare_start", "prepared", "infusion_start",
          "infusion_end", "ready", "discharge_start", "left", "chair_free")  # fmt: skip


def rows_of(columns):
    names = list(columns)
    return [
        dict(zip(names, row, strict=True))
        for row in zip(*(columns[name].tolist() for name in names), strict=True)
    ]


def minutes_of(text):
    return [60 * int(part.split(":")[0]) + int(part.split(":")[1]) for part in text.split("-")]


class House:
    """The clinic by its plain data: who is there in which minute."""

    def __init__(self, scenario):
        plain = resolved(scenario)
        self.clinic, self.policy = plain["clinic"], plain["policy"]
        self.booking = self.clinic["booking"]
        self.opens = plain["start"].get("history_days", 0) * DAY
        self.horizon = self.opens + plain["run"]["days"] * DAY
        self.start = date.fromisoformat(str(plain["run"]["start_date"]))
        self.midnight = datetime.combine(self.start, datetime.min.time())

    def date(self, minute):
        return (self.midnight + timedelta(minutes=minute - self.opens)).date()

    def within(self, entry, day):
        return str(entry["first_day"]) <= day.isoformat() <= str(entry["last_day"])

    def stretches(self, minute):
        """Give the open stretches of the day of a minute, as minutes since midnight."""
        return self.of_day(minute // DAY)

    @cache  # noqa: B019
    def of_day(self, number):
        day = self.date(number * DAY)
        if day.isoformat() in map(str, self.clinic["holidays"]):
            return []
        if any(self.within(closure, day) for closure in self.clinic["closures"]):
            return []
        if self.clinic["hours"] == "always":
            return [[0, DAY]]
        written = self.clinic["hours"][day.strftime("%A").lower()]
        if written == "closed":
            return []
        return [minutes_of(text) for text in ([written] if isinstance(written, str) else written)]

    def is_open(self, minute, until=None):
        time = minute % DAY
        end = time + 1 if until is None else time + until - minute
        return any(a <= time and end <= b for a, b in self.stretches(minute))

    def chairs(self, minute):
        number = self.clinic["chairs"]
        if number == "unlimited":
            return inf
        day = self.date(minute)
        out = [entry["chairs"] for entry in self.clinic["chairs_out"] if self.within(entry, day)]
        return max(0, number - sum(out))

    def everybody(self, staff):
        number = self.clinic[staff]
        if number == "unlimited":
            return inf
        if isinstance(number, dict):
            return ceil(self.clinic["chairs"] / number["chairs_each"])
        return number

    @cache  # noqa: B019
    def on_duty(self, staff, minute):
        """Count a staff by rota and leave, in a minute in which the clinic is open."""
        number = everybody = self.everybody(staff)
        day, time = self.date(minute), minute % DAY
        if everybody == inf:
            return inf
        for shift in self.clinic["rota"]:
            begin, end = minutes_of(shift["hours"])
            weekdays = shift["weekdays"] or [day.strftime("%A").lower()]
            on = shift["staff"] == staff and day.strftime("%A").lower() in weekdays
            if on and begin <= time < end:
                fewer = max(0, everybody - (shift["fewer"] or 0))
                number = fewer if shift["number"] is None else shift["number"]
        leave = [e["number"] for e in self.clinic["staff_away"]
                 if e["staff"] == staff and self.within(e, day)]  # fmt: skip
        return max(0, number - sum(leave))

    def there(self, staff, minute):
        """Count a staff in any minute: outside hours those stay who were there last, or one."""
        if self.everybody(staff) == inf:
            return inf
        if self.is_open(minute):
            return self.on_duty(staff, minute)
        day = minute - minute % DAY
        while day >= self.opens:
            ended = [b for _, b in self.stretches(day) if day + b <= minute]
            if ended:
                last = self.on_duty(staff, day + ended[-1] - 1)
                return last if self.clinic["hours"] == "always" else max(1, last)
            day -= DAY
        return self.everybody(staff)

    @property
    def watched(self):
        return self.clinic["chairs_per_nurse_infusing"] or self.clinic["chairs_per_nurse"]

    @cache  # noqa: B019
    def places(self, kind, minute, minutes):
        """Count how many can be booked at a time, all through a stretch of minutes."""
        span = range(minute, minute + minutes)
        if kind not in CHAIRS:
            return min(self.on_duty("prescribers", m) for m in span)
        nurses = min(self.on_duty("nurses", m) for m in span)
        return min(self.chairs(minute), nurses * self.watched)

    def at_home(self, kind):
        """Whether a visit of a kind takes place at home."""
        first = self.policy["treatment"]
        later = self.policy["booster_treatment"] or first
        return kind in CHAIRS and (later if kind == "booster" else first)["home"]

    def kept(self, kind, ahead):
        """Give the places kept so many days ahead in the book of a kind, by group."""
        groups = ("induction", "booster") if kind in CHAIRS else ("assessment", "evaluation")
        return {
            fence["kind"]: fence["places"]
            for fence in self.booking["ring_fenced"]
            if fence["kind"] in groups
            and (fence["release_days"] == "never" or ahead > fence["release_days"])
        }


def group(kind):
    return "induction" if kind == "reinduction" else kind


def overlaps(spells):
    """Find two spells (key, begin, end) of a key that share a minute."""
    held = sorted(spells)
    return [(a, b) for a, b in pairwise(held) if a[0] == b[0] and b[1] < a[2]]


def at_once(spells):
    """Give the function that counts the spells (begin, end) under way in a minute."""
    begins, ends = sorted(begin for begin, _ in spells), sorted(end for _, end in spells)
    return lambda minute: bisect_right(begins, minute) - bisect_right(ends, minute)


def until(row, name, horizon):
    return horizon if row[name] == NEVER else row[name]


def faults(record):
    """Say everything in the record that could not have happened, a line each."""
    house = House(record.scenario)
    visits, made = rows_of(record.visits), rows_of(record.appointments)
    left = rows_of(record.discharges)
    proper = [row for row in visits if row["kind"] != "rating"]
    here = [row for row in proper if row["arrived"] >= house.opens and row["status"] != "blocked"]
    yield from people(house, visits, proper, left, record)
    yield from order_of_stages(house, proper)
    yield from floor(house, here)
    if house.booking["kind"] == "slots":
        yield from book(house, made)
        yield from accounts(house, made, proper, left)
        yield from caseload(house, made, left)
    elif made:
        yield "there are appointments in a clinic without any"
    yield from utilisation(record)


def people(house, visits, proper, left, record):
    spells = [(r["patient"], r["arrived"], until(r, "left", house.horizon)) for r in proper
              if r["arrived"] != NEVER and r["status"] != "blocked"]  # fmt: skip
    for one, other in overlaps(spells):
        yield f"patient {one[0]} is in two places at once: {one}, {other}"
    gone = Counter(row["patient"] for row in left)
    seen = {row["patient"] for row in visits} | set(gone)
    referred = {n for n, at in enumerate(record.patients.referred.tolist()) if at < house.horizon}
    if seen != referred:
        yield f"of {len(referred)} people referred {len(seen)} have a course"
    under_way = {row["patient"] for row in visits if row["status"] in ("ahead", "in_progress")}
    treated = {row["patient"] for row in proper if row["status"] in ("ahead", "in_progress")}
    for patient, number in gone.items():  # ratings of a protocol go on after a discharge
        if number > 1 or patient in treated:
            yield f"patient {patient} was discharged {number} times, or is still treated"
    for patient in referred - set(gone) - under_way:
        yield f"patient {patient} is neither discharged nor under way"


def order_of_stages(house, proper):
    for row in proper:
        times = [row[name] for name in STAGES if row[name] != NEVER]
        if times != sorted(times) or any(not 0 <= time < house.horizon for time in times):
            yield f"the stages of {row['patient']}/{row['visit']} are out of order: {times}"
        if row["arrived"] == NEVER or row["booked"] < house.opens:
            continue
        anywhere = house.booking["kind"] == "none" or house.at_home(row["kind"])
        if not anywhere and not house.is_open(row["booked"]):
            yield f"patient {row['patient']} came for {row['booked']}, when it is closed"


def floor(house, here):
    """Chairs, nurses and prescribers, as they were taken."""
    end = house.horizon
    chairs = [(r["chair"], r["seated"], until(r, "chair_free", end)) for r in here
              if r["chair"] != NEVER]  # fmt: skip
    talks = [(r["prescriber"], r["seated"], until(r, "left", end)) for r in here
             if r["prescriber"] != NEVER]  # fmt: skip
    nursed = [r for r in here if r["nurse"] != NEVER]
    prepared = [(r["nurse"], r["prepare_start"], until(r, "prepared", end)) for r in nursed]
    for what, spells in (("chair", chairs), ("prescriber", talks), ("nurse", prepared)):
        for one, other in overlaps(spells):
            yield f"{what} {one[0]} is taken twice at once: {one}, {other}"
    for what, spells, number in (
        ("chairs", chairs, house.chairs),
        ("prescribers", talks, lambda minute: house.there("prescribers", minute)),
    ):
        taken = [spell[1:] for spell in spells]
        busy = at_once(taken)
        for begin, finish in taken:
            if finish > begin and busy(begin) > number(begin):
                yield f"more {what} are taken in minute {begin} than the {number(begin)} there are"
    yield from nurses(house, nursed)


def nurses(house, nursed):
    """One task one to one each, and attention by the ratio, whenever a task begins."""
    end = house.horizon
    tasks = [(r["prepare_start"], until(r, "prepared", end)) for r in nursed]
    tasks += [(r["discharge_start"], until(r, "left", end)) for r in nursed
              if r["discharge_start"] != NEVER]  # fmt: skip
    infusing = [(r["prepare_start"], until(r, "infusion_end", end)) for r in nursed]
    later = [(r["infusion_end"], until(r, "left", end)) for r in nursed
             if r["infusion_end"] != NEVER]  # fmt: skip
    ratio, first = house.clinic["chairs_per_nurse"], house.watched
    busy, before, after = at_once(tasks), at_once(infusing), at_once(later)
    for minute in {begin for begin, finish in tasks if finish > begin}:
        there = house.there("nurses", minute)
        if busy(minute) > there:
            yield f"in minute {minute} {there} nurses do {busy(minute)} tasks"
    for minute in {begin for begin, finish in infusing if finish > begin}:
        there = house.there("nurses", minute)
        load = before(minute) / first + after(minute) / ratio
        if load > there + 1e-9:
            yield f"in minute {minute} {there} nurses watch as many as {load:.2f} could"


def book(house, made):
    """Every appointment, by what was in the book when it was made."""
    rules, grid = house.booking, house.booking["grid_minutes"]
    by_day = defaultdict(list)
    earlier = None
    for row in made:
        start, end, when = row["start"], row["start"] + row["minutes"], row["made"]
        day, today = start // DAY, when // DAY
        said = f"patient {row['patient']}'s {row['kind']} of minute {start}, made in {when},"
        if not house.is_open(start, end):
            yield f"{said} does not lie in open hours"
            continue
        opened = next(a for a, b in house.stretches(start) if a <= start % DAY < b)
        if (start % DAY - opened) % grid:
            yield f"{said} is off the grid"
        if start < when or day < today + rules["lead_days"]:
            yield f"{said} is too soon"
        first = earlier != (row["patient"], when, row["kind"])
        earlier = row["patient"], when, row["kind"]
        far = rules["horizon_days"]
        if first and far != "unlimited" and day > today + far:
            yield f"{said} is beyond the horizon"
        if start >= house.opens:
            yield from broken(house, row, by_day[day, row["kind"] in CHAIRS], said)
        by_day[day, row["kind"] in CHAIRS].append(row)


def broken(house, row, others, said):
    """Whether it took a place that was not there, or one kept for others."""
    grid, own = house.booking["grid_minutes"], group(row["kind"])
    ahead = row["start"] // DAY - row["made"] // DAY
    held = [o for o in others if o["ended"] == NEVER or o["ended"] > row["made"]]
    if row["overbooked"] + sum(o["overbooked"] for o in held) > house.booking["overbook_per_day"]:
        yield f"{said} is one overbooked too many"
    kept = house.kept(row["kind"], ahead)
    for slot in range(row["start"], row["start"] + row["minutes"], grid):
        places = house.places(row["kind"], slot, grid) + row["overbooked"]
        count = Counter(group(o["kind"]) for o in held
                        if o["start"] <= slot < o["start"] + o["minutes"])  # fmt: skip
        count[own] += 1
        if sum(count.values()) > places:
            yield f"{said} is one too many in slot {slot}, which has {places}"
        reserved = sum(max(count[name], kept.get(name, 0)) for name in {*count, *kept})
        if count[own] > kept.get(own, 0) and reserved > places:
            yield f"{said} breaks a fence in slot {slot}: {dict(count)}, kept {kept}"


def accounts(house, made, proper, left):
    """Each appointment has one end, and each visit the appointment that it was."""
    gone = {row["patient"] for row in left}
    ends = Counter()
    free = Counter((r["patient"], r["start"], r["end"]) for r in made)
    for row in made:
        ends[row["end"]] += 1
        if row["end"] == "" and row["patient"] in gone:
            yield f"patient {row['patient']} has left and still holds {row['start']}"
        if row["end"] and not row["made"] <= row["ended"] < house.horizon:
            yield f"patient {row['patient']}'s appointment of {row['start']} ended before it began"
    if set(ends) - {"", "done", "no_show", "cancelled", "moved"}:
        yield f"appointments end in other ways: {dict(ends)}"
    visited = Counter()
    for row in proper:
        if house.at_home(row["kind"]) or row["booked"] == NEVER or row["status"] == "ahead":
            continue
        how = {"cancelled": "cancelled", "no_show": "no_show"}.get(row["status"], "done")
        visited[row["patient"], row["booked"], how] += 1
    for (patient, start, how), number in visited.items():
        if free[patient, start, how] < number:
            yield f"patient {patient}'s visit of {start} ({how}) has no appointment"
    for (patient, start, how), number in free.items():
        if how in ("done", "no_show") and visited[patient, start, how] != number:
            yield f"patient {patient}'s appointment of {start} ({how}) has no visit"
    holding = [(r["patient"], r["start"], r["start"] + r["minutes"]) for r in made if not r["end"]]
    for one, other in overlaps(holding):
        yield f"patient {one[0]} holds two appointments at once: {one}, {other}"


def caseload(house, made, left):
    """Nobody begins an induction beyond the caseload."""
    most = house.clinic["maximum_caseload"]
    if most == "unlimited":
        return
    went = {row["patient"]: row["minute"] for row in left}
    inside = set()
    for row in made:
        inside = {who for who in inside if went.get(who, house.horizon) > row["made"]}
        if row["kind"] != "induction" or row["patient"] in inside:
            continue
        if row["made"] >= house.opens and len(inside) >= most:
            yield f"patient {row['patient']} was admitted in {row['made']} beyond {most} people"
        inside.add(row["patient"])


def utilisation(record):
    for name, value in measure(Reading(record)).items():
        if name.endswith("_utilisation") and not -1e-12 <= value <= 1 + 1e-9:
            yield f"{name} is {value}"


def counted(record):
    """Count what there was to check."""
    visits, made = record.visits, record.appointments
    fences = getattr(record.scenario.clinic.booking, "ring_fenced", ())
    return Counter(
        {
            "people": len(record.patients),
            "visits": int((visits["kind"] != "rating").sum()),
            "appointments": len(made["start"]),
            "appointments overbooked": int(made["overbooked"].astype(bool).sum()),
            "appointments in a book with fences": len(made["start"]) if fences else 0,
            **{f"visits {how}": int((visits["status"] == how).sum())
               for how in ("no_show", "cancelled", "blocked")},
            f"clinics started {record.scenario.start.kind}": 1,
            f"clinics booked by {record.scenario.clinic.booking.kind}": 1,
            f"clinics with boosters {record.scenario.policy.boosters.kind}": 1,
        }
    )  # fmt: skip
