"""What health and lost work are worth."""
