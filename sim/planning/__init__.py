"""How many chairs: capacity searched for, with its sentence, tables and circumstances."""
