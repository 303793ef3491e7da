"""`python -m sim` is the command `ketasim`."""

from sim.cli.commands import main

if __name__ == "__main__":
    main()
