"""Tables of people: read, checked and written."""
