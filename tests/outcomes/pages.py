"""Two pages of a clinic's record, and every measure of them worked out by hand.

FOUR_WEEKS counts from day 7 (warm-up) to day 28, three weeks; means of waits are restricted to a
quarter of these 21 days, 5.25. Noons that count, by patient (from referral, discharged or not):
A 21, B 20, C 19, D 18, E 2, F 8, G 15, H 21, K 21, J 21, together 166.
"""

from math import inf

from handwritten import Page, at, infusion, talk, visit

A, B, C, D, E, F, G, H, K, J = range(10)
YEAR = 365.25

FOUR_WEEKS = Page(
    referred=[at(day) for day in (1, 8, 9, 10, 26, 20, 13, 1, 1, 1)],
    baseline={B: 9},
    untreated={C: 9.0},
    relief={A: [(5, 0.5), (20, 0.25)], F: [(21, 0.75)], G: [(18, 0.4)], H: [(2, 0.6), (4, 0.2)]},
    changes={"run.days": 28, "run.warmup_days": 7},
    rows=[
        # A in maintenance; the booster due on day 5 is before the warm-up's end, its infusion not
        infusion(A, "induction", at(3, 12)),
        talk(A, "evaluation", at(6, 12), rated=9),
        infusion(A, "booster", at(8, 12), 10, due=at(5), wished=at(5), latest=at(9),
                 ordered=at(4), interval_days=28),
        infusion(A, "booster", at(10, 12), 20, due=at(8, 9), wished=at(8, 9), latest=at(9, 23),
                 rated_before=8, adverse=1, interval_days=28),  # two days late, after its window
        visit(A, "rating", arrived=at(12), left=at(12), booked=at(12), status="done"),
        visit(A, "booster", due=at(15), wished=at(15), booked=at(15, 10), status="no_show",
              interval_days=28),
        infusion(A, "booster", at(17, 12), due=at(15), wished=at(17), latest=at(17, 11, 50),
                 adverse=2, interval_days=28),  # came in the last minute of its window
        visit(A, "booster", due=at(27, 10), wished=at(27, 10), booked=at(27, 16), status="ahead",
              interval_days=14),
        # B missed the first infusion, and did not want another for two and a half days
        talk(B, "assessment", at(9, 12)),
        visit(B, "induction", due=at(10), wished=at(10), booked=at(11, 12), status="no_show"),
        infusion(B, "induction", at(15, 12), 40, due=at(10), wished=at(14), latest=at(10),
                 rated_before=9, adverse=-1),
        talk(B, "evaluation", at(21, 12), rated=5),
        # C ran out of patience, D missed a visit for good, E waits
        visit(C, "induction", due=at(10), wished=at(10), booked=at(14), status="cancelled"),
        visit(D, "assessment", due=at(11), wished=at(11), booked=at(12, 12), status="no_show"),
        visit(E, "assessment", due=at(27), wished=at(27), booked=at(29), status="ahead"),
        infusion(F, "induction", at(21, 12), latest=at(20)),
        talk(F, "evaluation", at(26, 12), rated=4),
        # G is extended after the first evaluation
        infusion(G, "induction", at(17, 12), 5),
        infusion(G, "induction", at(19, 12), 15),
        talk(G, "evaluation", at(22, 12), rated=12),
        infusion(G, "induction", at(23, 12), 15, route="sublingual"),
        talk(G, "evaluation", at(24, 12), rated=8),
        # H comes a day early, and then has stopped; K stops before the day offered
        infusion(H, "induction", at(4, 12)),
        infusion(H, "booster", at(19, 12), 30, due=at(20, 12), wished=at(20, 12), ordered=at(5),
                 rated_before=8, interval_days=28),
        visit(H, "booster", due=at(22), wished=at(22), booked=at(25), status="no_show",
              interval_days=84),
        visit(K, "booster", due=at(13), wished=at(13), booked=at(18), ordered=at(9),
              status="cancelled", interval_days=28),
        visit(J, "booster", due=at(3), wished=at(3), booked=at(5), ordered=at(2),
              status="no_show", interval_days=84),
    ],
    discharges=[
        (J, at(5), "stopped maintenance"),
        (C, at(12), "left the waiting list"),
        (D, at(12, 12), "lost to follow-up"),
        (K, at(16), "stopped maintenance"),
        (H, at(25), "stopped maintenance"),
        (F, at(27), "withdrew"),
    ],
    appointments=[  # patient, kind, start, minutes, overbooked, made, ended, end
        (G, "induction", at(19), 105, 0, at(13), at(5), "moved"),
        (G, "induction", at(19), 105, 0, at(13), at(12), "moved"),
        (G, "induction", at(23), 105, 0, at(13), at(20), "moved"),
        (C, "induction", at(14), 105, 0, at(10), at(13), "cancelled"),
    ],
)  # fmt: skip

