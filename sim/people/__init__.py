"""Who is treated: patients as a table, drawn before the first event."""
