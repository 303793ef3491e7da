"""What is ordered: pure functions from the chart to the next order."""
