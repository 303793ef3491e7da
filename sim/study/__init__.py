"""Scenarios side by side: paired differences, curves, crossed studies, an oracle."""
