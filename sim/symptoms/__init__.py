"""What the patient lives with: relief in closed form between infusions."""
