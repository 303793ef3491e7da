"""Published results beside the model's: targets, calibration, validation, known answers."""
