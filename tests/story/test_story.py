"""Witness: the visits table, read with pandas. Each sentence is recomputed from its rows."""

import re
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from sim.config.errors import ScenarioError
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.reading import Reading
from sim.outcomes.tables import patients_table, visits_table
from sim.policy.orders import Discharge, Order
from sim.story.course import course_of
from sim.story.tell import in_paragraphs, tell

DAY = 1440
WORDS = re.findall(r"\w+", "no one two three four five six seven eight nine ten eleven twelve")
ORDINALS = re.findall(
    r"\w+",
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [date(2026, month, 1).strftime("%B") for month in range(1, 13)]
WHEN = re.compile(rf"({'|'.join(WEEKDAYS)}) (\d+)(?: ({'|'.join(MONTHS)}))?(?: (\d{{4}}))?")
TIMES = {"once": 1, "twice": 2} | {f"{word} times": n for n, word in enumerate(WORDS) if n > 2}
BY = r"(\d+)(?: to (\d+))? days?"
FATES = ("on boosters", "non-responder", "withdrew", "stopped maintenance", "waiting", "late",
         "lost to follow-up", "left the waiting list", "often missed")  # fmt: skip
MISSED = ("no_show", "cancelled")
OPEN = range(5)  # Monday to Friday, no holidays


def number(word):
    return WORDS.index(word) if word in WORDS else 0 if word == "none" else int(word)


def place(word):
    return ORDINALS.index(word) if word in ORDINALS else int(re.match(r"\d+", word)[0])


def dates_in(text):
    """The dates of a sentence; month and year of a list stand at its end."""
    found, month, year = [], None, None
    for weekday, day, own_month, own_year in reversed(WHEN.findall(text)):
        month = MONTHS.index(own_month) + 1 if own_month else month
        year = int(own_year) if own_year else year
        when = date(year, month, int(day))
        assert WEEKDAYS[when.weekday()] == weekday, text
        found.append(when)
    return found[::-1]


@lru_cache(maxsize=2)
def tables(run):
    """Give the tables of a run: visits and patients."""
    return visits_table(Reading(run)), patients_table(Reading(run))


class Witness:
    """One patient's rows, as pandas gives them, and what the test recomputes from them."""

    def __init__(self, run, patient):
        self.run, self.patient = run, patient
        self.start = run.scenario.run.start_date
        self.baseline = int(run.patients.baseline[patient])
        self.referred = int(run.patients.referred[patient])
        table, patients = tables(run)
        self.visits = table[table["patient"] == patient]
        self.of_patient = patients.loc[patient]
        came = self.visits[self.visits["arrived"].notna()]
        self.came = came.sort_values(["arrived"], kind="stable")
        self.given = self.came[self.came["infusion_start"].notna()]
        self.boosters = self.given[self.given["kind"] == "booster"]

    def date(self, minute):
        return self.start + timedelta(days=int(minute) // DAY)

    def dates(self, minutes):
        return [self.date(minute) for minute in minutes]

    def days(self, begin, end):
        return int(end) // DAY - int(begin) // DAY

    def row(self, index):
        return self.visits.loc[index]

    def infusions_before(self, row):
        return int((self.given["infusion_start"] < row["arrived"]).sum())

    def chain(self, row):
        """The appointments for the same order up to this one, in the order they were made."""
        same = (self.visits["kind"] == row["kind"]) & (self.visits["due"] == row["due"])
        return [other for _, other in self.visits[same].loc[: row.name].iterrows()]

    def last_of(self, row):
        same = (self.visits["kind"] == row["kind"]) & (self.visits["due"] == row["due"])
        return self.visits[same].iloc[-1]

    def took_place(self, row):
        begun = "infusion_start" if row["kind"] in ("induction", "booster") else "arrived"
        return not pd.isna(row[begun])

    def came_of(self, row):
        """When a visit took place, else for when it is booked."""
        if not self.took_place(row):
            return row["booked"]
        return row["arrived"] if pd.isna(row["infusion_start"]) else row["infusion_start"]

    def passed(self, row):
        """What stood on each day from the one due to that of the appointment, told day by day."""
        chain, told = self.chain(row), []
        for day in range(int(row["due"]) // DAY, int(row["booked"]) // DAY):
            link = next(link for link in chain if day < int(link["booked"]) // DAY)
            if day < int(link["wished"]) // DAY:
                told.append("own")
            elif self.date(day * DAY).weekday() not in OPEN:
                told.append("closed")
            else:
                told.append("full" if day > int(link["ordered"]) // DAY else "ahead")
        return told

    def cause(self, row):
        passed = self.passed(row)
        return next((why for why in ("own", "full", "ahead", "closed") if why in passed), "waited")


NOTHING_MISSED = dict.fromkeys(
    [f"behaviour.{name}_share" for name in ("no_show", "first_no_show", "late_cancellation")], 0.0
)


@pytest.fixture(scope="module")
def run():
    changes = {"run.days": 365, "clinic.chairs": 2}
    return replicate(Scenario().override(changes), seed=1)


@pytest.fixture(scope="module")
def fates(run):
    """Patients by what became of them, picked from the patients table."""
    table = patients_table(Reading(run))
    boosters = pd.Series(run.visits["patient"][run.visits["kind"] == "booster"]).value_counts()
    table["boosters"] = boosters.reindex(table.index, fill_value=0)
    table["wait"] = (table["first_infusion"] - table["referred"]) / DAY
    reason, stays = table["discharge_reason"], table["discharge_reason"].isna()
    missed = pd.Series(run.visits["patient"][np.isin(run.visits["status"], MISSED)]).value_counts()
    table["missed"] = missed.reindex(table.index, fill_value=0)
    picked = {
        "on boosters": table[stays & (table["boosters"] >= 12)],
        "non-responder": table[(reason == "non-responder") & (table["infusions"] == 8)],
        "withdrew": table[reason == "withdrew"],
        "stopped maintenance": table[(reason == "stopped maintenance") & (table["boosters"] > 3)],
        "waiting": table[stays & (table["infusions"] == 0)],
        "late": table[stays & (table["wait"] > 18) & (table["boosters"] > 3)],
        "lost to follow-up": table[(reason == "lost to follow-up") & (table["infusions"] > 2)],
        "left the waiting list": table[reason == "left the waiting list"],
        "often missed": table[stays & (table["missed"] > 4) & (table["boosters"] > 3)],
    }
    return {fate: int(rows.index[0]) for fate, rows in picked.items()}


# ---------------------------------------------------------------------- each topic's witness


def check_person(text, rows, w):
    kind = w.of_patient["anxiety_type"]
    words = {"mixed": "several kinds of anxiety", "panic": "panic disorder"}
    assert f"Patient {w.patient}, aged {int(w.of_patient['age'])}," in text
    assert words.get(kind, f"{kind} anxiety").split()[0] in text
    for trait, said in (("ptsd", "PTSD"), ("chronic_pain", "chronic pain"),
                        ("depression", "depression"), ("benzodiazepine", "benzodiazepine"),
                        ("benzodiazepine_high", "high dose")):  # fmt: skip
        assert (said in text) == bool(w.of_patient[trait])


def check_referral(text, rows, w):
    assert dates_in(text) == [w.date(w.referred)]
    assert f"rated {w.baseline} on the GAD-7" in text


def check_assessment(text, rows, w):
    (row,) = rows
    assert row["kind"] == "assessment"
    assert dates_in(text) == [w.date(row["arrived"])]
    waited = w.days(w.referred, row["arrived"])
    assert {0: "the same day", 1: "the next day"}.get(waited, f"{waited} days later") in text
    assert f"(rated {row['rated_before']})" in text


def check_wait(text, rows, w):
    (row,) = rows
    assert row["infusion_start"] == w.given["infusion_start"].min()
    waited = w.days(w.referred, row["infusion_start"])
    assert re.search(rf"waited {waited} days? from referral", text)
    assert dates_in(text) == w.dates([row["infusion_start"], row["latest"]])
    late = w.days(row["latest"], row["infusion_start"])
    assert ("had wanted it" in text) == (late > 0)
    if late > 0:
        assert f"came {late} day" in text
        check_why(text, row, w)


def check_series(text, rows, w):
    assert {row["kind"] for row in rows} == {"induction"}
    said = re.match(r"(\w+) more infusions? followed", text)
    assert number(said[1].lower()) == len(rows)
    given = [row["infusion_start"] for row in rows]
    assert dates_in(text)[: len(rows)] == w.dates(given)
    late = [w.days(row["latest"], row["infusion_start"]) for row in rows]
    assert ("inside" in text) == (max(late) <= 0)
    for days in [days for days in late if days > 0][:3]:
        assert re.search(rf"{days} days? later than its window allowed", text)


def check_missed(text, rows, w):
    chains = [w.chain(row) for row in rows if row.name == w.last_of(row).name]
    assert [row.name for row in rows] == [row.name for chain in chains for row in chain]
    lost = [row for chain in chains for row in chain[:-1]]
    assert {row["status"] for row in lost} <= set(MISSED)
    if text.startswith("Of the"):
        check_often_missed(text, chains, lost, w)
        return
    for clause, chain in zip(text.rstrip(".").split("; "), chains, strict=True):
        *before, last = chain
        came = w.came_of(last)
        dates = w.dates([row["booked"] for row in before] + ([] if pd.isna(came) else [came]))
        assert dates_in(clause) == dates
        said = [{"missed": "no_show"}.get(how, "cancelled")
                for how in re.findall("missed|called off", clause)]  # fmt: skip
        statuses = [row["status"] for row in before]
        assert said in (statuses, statuses[:1] if len(set(statuses)) == 1 else statuses)
        assert ("made up for" in clause) == w.took_place(last)
        kind = "infusion" if last["kind"] == "induction" else last["kind"]
        assert re.match(rf"[tT]he {kind}s? booked for", clause)


def check_often_missed(text, chains, lost, w):
    for how, status in (("missed", "no_show"), ("called off", "cancelled")):
        said = re.search(rf"(\w+) (?:was|were) {how}", text)
        assert (number(said[1]) if said else 0) == sum(row["status"] == status for row in lost)
    dates = w.dates([lost[0]["booked"], lost[-1]["booked"]])
    later = [w.days(chain[0]["booked"], w.came_of(chain[-1])) for chain in chains
             if w.took_place(chain[-1])]  # fmt: skip
    assert ("all were made up for" in text) == (len(later) == len(chains))
    if len(later) < len(chains) and not pd.isna(chains[-1][-1]["booked"]):
        dates.append(w.date(chains[-1][-1]["booked"]))
    assert dates_in(text) == dates
    said = re.search(rf"made up for, {BY} later", text)
    assert [int(n) for n in said.groups() if n] == sorted({min(later), max(later)})


def check_response(text, rows, w):
    (row,) = rows
    assert check_first_response(row, w)
    said = re.search(rf"the {w.baseline} at referral\) was (\d+) on .* after (\w+) infusion", text)
    assert int(said[1]) == row["rated_before"]
    assert number(said[2]) == w.infusions_before(row) == w.of_patient["infusions_to_response"]
    assert dates_in(text) == [w.date(row["arrived"])]


def check_first_response(row, w):
    rated = [r for _, r in w.came.iterrows() if w.infusions_before(r)]
    first = next(r for r in rated if 2 * r["rated_before"] <= w.baseline)
    return first.name == row.name


def check_evaluation(text, rows, w):
    row, *following = rows
    assert row["kind"] == "evaluation"
    rated = int(row["rated_before"])
    assert dates_in(text)[-1] == w.date(row["arrived"])
    assert f"after {WORDS[w.infusions_before(row)]} infusions," in text
    better = 100 * (w.baseline - rated) / w.baseline
    assert f"rated {rated}, {abs(round(better))} % {'better' if better > 0 else 'worse'}" in text
    verdict = "a response" if better >= 50 else "a partial" if better >= 25 else "no response"
    assert f": {verdict}" in text
    assert ("the first one rated" in text) == (better >= 50 and check_first_response(row, w))
    next_kind = following[0]["kind"] if following else None
    after = w.visits[w.visits["ordered"] >= row["arrived"]].sort_values("ordered")
    assert next_kind == (after["kind"].iloc[0] if len(after) else None)
    said = {"induction": "more infusions were ordered", "booster": "went on with boosters"}
    assert said.get(next_kind, "treatment ended with it") in text


def check_rule(text, rows, w):
    rule = w.run.scenario.policy.boosters
    for value in (rule.shorten, rule.lengthen, rule.high_rating, rule.low_rating, rule.rise):
        assert f" {value:g}" in text
    assert f"{rule.shortest_days:g} to {rule.longest_days:g} days" in text


def boosters_of(text, w):
    """The boosters that a sentence names by their places, as rows."""
    said = re.match(r"The (\w+)(?: (?:to|and) (\w+))? boosters? w", text)
    first = place(said[1])
    last = place(said[2]) if said[2] else first
    return list(range(first, last + 1)), w.boosters.iloc[first - 1 : last]


def check_boosters(text, rows, w):
    places, told = boosters_of(text, w)
    assert set(told.index) <= {row.name for row in rows}
    seen = w.dates(told["infusion_start"])
    if len(told) == 1:
        on_time = w.days(told["due"].iloc[0], told["infusion_start"].iloc[0]) == 0
        wanted = seen if on_time else [w.date(told["due"].iloc[0]), seen[0]]
        assert dates_in(text) == wanted
        assert f", {told['interval_days'].iloc[0]:.1f}".removesuffix(".0") in text
        assert ("given that day" in text) == on_time
        if not on_time:
            check_late(text, told.iloc[0], w)
    else:
        assert dates_in(text) == (seen if len(seen) <= 3 else [seen[0], seen[-1]])
    check_ratings(text, told["rated_before"].tolist())
    check_changes(text, told, w)
    return places


def check_ratings(text, ratings):
    said = re.search(r"rated ([\w ,]+?) on arrival|rating on arrival was (\d+)", text)
    points = [int(n) for n in re.findall(r"\d+", said[0])]
    if "each time" in said[0] or len(ratings) == 1:
        assert set(ratings) == set(points)
    elif " to " in said[0] or " or " in said[0]:
        assert points == [min(ratings), max(ratings)]
    else:
        assert points == ratings


def check_changes(text, told, w):
    """What became of the interval, recounted from the column of ordered intervals."""
    boosters = w.visits[w.visits["kind"] == "booster"].drop_duplicates("due", keep="last")
    ordered = boosters["interval_days"].tolist()
    first = w.boosters.index.get_loc(told.index[0])
    pairs = list(zip(ordered[first:], ordered[first + 1 :], strict=False))[: len(told)]
    changes = [
        "kept" if np.isclose(a, b) else "lengthened" if b > a else "shortened" for a, b in pairs
    ]
    lengths = [f"{x:.1f}".removesuffix(".0") for x in (pairs[0][0], pairs[-1][1])]
    said = dict(re.findall(r"(lengthened|shortened|kept) (once|twice|\w+ times)", text))
    if said:
        assert {change: TIMES[times] for change, times in said.items()} == {
            change: changes.count(change) for change in set(changes)
        }
        both = [x for pair in pairs for x in pair]
        low, high = (f"{x:.1f}".removesuffix(".0") for x in (min(both), max(both)))
        assert f"between {low} and {high} days, and ended at {lengths[1]}" in text
        return
    assert len(set(changes)) == 1
    if changes[0] == "kept":
        assert f"kept at {lengths[1]} days" in text
    else:
        assert f"was {changes[0]}, from {lengths[0]} to {lengths[1]} days" in text
    check_reason(text, told, w, pairs)


def check_reason(text, told, w, pairs):
    """Every reason in the text is that of a rating and of the bounds, worked out anew."""
    rule, why = w.run.scenario.policy.boosters, []
    after = int(w.came[w.came["kind"] == "evaluation"]["rated_before"].iloc[-1])
    for rated, (before, _) in zip(told["rated_before"].tolist(), pairs, strict=False):
        wanted, reason = before, f"rated above {rule.low_rating} and below {rule.high_rating}"
        if rated >= rule.high_rating:
            wanted, reason = before * rule.shorten, f"rated at least {rule.high_rating}"
        elif rated - after >= rule.rise:
            wanted = before * rule.shorten
            reason = f"risen by at least {rule.rise} from the {after} after induction"
        elif rated <= rule.low_rating:
            wanted, reason = before * rule.lengthen, f"rated at most {rule.low_rating}"
        reason += ", with 14 days the shortest" if wanted < 14 else ""
        reason += ", with 84 days the longest" if wanted > 84 else ""
        why.append(reason)
    *most, last = dict.fromkeys(why)
    told_as = f" ({', '.join(most)} or {last})." if most else f" ({last})."
    assert text.endswith(told_as) == (len(most) < 3)


def check_late(text, row, w):
    late = w.days(row["due"], row["infusion_start"])
    beyond = w.days(row["latest"], row["infusion_start"])
    assert f"{late} day{'s' * (late > 1)} late" in text
    assert (f"{beyond} day" in text and "beyond its window" in text) or beyond <= 0
    check_why(text, row, w)


def check_why(text, row, w):
    cause, full = w.cause(row), w.passed(row).count("full")
    often = WORDS[full] if full < 13 else str(full)
    if cause == "own":
        lost = w.chain(row)[:-1]
        counted = "an earlier appointment" if len(lost) == 1 else f"{WORDS[len(lost)]} earlier app"
        assert f"as {counted}" in text
        assert re.search(rf"free on {often} open days? besides", text) or not full
    elif full:
        assert f"free on the {often if full > 1 else ''}".rstrip() in text
    assert ("earlier appointment" in text) == (cause == "own")
    assert (" was free on " in text) == (full > 0)
    assert ("the clinic was closed" in text) == (cause == "closed")


def check_punctuality(text, rows, w):
    by_place = {n: row for n, (_, row) in enumerate(w.boosters.iterrows(), 1)}
    late = {n: w.days(row["due"], row["infusion_start"]) for n, row in by_place.items()}
    if "on the day they were due" in text:
        assert all(w.days(row["due"], row["infusion_start"]) == 0 for row in rows)
        return
    assert all(w.days(row["due"], row["infusion_start"]) > 0 for row in rows)
    told = 0
    for clause in text.rstrip(".").split("; "):
        single = re.match(r"(?:t|T)he (\w+) was due", clause)
        named = re.match(
            r"(?:t|T)he ([\w, ]+) (?:was|were) (\d+)(?: to (\d+))? days? late only", clause
        )
        some = re.match(rf"(?:[aA]ll )?(\w+) were {BY} late", clause)
        if single:
            row = by_place[place(single[1])]
            check_late(clause, row, w)
            assert dates_in(clause) == w.dates([row["due"], row["infusion_start"]])
            told += 1
        elif named:
            places = [place(word) for word in re.findall(r"\w+", named[1]) if word != "and"]
            days = [late[n] for n in places]
            assert [int(n) for n in named.groups()[1:] if n] == sorted({min(days), max(days)})
            assert all(w.cause(by_place[n]) == "closed" for n in places)
            told += len(places)
        elif some:
            check_often(clause, rows, w, some)
            told += number(some[1].lower())
        else:
            assert "the other" in clause
    assert told == len(rows)


def check_often(clause, rows, w, some):
    said = {"closed": "closed", "own": "earlier appointments", "full": "no appointment was free",
            "ahead": "at shorter notice"}  # fmt: skip
    cause = next(name for name, words in said.items() if words in clause)
    group = [row for row in rows if w.cause(row) == cause]
    days = [w.days(row["due"], row["infusion_start"]) for row in group]
    beyond = sum(w.days(row["latest"], row["infusion_start"]) > 0 for row in group)
    assert number(some[1].lower()) == len(group)
    assert [int(n) for n in some.groups()[1:] if n] == sorted({min(days), max(days)})
    said = re.search(r"\((\w+)(?: of them)? beyond the window\)", clause)
    assert (0 if not said else beyond if said[1] == "all" else number(said[1])) == beyond
    if said and said[1] == "all":
        assert beyond == len(group)
    if cause != "closed":
        worst = group[days.index(max(days))]
        assert dates_in(clause) == w.dates([worst["due"], worst["infusion_start"]])


def check_end(text, rows, w):
    events = w.run.discharges
    mine = np.flatnonzero(events["patient"] == w.patient)
    if not len(mine):
        row = rows[-1]
        assert row.name == w.visits.index[-1]
        assert dates_in(text)[0] == w.start + timedelta(days=w.run.scenario.run.days - 1)
        booked = not pd.isna(row["booked"])
        assert dates_in(text)[-1] == w.date(row["booked"] if booked else row["due"])
        assert ("waiting list" in text or "not booked yet" in text) == (not booked)
        assert pd.isna(row["arrived"])
        assert ("still waiting" in text) == (len(w.given) == 0)
        waited = w.days(w.referred, w.run.horizon - 1)
        assert len(w.given) or not waited or f"{waited} days after referral" in text
        kind = "infusion" if row["kind"] == "induction" else row["kind"]
        assert len(w.given) == 0 or f"the next {kind} being" in text
        return
    reason, left = str(events["reason"][mine[0]]), int(events["minute"][mine[0]])
    said = {
        "withdrew": "withdrew", "non-responder": "no full response",
        "no response to boosters": "never brought a response",
    }.get(reason, reason)  # fmt: skip
    assert said in text
    if reason == "no response to boosters":
        assert len(w.boosters) == 3
        assert (2 * w.boosters["rated_before"] > w.baseline).all()
    if reason == "withdrew":
        assert f"after the {ORDINALS[len(w.given)]} infusion" in text
    dates, last = [w.date(left)], w.visits.iloc[-1]
    if not w.took_place(last):
        assert rows[-1].name == last.name
        unbooked = pd.isna(last["booked"])
        when = w.date(last["due"] if unbooked else last["booked"])
        assert ("no appointment had been made" in text) == unbooked
        assert ("booked for that day" in text) == (not unbooked and when == dates[0])
        dates += [when] if unbooked or when != dates[0] else []
        assert ("was missed" in text) == (last["status"] == "no_show")
        assert ("was called off" in text) == (last["status"] == "cancelled" and not unbooked)
    assert dates_in(text) == dates
    assert ("had stopped" in text) == (
        reason == "stopped maintenance" and last["status"] == "no_show"
    )
    assert ("never made up for" in text) == (reason == "lost to follow-up")


def check_observed(text, rows, w):
    rated = [r for _, r in w.came.iterrows() if w.infusions_before(r)]
    responded = any(2 * r["rated_before"] <= w.baseline for r in rated)
    assert ("No rating was ever a response" in text) == (not responded)
    first = next((n for n, r in enumerate(rated) if 2 * r["rated_before"] <= w.baseline), 0)
    low = [
        r["rated_before"] >= 10 and 4 * (w.baseline - r["rated_before"]) < w.baseline for r in rated
    ]
    relapsed = any(
        low[n] and low[n + 1] and rated[n + 1]["arrived"] - rated[n]["arrived"] <= 7 * DAY
        for n in range(first, len(rated) - 1)
    )
    assert ("A relapse was observed" in text) == (responded and relapsed)


def check_latent(text, rows, w):
    noon = -(-(w.referred - DAY // 2) // DAY) * DAY + DAY // 2
    noons = np.arange(noon, w.run.horizon, DAY)
    relief = w.run.relief((noons - w.referred) / DAY)[w.patient]
    above = np.flatnonzero(relief >= 0.5)
    assert ("never reached 50 %" in text) == (len(above) == 0)
    if not len(above):
        return
    below = np.flatnonzero((relief < 0.3) & (np.arange(len(relief)) > above[0]))
    minutes = [noons[above[0]], *noons[below[:1]]]
    assert dates_in(text) == w.dates(minutes)
    assert ("a relapse" in text) == (len(below) > 0)


def check_totals(text, rows, w):
    ended = w.visits[w.visits["infusion_end"].notna()]
    assert {row.name for row in rows} == set(ended.index)
    said = re.search(r"they had (\w+) infusion", text)
    assert number(said[1]) == len(ended) == w.of_patient["infusions"]
    if kinds := re.search(r"\((\w+) in induction and (\w+) boosters?\)", text):
        counts = ended["kind"].value_counts()
        assert [number(n) for n in kinds.groups()] == [counts["induction"], counts["booster"]]
    noon = -(-(w.referred - DAY // 2) // DAY) * DAY + DAY // 2
    noons = np.arange(noon, w.run.horizon, DAY)
    score = w.run.trajectory((noons - w.referred) / DAY)[w.patient]
    half = score <= w.run.patients.untreated[w.patient] / 2
    told = re.search(
        r"of the (\d+) days? .* points on (\w+)(?: \(untreated it would have been (\w+)\))? and in "
        r"response on (\w+)", text,
    )  # fmt: skip
    assert int(told[1]) == len(noons)
    assert number(told[2]) == int((score < 10).sum())
    assert number(told[4]) == int(((score < 10) & half).sum())
    assert (told[3] is None) == ended.empty, "said of whom an infusion may have helped only"
    if told[3]:
        days = ((noons - w.referred) // DAY).tolist()
        drift = [w.run.fluctuation.drift(int(w.patient), day) for day in days]
        natural = w.run.patients.untreated[w.patient] + np.array(drift)
        assert number(told[3]) == int((natural < 10).sum())


CHECKS = {name.removeprefix("check_"): check for name, check in globals().items()
          if name.startswith("check_")}  # fmt: skip


# ---------------------------------------------------------------------- tests


@pytest.mark.parametrize("fate", FATES)
def test_each_sentence_says_what_its_rows_of_the_visits_table_say(run, fates, fate):
    witness = Witness(run, fates[fate])
    story = tell(run, fates[fate])
    for sentence in story.sentences:
        rows = [witness.row(index) for index in sentence.rows]  # KeyError: another patient's row
        CHECKS[sentence.topic](sentence.text, rows, witness)
        assert sentence.text.endswith(".")


def test_the_same_holds_for_every_patient_of_a_clinic(run):
    """The six are no exceptions: every eighth patient's boosters, waits and ends are checked."""
    for patient in range(4, len(run.patients), 8):
        witness = Witness(run, patient)
        for sentence in tell(run, patient).sentences:
            rows = [witness.row(index) for index in sentence.rows]
            CHECKS[sentence.topic](sentence.text, rows, witness)


@pytest.mark.parametrize("fate", FATES)
def test_every_visit_is_told_and_every_booster_once(run, fates, fate):
    witness = Witness(run, fates[fate])
    sentences = tell(run, fates[fate]).sentences
    named = {row for sentence in sentences for row in sentence.rows}
    assert named == set(witness.visits.index)
    places = [
        n for one in sentences if one.topic == "boosters" for n in boosters_of(one.text, witness)[0]
    ]
    assert places == list(range(1, len(witness.boosters) + 1))


def test_thirty_boosters_are_told_in_a_few_sentences():
    run = replicate(Scenario().override({"run.days": 730, **NOTHING_MISSED}), seed=1)
    counts = pd.Series(run.visits["patient"][run.visits["kind"] == "booster"]).value_counts()
    patient = int(counts.index[0])
    told = [s for s in tell(run, patient).sentences if s.topic in ("boosters", "punctuality")]
    assert counts.iloc[0] > 25
    assert len(told) <= 8
    witness = Witness(run, patient)
    for one in told:
        CHECKS[one.topic](one.text, [witness.row(index) for index in one.rows], witness)


def test_a_story_has_paragraphs_of_lines_that_fit_a_terminal(run, fates):
    text = str(tell(run, fates["on boosters"]))
    assert text.count("\n\n") == 3
    assert max(map(len, text.splitlines())) <= 96
    assert "\n%" not in text
    assert text == in_paragraphs(tell(run, fates["on boosters"]).sentences)


def test_the_same_patient_has_the_same_story_twice(run, fates):
    again = replicate(run.scenario, seed=1)
    assert tell(again, fates["late"]).sentences == tell(run, fates["late"]).sentences


@pytest.mark.parametrize("patient", [-1, 10**6])
def test_an_unknown_patient_is_refused_with_the_numbers_there_are(run, patient):
    with pytest.raises(ScenarioError, match=f"patients are 0 to {len(run.patients) - 1}"):
        course_of(run, patient)


class WhenAsked:
    """A policy of a user's own: weekly ratings, a booster when one is 8, an end of its own."""

    def next_order(self, chart):
        last = chart.visits[-1]
        if chart.count("booster") >= 2:
            return Discharge("well for long enough")
        if last.kind == "rating" and last.rated >= 8:
            return Order("booster", last.minute, last.minute + 7 * DAY, chart.prescription)
        return Order("rating", last.minute + 7 * DAY, last.minute + 8 * DAY)


def test_a_policy_and_a_reason_that_nobody_knows_are_told_in_their_own_words(run):
    own = replicate(run.scenario.override({"policy.boosters": WhenAsked()}), seed=1)
    patient = int(own.discharges["patient"][own.discharges["reason"] == "well for long enough"][0])
    sentences = tell(own, patient).sentences
    told = {sentence.topic: sentence.text for sentence in sentences}
    assert "“WhenAsked”" in told["rule"]
    assert "“well for long enough”" in told["end"]
    assert "from then on they were to be rated remotely" in told["evaluation"]
    witness = Witness(own, patient)
    remote = [sentence for sentence in sentences if sentence.topic == "ratings"]
    assert sum(len(one.rows) for one in remote) == (witness.came["kind"] == "rating").sum()
    for one in remote:
        check_ratings_sent(one.text, [witness.row(index) for index in one.rows], witness)


def check_ratings_sent(text, rows, w):
    sent = [row for row in rows if row["status"] == "done"]
    dates = w.dates([row["arrived"] for row in sent])
    assert dates_in(text) == (dates if len(dates) < 2 else [dates[0], dates[-1]])
    said = re.search(r"(?:^|; )(\w+) (?:more|remote ratings? asked for) (?:was|were) never", text)
    assert (number(said[1].lower()) if said else 0) == len(rows) - len(sent)
    points = [int(n) for n in re.findall(r"\d+", text.partition("gave")[2].split(";")[0])]
    if sent:
        assert min(points) == min(row["rated_before"] for row in sent)
        assert max(points) == max(row["rated_before"] for row in sent)


def test_ratings_that_were_asked_for_and_never_sent_are_counted_and_have_no_score():
    changes = {"policy.boosters": WhenAsked(), "behaviour.missed_rating_share": 0.5}
    own = replicate(Scenario().override({"run.days": 250, **changes}), seed=1)
    topics = [
        (one, patient)
        for patient in range(0, len(own.patients), 3)
        for one in tell(own, patient).sentences
        if one.topic == "ratings"
    ]
    assert any("asked for" in one.text for one, _ in topics)
    assert any("more were never sent" in one.text for one, _ in topics)
    for one, patient in topics:
        witness = Witness(own, patient)
        check_ratings_sent(one.text, [witness.row(index) for index in one.rows], witness)


def test_what_was_missed_and_made_up_for_is_what_the_measures_read(run):
    missed, other = Reading(run).made_up_for.tolist()
    pairs, told = [], 0
    for patient in range(len(run.patients)):
        course = course_of(run, patient)
        assert all(visit.missed for visit in course.missed)
        for one in course.all_visits:
            before = course.missed_before(one)
            pairs += [(before[-1].row, one.row)] if before else []
        told += sum(one.topic == "missed" for one in tell(run, patient).sentences)
    assert sorted(pairs) == sorted(zip(missed, other, strict=True))
    assert told > 100


def test_days_of_the_patients_own_choosing_are_apart_from_those_without_a_free_appointment(run):
    both = 0
    for patient in range(len(run.patients)):
        course, witness = course_of(run, patient), Witness(run, patient)
        for visit in course.visits:
            if not course.missed_before(visit):
                continue
            passed, delay = witness.passed(witness.row(visit.row)), course.delay(visit)
            assert delay[1:] == tuple(map(passed.count, ("own", "closed", "ahead", "full")))
            both += delay.own > 0 and delay.full > 0
    assert both > 20


def test_who_waits_on_the_list_is_told_to_and_for_what():
    """One chair: boosters wait on the list at the end, or are due too far ahead to be booked."""
    changes = {"clinic.chairs": 1, "clinic.booking.horizon_days": 21, "run.days": 250}
    run = replicate(Scenario().override(changes), seed=1)
    unbooked = (run.visits["wished"] >= 0) & (run.visits["booked"] < 0)
    ends = {}
    for patient in run.visits["patient"][unbooked].tolist():
        witness = Witness(run, patient)
        (end,) = (one for one in tell(run, patient).sentences if one.topic == "end")
        check_end(end.text, [witness.row(index) for index in end.rows], witness)
        row = witness.row(end.rows[-1])
        far = int(max(row["due"], row["wished"])) // DAY - 21 > run.horizon // DAY - 1
        if row["status"] == "ahead":
            assert ("not booked yet, as appointments are made at most 21 days" in end.text) == far
            assert ("on the waiting list for an appointment within 21" in end.text) == (not far)
        ends[row["kind"], row["status"], far] = end.text
    assert {kind for kind, status, far in ends if status == "ahead" and not far} >= {
        "induction", "booster",
    }  # fmt: skip
    assert any(far for _, status, far in ends if status == "ahead")
    assert any(status == "cancelled" for _, status, _ in ends)


@pytest.mark.parametrize(
    "changes",
    [
        {"policy.ratings.hours_after_infusion": [24, 72, 168]},
        {"clinic.booking": {"kind": "walk_in"}, "clinic.waiting_places": 1},
        {"clinic.booking": {"kind": "walk_in"}, "clinic.hours": "always"},
        {"clinic.booking": {"kind": "none"}},
        {"policy.assessment": False, "policy.evaluation": {"kind": "none"}},
        {"run.warmup_days": 30, "policy.treatment.route": "im"},
        {"policy.boosters": {"kind": "fixed"}, "clinic.booking.series": "one_by_one"},
        {"run.days": 3},
    ],
)
def test_every_patient_of_any_clinic_has_a_story_whose_rows_are_their_own(changes):
    run = replicate(Scenario().override({"run.days": 150, "clinic.chairs": 2, **changes}), seed=2)
    for patient in range(len(run.patients)):
        story = tell(run, patient)
        named = {row for sentence in story.sentences for row in sentence.rows}
        assert set(run.visits["patient"][list(named)]) <= {patient}
        assert str(story).startswith(f"Patient {patient}, aged ")


def test_who_is_turned_away_at_the_door_is_said_to_be():
    changes = {"clinic.booking": {"kind": "walk_in"}, "clinic.waiting_places": 0, "run.days": 200}
    run = replicate(Scenario().override({**changes, "clinic.chairs": 1}), seed=1)
    patient = int(run.visits["patient"][run.visits["status"] == "blocked"][0])
    end = next(one for one in tell(run, patient).sentences if one.topic == "end")
    assert "turned away" in end.text
    assert dates_in(end.text) == [Witness(run, patient).date(run.visits["arrived"][end.rows[-1]])]


def test_an_observed_relapse_names_its_two_ratings():
    changes = {"policy.ratings.hours_after_infusion": [24, 72, 168, 336, 504], "run.days": 200}
    run = replicate(Scenario().override(changes), seed=1)
    found = 0
    for patient in range(60):
        for one in tell(run, patient).sentences:
            if one.topic == "observed" and one.text.startswith("A relapse"):
                witness = Witness(run, patient)
                first, second = (witness.row(index) for index in one.rows)
                CHECKS["observed"](one.text, [first, second], witness)
                assert dates_in(one.text) == witness.dates([first["arrived"], second["arrived"]])
                points = [
                    int(n) for n in re.findall(r"rated (\d+) on|and (\d+) on", one.text)[0] if n
                ]
                assert points[0] == first["rated_before"]
                assert second["arrived"] - first["arrived"] <= 7 * DAY
                found += 1
    assert found
