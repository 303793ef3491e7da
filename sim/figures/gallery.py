"""All figures that make sense for a study, drawn and stored without touching pyplot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from sim.experiment.results import Results
from sim.figures import style
from sim.figures.chairs import chair_places, closed_loop, utilisation_and_waits, weekly
from sim.figures.comparison import forest, headline, tradeoff
from sim.figures.courses import mean_scores, patients

_Draw = Callable[[Results], Any]
Fits = Callable[[Results], bool]
Each = Callable[[str], AbstractContextManager[object]]
"""Given the name of a figure, the context in which it is drawn."""


def has_courses(results: Results) -> bool:
    """Tell whether there are mean courses to draw."""
    return not results.courses.empty


def has_weeks(results: Results) -> bool:
    """Tell whether there are weekly curves of the clinic to draw."""
    return not results.weeks.empty


def compares(results: Results) -> bool:
    """Tell whether several scenarios stand against a reference on some headline measure."""
    return results.reference is not None and len(results.names) > 1 and bool(headline(results))


def trades(results: Results) -> bool:
    """Tell whether several scenarios have both a price in infusions and a gain in days."""
    found = set(results.metrics["measure"])
    gains = {"days_below_10", "days_in_response"}
    return len(results.names) > 1 and "infusions_per_patient" in found and bool(gains & found)


def varies_chairs(results: Results) -> bool:
    """Tell whether the scenarios differ in their number of chairs."""
    return len(chair_places(results)) > 1


FIGURES: dict[str, tuple[_Draw, Fits]] = {
    "mean_scores": (mean_scores, has_courses),
    "tradeoff": (tradeoff, trades),
    "forest": (forest, compares),
    "patients": (patients, has_courses),
    "weekly": (weekly, has_weeks),
    "utilisation_and_waits": (utilisation_and_waits, varies_chairs),
    "closed_loop": (closed_loop, varies_chairs),
}


def draw_all(results: Results, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw every figure that these results have something for, as PNG files in a folder.

    The folder is made when it does not exist. The user's matplotlib backend and open figures stay
    as they are. Each figure is drawn in the context that `each` gives for its name, which may
    let the others be drawn when it fails.
    """
    found = {
        name: partial(draw, results) for name, (draw, fits) in FIGURES.items() if fits(results)
    }
    return save_all(found, folder, each)


def save_all(figures: Mapping[str, Callable[[], Any]], folder: Path, each: Each) -> list[Path]:
    """Draw figures by name and save them as PNG files; give those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    saved: list[Path] = []
    with style.detached():
        for name, draw in figures.items():
            with each(name):
                saved.append(save(draw(), folder / f"{name}.png"))
    return saved


def save(drawn: Any, path: Path) -> Path:
    """Save the figure that drawn axes belong to as a PNG; its folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure = np.ravel(drawn)[0].get_figure(root=True)
    assert isinstance(figure, Figure)
    return style.write_png(figure, path)
