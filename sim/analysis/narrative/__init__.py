"""The parts of a patient's story: the course as read from the record, and words for it."""
