"""How many infusions, how often, and what shifts it."""
