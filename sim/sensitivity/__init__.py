"""Which parameters an answer rests on, and on which assumptions and pairs of values."""
