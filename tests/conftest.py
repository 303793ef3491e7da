"""What all tests share: no clock, as a slow machine is no fault of ours; and a command line."""

import sys

import pytest
from hypothesis import HealthCheck, settings

from sim.cli import main

STEADY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", derandomize=True, **STEADY)
settings.register_profile("sweep", derandomize=False, database=None, **STEADY)  # make sweep
settings.load_profile("steady")


LONGEST = (  # files by processor time, from a minute down to ten seconds
    "test_plain_twin.py",
    "test_calibration.py",
    "test_killed.py",
    "test_closed_loop.py",
    "test_notebooks.py",
    "test_cli.py",
    "test_nothing_is_lost.py",
    "test_textbook_queues.py",
    "test_capacity.py",
    "test_howto_capacity.py",
    "test_scenarios.py",
    "test_oracle.py",
    "test_cli_dose_count.py",
    "test_random_clinics.py",
    "test_figure_gallery.py",
    "test_any_name_and_encoding.py",
    "test_story.py",
    "test_every_kind.py",
    "test_dose_count.py",
)


def pytest_collection_modifyitems(items):
    """Begin with what takes longest: a long file that is begun last leaves the others idle."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


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