CLINICAL = {
    # below 10: A at 8 on days 7-19 (13), C at 9 (19), F at 4 on days 21-27 (7), G at 9.6 on days
    # 18-27 (10); in response: A 13 and F 7; untreated: C alone
    "days_below_10": 49 * YEAR / 166,
    "days_below_10_untreated": 19 * YEAR / 166,
    "days_in_response": 20 * YEAR / 166,
    "infusions_per_patient": 9 / 10,  # those of days 3 and 4 are before the warm-up's end
    "infusions_per_patient_year": 9 * YEAR / 166,
    # newest evaluations: B 5 of 9, F 4 of 16, G 8 of 16; 5 is not below 5
    "response_after_induction": 2 / 3,
    "remission_after_induction": 1 / 3,
    "infusions_to_response": (2 + 1 + 3 + 1) / 4,  # A, F, G, H
    # A on day 20 after 13 days that count, F not in 7; H's relapse on day 4 is before
    "relapses_per_responder_year": YEAR / 20,
    # B, C, D, G not within 5.25 days, F at the second noon; E was not followed that long
    "days_to_relief": (4 * 5.25 + 1) / 5,
    # A 13 x 8 + 8 x 12, C 19 x 9, F 16 + 7 x 4, G 5 x 16 + 10 x 9.6, H 21 x 12.8, 82 others at 16
    "mean_gad7": (200 + 171 + 44 + 176 + 268.8 + 82 * 16) / 166,
    "gad7_points_saved": (147 * 16 + 171 - 2171.8) / 166,
    # from day 7 on: A 21 days, H to day 25, K from day 9 to 16, J had left; four were given
    "boosters_per_maintenance_year": 4 / ((21 + 18 + 7) / YEAR),
    "booster_interval_days": 56.0,  # of 14, 28, 84, 84; their mean is 52.5
    "at_shortest_interval_share": 1 / 4,
    "at_longest_interval_share": 2 / 4,
    "started_share": 3 / 6,
    "withdrew_share": 1 / 5,  # F, of A, B, F, G, H
    "stopped_share": 2 / 4,  # H and K, of A, H, K, J
    "referred": 6.0,
}
SERVICE = {
    # by the calendar F 1.5, G 4.5, B 7.5 days; D left at 2.5, C at 3; E waits since 2 days:
    #   t    at risk  still waiting  F
    #   1.5     6          1         1/6
    #   2.5     4         5/6        1/6     D
    #   3       3         5/8        1/6     C
    #   4.5     2         5/12       1/6 + 5/24 = 3/8
    #   7.5     1         5/24       3/8 + 5/24 = 7/12
    "wait_first_infusion_days": (1.5 + 4.5 + 3 * 5.25) / 5,  # all but E could be watched so long
    "wait_first_infusion_days_p50": 7.5,
    "wait_first_infusion_days_p90": inf,
    "started_within_14_days": 2 / 4,  # B and G, of B, C, D, G
    # on the clinic's clock B 5 days, and D is censored at 2.5; without E:
    #   1.5     5          1         1/5
    #   3       3         4/5        1/5     C
    #   4.5     2         8/15       1/5 + 4/15 = 7/15
    #   5       1         4/15       7/15 + 4/15 = 11/15
    "clinic_wait_first_infusion_days": 1.5 + 3 * 4 / 5 + 0.5 * 8 / 15 + 0.25 * 4 / 15,
    "clinic_wait_first_infusion_days_p50": 5.0,  # with E F reaches 1/6 + 5/18 + 5/18 = 13/18
    "clinic_wait_first_infusion_days_p90": inf,
    # A 2 days late and 0 (after the missed one), H 0, K left after 3, H missed one after 3, A's
    # last is due on the last day: F(2) = 2/6 + 4/6 * 1/3 = 5/9
    "booster_delay_days": (2 + 0 + 0 + 5.25) / 4,  # those due 5.25 days before the end: not H's
    "booster_delay_days_p95": inf,
    "boosters_late_share": 1 / 4,  # K's
    "wait_in_clinic_minutes": (10 + 20 + 0 + 40 + 0 + 5 + 15 + 15 + 30) / 9,
    "wait_in_clinic_minutes_p95": 36.0,  # between the last two of 0 0 5 10 15 15 20 30 40
    "visits_per_week": (9 + 1 + 4) / 3,  # infusions, assessment, evaluations
    "infusions_per_week": 9 / 3,
    "inductions_completed": 3.0,  # G counts once
    "census_mean": (21 + 20 + 3 + 2.5 + 2 + 7 + 15 + 18 + 9) / 21,  # J had left
    "census_at_end": 4.0,  # A, B, E, G
    "waiting_at_end": 1.0,  # E
    "in_maintenance_mean": (21 + 18 + 7) / 21,  # A, H until day 25, K from day 9 to 16
    "adverse_events_per_100_infusions": 100 * 2 / 8,  # B's monitoring has not ended
    "adverse_events_treated_per_100_infusions": 100 * 1 / 8,
    "gap_violations_share": 1 / 6,  # A's of day 10; first infusions have no gap
}
ATTENDANCE = {
    # 20 appointments of days 7-27 have come to their end, the remote rating is none
    "no_show_share": 4 / 20,  # A, B, D, H
    "cancelled_share": 2 / 20,  # C, K
    "lost_to_follow_up_share": 1 / 6,
    "left_waiting_list_share": 1 / 6,
    "induction_span_days": (2 + 0 + 0) / 3,  # G before the first evaluation; B and F had one
    "appointments_moved_per_week": 2 / 3,
}
CHARGED = {
    "charged_per_patient": (8 * 600 + 150 + 5 * 225) / 10,
}

