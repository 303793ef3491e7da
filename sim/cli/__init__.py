"""The command line: reads files, runs, writes a folder, and prints; it computes nothing itself."""

from sim.cli.commands import main

__all__ = ["main"]
