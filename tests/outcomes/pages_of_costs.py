"""A page of a clinic's record, and what everything on it costs, worked out by hand.

THREE_WEEKS counts from day 7 (warm-up) to day 28: 15 days of 8 hours. Costs are halved by a year
(a discount of 100 %), QALYs fall by a third (50 %), so that a forgotten discount is seen.
"""

from handwritten import Page, at, infusion, talk, visit

A, B, C, D = range(4)
YEAR = 365.25
OPEN_DAYS = (7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25)

THREE_WEEKS = Page(
    referred=[at(0), at(8, 12), at(9, 13), at(10)],
    untreated={A: 16.0, B: 12.0, C: 9.0, D: 21.0},
    relief={A: [(9, 0.75), (12, 0.25)], B: [(11, 0.5)]},
    by_itself={A: [(20, 0.25)]},
    changes={
        "run.days": 28, "run.warmup_days": 7, "clinic.chairs": 2, "clinic.nurses": 1,
        "clinic.prescribers": 1, "clinic.chairs_per_nurse": 2, "policy.usual_care": "from_referral",
        "economics.discount_costs": 1.0, "economics.discount_qalys": 0.5,
    },
    rows=[
        infusion(A, "induction", at(1, 12)),  # before the warm-up's end
        infusion(A, "induction", at(8, 9, 10), adverse=2),
        talk(B, "assessment", at(9, 10)),
        infusion(B, "induction", at(10, 16)),  # leaves half an hour after closing
        infusion(A, "booster", at(15, 9, 10)),
        infusion(B, "induction", at(15, 9, 20), 5, chair=2, route="intranasal"),  # ten later
        visit(C, "induction", arrived=at(16, 8), infusion_start=at(16, 8),
              infusion_end=at(16, 8), left=at(16, 8), route="sublingual", rated_before=9,
              adverse=-1, status="done"),  # at home
        visit(C, "evaluation", due=at(20), wished=at(20), booked=at(20, 12), status="no_show"),
        visit(D, "induction", arrived=at(17, 9), status="blocked"),
        visit(C, "rating", arrived=at(18), left=at(18), status="done"),
        visit(D, "assessment", due=at(27), wished=at(27), booked=at(27, 23), seated=at(27, 23, 30),
              arrived=at(27, 23, 15), prescriber=1, status="in_progress"),
    ],
)  # fmt: skip


def worth(money, day, hour=12, minute=0):
    """Discount: half as much a year later, counted from day 7."""
    return money * 0.5 ** ((day + (hour + minute / 60) / 24 - 7) / YEAR)


def noons(money, days):
    return sum(worth(money, day) for day in days)


