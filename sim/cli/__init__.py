"""The command line: reads files, runs, writes a folder, and prints; it computes nothing itself."""


def main() -> None:
    """Run the command; a signal is met from here on, before anything else is imported."""
    from sim.cli import signals

    try:
        with signals.handled():
            from sim.cli.commands import command_line

            command_line()
    except KeyboardInterrupt:
        signals.stop(f"{signals.interrupted()}; {signals.NOTHING}", signals.status())


def program() -> None:
    """Run the command as a program of its own, which no signal troubles once it has ended."""
    from sim.cli import signals

    try:
        main()
    finally:
        signals.ignore()


__all__ = ["main", "program"]
