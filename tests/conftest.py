"""What all tests share: no clock, as a slow machine is no fault of ours; and a command line."""

import sys

import pytest
from hypothesis import HealthCheck, settings

from sim.cli import main

STEADY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", derandomize=True, **STEADY)
settings.register_profile("sweep", derandomize=False, database=None, **STEADY)  # make sweep
settings.load_profile("steady")


@pytest.fixture
def ketasim(monkeypatch, capsys):
    """Give what runs a command as its own program: status and what it said."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["ketasim", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return stopped.value.code or 0, told.out, told.err

    return call
