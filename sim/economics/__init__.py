"""What it is worth: costs against QALYs, which scenario to choose, and what knowing more is for."""
