"""ketasim: cohorts of people treated with ketamine for severe anxiety, in limited clinics."""
