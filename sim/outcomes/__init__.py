"""What is measured: readings of the record."""
