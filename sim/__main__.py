"""`python -m sim` is the command `ketasim`."""

from sim.cli import program

if __name__ == "__main__":
    program()