A_YEAR = Page(  # of 400 days; starters can be followed for 182 of them up to day 218
    referred=[0] * 6,
    changes={"run.days": 400, "run.warmup_days": 7},
    rows=[
        *(infusion(A, "induction", at(10 + 3 * nth, 12)) for nth in range(6)),
        infusion(A, "booster", at(50, 12)),
        infusion(A, "booster", at(80, 12)),  # A's eighth, 70 days after the first
        *(infusion(B, "induction", at(20 + 7 * nth, 12)) for nth in range(8)),  # 49 days
        infusion(C, "induction", at(30, 12)),
        infusion(C, "induction", at(212, 12)),  # 182 days later to the minute: the last that counts
        infusion(D, "induction", at(40, 12)),
        infusion(D, "induction", at(222, 12, 1)),  # a minute too late: has stopped
        *(infusion(E, "induction", at(218, 0, 1) + nth) for nth in range(8)),  # followed too short
        *(infusion(F, "induction", at(6 + nth, 12)) for nth in range(8)),  # began in the warm-up
    ],
)  # fmt: skip
COMPLETION = {  # of A, B, C, D
    "stopped_after_first_share": 1 / 4,
    "finished_six_share": 2 / 4,
    "reached_eighth_share": 2 / 4,
    "days_to_eighth_infusion": (70 + 49) / 2,
}
