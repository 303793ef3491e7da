"""Figures of results: tidy tables in, matplotlib axes out. The only package that has matplotlib."""

from sim.figures.buildup import build_up
from sim.figures.capacity import by_chairs, closed_loop, utilisation_and_waits, weekly
from sim.figures.capacity_answer import capacity_answer, mix
from sim.figures.chair_plan import chair_plan
from sim.figures.comparison import against_infusions, differences, forest, tradeoff
from sim.figures.courses import mean_scores, patients
from sim.figures.crossed import policy_capacity
from sim.figures.frontier import curves
from sim.figures.gallery import draw_all, save
from sim.figures.prediction import prediction
from sim.figures.side_by_side import side_by_side

__all__ = [
    "against_infusions",
    "build_up",
    "by_chairs",
    "capacity_answer",
    "chair_plan",
    "closed_loop",
    "curves",
    "differences",
    "draw_all",
    "forest",
    "mean_scores",
    "mix",
    "patients",
    "policy_capacity",
    "prediction",
    "save",
    "side_by_side",
    "tradeoff",
    "utilisation_and_waits",
    "weekly",
]
