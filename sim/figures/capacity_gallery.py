"""All figures of a capacity answer, drawn and stored without touching pyplot."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sim.analysis.buildup import BuildUp
from sim.analysis.capacity import CapacityAnswer
from sim.figures.buildup import build_up
from sim.figures.capacity_answer import capacity_answer, mix
from sim.figures.chair_plan import chair_plan
from sim.figures.gallery import Each, save_all
from sim.model.replication import replicate


def draw_all(
    answer: CapacityAnswer, filling: BuildUp | None, folder: Path, each: Each = nullcontext
) -> list[Path]:
    """Draw the answer, the build-up and a week of the chair plan as PNG files in a folder."""
    found = draw_answer(answer, folder, each)
    return found if filling is None else [*found, *draw_build_up(filling, folder, each)]


def draw_answer(answer: CapacityAnswer, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw the answer and a week of the chair plan with the value found."""
    figures: dict[str, Callable[[], Any]] = (
        {"capacity": partial(capacity_answer, answer)}
        if len(answer.varied) == 1
        else {"mix": partial(mix, answer)}
    )
    shown = answer.otherwise or answer
    if (point := shown.passing or shown.failing) is not None:
        scenario, seed = shown.tried(point).scenario, answer.manifest["seed"]
        figures["chair_plan"] = lambda: chair_plan(replicate(scenario, seed))
    return save_all(figures, folder, each)


def draw_build_up(filling: BuildUp, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw how a new clinic fills."""
    return save_all({"build_up": partial(build_up, filling)}, folder, each)
