"""How sure we are: arrays in, numbers out."""
