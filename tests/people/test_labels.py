"""People of one's own are known to the dice by their labels: witness, the table with others in it.

With unlimited capacity nobody is in anybody's way, so every row of traits and visits is the same
bytes whoever else is in the file, and in whatever order.
"""

import numpy as np
import pytest

import sim
from sim.people.keys import LABELS_OF_DRAWN, keys_of, keys_of_drawn
from sim.streams import NAMED

NO_LIMITS = {
    "run.days": 150,
    "clinic.chairs": "unlimited",
    "clinic.nurses": "unlimited",
    "clinic.prescribers": "unlimited",
}
OF_THE_CLINIC = ("patient", "chair", "nurse", "prescriber")  # numbers given out in turn
PEOPLE = [f"p{n:02},{10 + n % 9},{(n * 7 % 40) * 1440 + 600}" for n in range(14)]
THERE = [
    *(f"m{n:02},maintenance,{12 + n % 7},{300 + n},{1 + 3 * n},28,9" for n in range(6)),
    *(f"w{n:02},waiting,15,{5 + n},,," for n in range(4)),
]
HEADINGS = {
    "population": "patient,baseline,referred",
    "start": "patient,state,baseline,referred_days_ago,last_infusion_days_ago,interval_days,"
    "infusions",
}


def courses(folder, table, rows, changes=None):
    """Give everybody's traits and visits, by label."""
    (folder / "people.csv").write_text("\n".join([HEADINGS[table], *rows]) + "\n")
    kind = {"start.kind": "file", "start.history_days": 182} if table == "start" else {}
    file = {f"{table}.file": str(folder / "people.csv")}
    run = sim.replicate(
        sim.Scenario().override({**NO_LIMITS, **kind, **file, **(changes or {})}), 3
    )
    cohort, visits = run.patients.columns(), run.visits
    told = {}
    for place, label in enumerate(cohort["label"]):
        here = visits["patient"] == place
        told[str(label)] = (
            {name: column[place].tobytes() for name, column in cohort.items() if name != "label"},
            {n: c[here].tolist() for n, c in visits.items() if n not in OF_THE_CLINIC},
        )
    return told


@pytest.mark.parametrize(("table", "rows"), [("population", PEOPLE), ("start", THERE)])
def test_leaving_one_out_or_sorting_the_file_changes_nobody_else(tmp_path, table, rows):
    everybody = courses(tmp_path, table, rows)
    own = [row.split(",")[0] for row in rows]
    assert sum(len(everybody[name][1]["visit"]) for name in own) > 5 * len(own)
    for others in (rows[1:], rows[:5] + rows[6:], rows[::-1], sorted(rows, key=lambda r: r[4:])):
        again = courses(tmp_path, table, others)
        for row in others:
            name = row.split(",")[0]
            assert again[name] == everybody[name]


def test_leaving_one_out_of_a_caseload_changes_nobody_who_is_referred_later(tmp_path):
    later = [
        list(courses(tmp_path, "start", rows).values())[len(rows) :]
        for rows in (THERE, THERE[:3] + THERE[5:])
    ]
    assert len(later[0]) > 50
    assert later[0] == later[1]


def test_who_is_referred_later_does_not_depend_on_how_many_are_there_in_a_steady_state():
    later = []
    for reached in (0.8, 0.9):
        start = {"start.kind": "steady_state", "start.reached": reached, "start.history_days": 182}
        run = sim.replicate(sim.Scenario().override({**NO_LIMITS, **start, "run.days": 60}), 3)
        first = int((run.patients.referred < run.scenario.opens).sum())
        came = run.visits["patient"] >= first
        minutes = [run.visits[name][came].tolist() for name in ("arrived", "left", "rated_before")]
        later.append((first, minutes))
    assert later[0][0] != later[1][0]
    assert len(later[0][1][0]) > 100
    assert later[0][1] == later[1][1]


def test_those_referred_on_the_same_minute_keep_their_order_when_the_file_is_sorted(tmp_path):
    rows = [f"{name},15,600" for name in ("anna", "bob", "cleo", "dora")]
    orders = [list(courses(tmp_path, "population", r)) for r in (rows, rows[::-1])]
    assert orders[0] == orders[1]


def test_without_labels_people_are_known_by_their_rows(tmp_path):
    headless = {"population.file": str(tmp_path / "none.csv"), "run.days": 30}
    (tmp_path / "none.csv").write_text("baseline,referred\n14,600\n18,700\n")
    (tmp_path / "own.csv").write_text("patient,baseline,referred\n0,14,600\n1,18,700\n")
    named = headless | {"population.file": str(tmp_path / "own.csv")}
    ours, theirs = (
        sim.replicate(sim.Scenario().override(c), 3).patients for c in (headless, named)
    )
    assert ours.label.tolist() == ["0", "1"]
    for name, column in ours.columns().items():
        np.testing.assert_array_equal(column, theirs.columns()[name], err_msg=name)


def test_the_same_label_in_two_kinds_of_file_is_two_people():
    assert keys_of(["anna"], "patient") != keys_of(["anna"], "caseload")


def test_keys_are_the_same_in_every_process_and_on_every_machine():
    """Witness: worked out once by hashlib's BLAKE2b, 7 bytes, `person` the kind of table."""
    assert keys_of(["anna"], "patient").tolist() == [129_151_076_929_625_222]
    labels = ["0", "12", "007", "-1", "1.0", str(LABELS_OF_DRAWN), "٣"]
    numbers = [int(key) if key < NAMED else None for key in keys_of_drawn(labels, "patient")]
    assert numbers == [0, 12, None, None, None, None, None]
