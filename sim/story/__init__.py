"""What happened to one patient, and why, in words."""
