"""What happened, as events: for other programs, for planners' spreadsheets and to be watched."""
