"""What can be said against a scenario before it is run: sentences printed above its results."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sim.model.calendar_in_words import in_words
from sim.model.scenario import Scenario

WHOLE = 60  # days of a calendar year in a run, from which on its holidays are missed


def known_before(scenario: Scenario) -> list[str]:
    """List the cautions that follow from the scenario alone, each a sentence or two."""
    return [*_holidays_of_another_year(scenario)]


def _holidays_of_another_year(scenario: Scenario) -> list[str]:
    """Name the years that the run covers and the list of holidays does not."""
    listed = {day.year for day in scenario.clinic.all_holidays()}
    if not listed:
        return []
    first, days = scenario.run.start_date, scenario.run.days
    covered = Counter((first + timedelta(days=day)).year for day in range(days))
    missing = [year for year, count in covered.items() if count >= min(WHOLE, days)]
    missing = [year for year in missing if year not in listed]
    if not missing:
        return []
    last = first + timedelta(days=days - 1)
    return [
        f"The holidays are of {_years(sorted(listed))}, and the run goes from {in_words(first)} to "
        f"{in_words(last)}: it has no holidays in {_years(missing)}. Add them to clinic.holidays "
        "or clinic.holidays_file, or start the run in another year."
    ]


def _years(years: list[int]) -> str:
    """Say years, those that follow one another as from-to."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
