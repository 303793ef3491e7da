"""What the tests of capacity answers share: a time so short that an answer takes a second."""

FIRST_DAYS = {"when": "first-year", "days": 60, "jobs": 1}
WAIT = "p90(clinic_wait_first_infusion_days) <= 10"
