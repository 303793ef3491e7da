"""`ketasim --version`: what a report of a fault should name."""

from __future__ import annotations

import platform

import typer

from sim.cli.terminal import say


def print_versions(wanted: bool) -> None:
    """Print the version, Python's, and those of the packages that results may depend on; end."""
    if not wanted:
        return
    from sim.compiled import build
    from sim.experiment.versions import versions

    found = versions()
    say(f"ketasim {found.pop('ketasim')}, {build()}")
    say(f"Python {found.pop('python')}, {platform.system()} {platform.machine()}")
    say(", ".join(f"{name} {version}" for name, version in found.items()))
    raise typer.Exit
