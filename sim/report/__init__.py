"""What a scenario assumes, in words."""
