"""All figures of a capacity answer, drawn and stored without touching pyplot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.analysis.buildup import BuildUp
from sim.analysis.capacity import CapacityAnswer
from sim.figures import style
from sim.figures.buildup import build_up
from sim.figures.capacity_answer import capacity_answer, mix
from sim.figures.chair_plan import chair_plan
from sim.figures.gallery import save
from sim.model.replication import replicate


def draw_all(answer: CapacityAnswer, filling: BuildUp | None, folder: Path) -> list[Path]:
    """Draw the answer, the build-up and a week of the chair plan as PNG files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with style.detached():
        return [save(drawn, folder / f"{name}.png") for name, drawn in _drawn(answer, filling)]


def _drawn(answer: CapacityAnswer, filling: BuildUp | None) -> Iterator[tuple[str, Any]]:
    one = len(answer.varied) == 1
    yield ("capacity", capacity_answer(answer)) if one else ("mix", mix(answer))
    if filling is not None:
        yield "build_up", build_up(filling)
    shown = answer.otherwise or answer
    point = shown.passing or shown.failing
    if point is not None:
        scenario = shown.tried(point).scenario
        yield "chair_plan", chair_plan(replicate(scenario, answer.manifest["seed"]))
