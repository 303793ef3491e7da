"""What is concluded: paired comparison and known answers."""