SESSIONS = (
    worth(600, 8, 9, 50) + worth(600, 10, 16, 40) + worth(600, 15, 9, 50)  # at the infusions' ends
    + worth(750, 15, 10) + worth(150, 16, 8)
)  # fmt: skip
EVALUATIONS = worth(225, 9, 10)  # the other is not over
# A from the beginning, B from noon of day 8 (half of it), C from 13 h of day 9, D from day 10
A_DAY = 35 * 12 / YEAR
MEDICATION = (
    noons(A_DAY, range(7, 28)) + worth(A_DAY / 2, 8) + noons(A_DAY, range(9, 28))
    + worth(A_DAY * 11 / 24, 9) + noons(A_DAY, range(10, 28)) + noons(A_DAY, range(10, 28))
    + worth(10, 8, 9, 50)  # the treated episode
)  # fmt: skip
# A session takes 10 minutes of a nurse, half of her for 80, and 10 again: 60. On day 15 there are
# 120 in 110 minutes of one nurse (9:00-10:50), so of 240 in all she worked 230, 23 of 24.
NURSE = 41 * 23 / 24
STAFF = (
    worth(NURSE, 8, 9) + worth(NURSE, 10, 15, 50) + worth(NURSE, 15, 9) + worth(NURSE, 15, 9, 10)
    + worth(61 / 2, 9, 10) + worth(61 / 2, 27, 23, 30)
)  # fmt: skip
# A chair of 21 days for 7200 open minutes; from 15:50 until closing are 70, the others 110
CHAIR = 10_000 * 21 / YEAR / 7200
CHAIRS = CHAIR * (
    worth(110, 8, 9) + worth(70, 10, 15, 50) + worth(110, 15, 9) + worth(110, 15, 9, 10)
)  # fmt: skip
OVERTIME_EXTRA = worth(0.5 * 41 / 2, 10) + worth(0.5 * 61 / 2, 27)  # half an hour each
DRUG = (
    worth(30, 8, 9, 50) + worth(30, 10, 16, 40) + worth(30, 15, 9, 50) + worth(240, 15, 10)
    + worth(15, 16, 8)
)  # fmt: skip
MISSED = worth(15, 20)
IDLE = (
    noons(2 * 10_000 / YEAR, range(7, 28)) + noons(8 * (41 + 61), OPEN_DAYS)
    + worth(41 / 2, 10) + worth(61 / 2, 27)  # the usual wage of the overtime
    - CHAIRS - STAFF
)  # fmt: skip
# 37 minutes on the way, the time from arrival to leaving, and an hour of an escort; 10 for the fare
HOUR = 28.6
PATIENT_TIME = (
    worth(HOUR * (37 + 100 + 60) / 60 + 10, 8, 9)
    + worth(HOUR * (37 + 30) / 60 + 10, 9, 10)
    + worth(HOUR * (37 + 100 + 60) / 60 + 10, 10, 15, 50)
    + worth(HOUR * (37 + 100 + 60) / 60 + 10, 15, 9)
    + worth(HOUR * (37 + 105 + 60) / 60 + 10, 15, 9, 5)  # waited five minutes
    + worth(HOUR * 37 / 60 + 10, 17, 9)  # for nothing
    + worth(HOUR * (37 + 45) / 60 + 10, 27, 23, 15)  # to the horizon
)  # fmt: skip
# scores at noon, by patient and days
LIVED = {
    A: {16: (7, 8), 4: (9, 10, 11), 12: range(12, 28)},
    B: {12: (8, 9, 10), 6: range(11, 28)},
    C: {9: range(10, 28)},  # referred after noon of day 9
    D: {21: range(10, 28)},
}
ALONE = {
    A: {16: range(7, 20), 12: range(20, 28)},
    B: {12: range(8, 28)},
    C: {9: range(10, 28)},
    D: {21: range(10, 28)},
}
UTILITY = {4: 0.84, 6: 0.80, 9: 0.80, 12: 0.75, 16: 0.66, 21: 0.66}
LOST = {4: 0.0, 6: 0.07, 9: 0.07, 12: 0.09, 16: 0.13, 21: 0.13}


def over_days(scores, value, rate):
    """Sum what a score is worth over all noons of a table of scores by patient, by a loop."""
    total = 0.0
    for days_at in scores.values():
        for score, days in days_at.items():
            for day in days:
                total += value[score] * (1 + rate) ** (-(day + 0.5 - 7) / YEAR)
    return total


QALYS = over_days(LIVED, UTILITY, 0.5) / YEAR
UNTREATED = over_days(ALONE, UTILITY, 0.5) / YEAR
LOST_WORK = over_days(LIVED, LOST, 1.0) * 0.60 * 1143 / 7

PAYER = SESSIONS + EVALUATIONS + MEDICATION
COSTS = {
    f"{name}_cost_per_patient": total / 4
    for name, total in {
        "payer": PAYER,
        "sessions": SESSIONS,
        "evaluations": EVALUATIONS,
        "medication": MEDICATION,
        "provider": STAFF + CHAIRS + OVERTIME_EXTRA + DRUG + MISSED + IDLE,
        "staff": STAFF,
        "chairs": CHAIRS,
        "overtime_extra": OVERTIME_EXTRA,
        "drug": DRUG,
        "missed_visits": MISSED,
        "idle": IDLE,
        "societal": PAYER + LOST_WORK + PATIENT_TIME,
        "lost_work": LOST_WORK,
        "patient_time": PATIENT_TIME,
    }.items()
} | {
    "qalys_per_patient": QALYS / 4,
    "qalys_gained_per_patient": (QALYS - UNTREATED) / 4,
    "net_benefit_per_patient": (100_000 * (QALYS - UNTREATED) - PAYER) / 4,
}
