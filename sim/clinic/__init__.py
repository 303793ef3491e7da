"""Where it happens: hours, appointments, chairs, staff and sessions."""
