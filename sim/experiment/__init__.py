"""What is run: replications in parallel, and the folder they leave."""
