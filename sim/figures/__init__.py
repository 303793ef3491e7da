"""Figures of results: tidy tables in, matplotlib axes out. The only package that has matplotlib."""

from sim.figures import doses
from sim.figures.by_group import subgroup_forest
from sim.figures.capacity_worth import best_by_capacity, capacity_worth
from sim.figures.caseload import caseload
from sim.figures.chairs import by_chairs, closed_loop, utilisation_and_waits
from sim.figures.chance import uncertainty
from sim.figures.choices import behind_the_best, pareto_front
from sim.figures.comparison import against_infusions, differences, forest, tradeoff
from sim.figures.cost_bars import budget_by_year, costs_by_item, worth_of_knowing
from sim.figures.courses import mean_scores, patients
from sim.figures.economics import acceptability_curves, efficient_line, plane
from sim.figures.evidence import validation
from sim.figures.gallery import draw_all, save
from sim.figures.main_effects import main_effects
from sim.figures.otherwise import alternatives_forest, two_way_map
from sim.figures.pathways import pathways
from sim.figures.planning import capacity_answer, mix
from sim.figures.policies import curves, policy_capacity, prediction, side_by_side
from sim.figures.relapses import relapse_free
from sim.figures.sensitivity import indices, screening, tornado
from sim.figures.warm_up import warm_up
from sim.figures.weeks import build_up, chair_plan

__all__ = [
    "acceptability_curves",
    "against_infusions",
    "alternatives_forest",
    "behind_the_best",
    "best_by_capacity",
    "budget_by_year",
    "build_up",
    "by_chairs",
    "capacity_answer",
    "capacity_worth",
    "caseload",
    "chair_plan",
    "closed_loop",
    "costs_by_item",
    "curves",
    "differences",
    "doses",
    "draw_all",
    "efficient_line",
    "forest",
    "indices",
    "main_effects",
    "mean_scores",
    "mix",
    "pareto_front",
    "pathways",
    "patients",
    "plane",
    "policy_capacity",
    "prediction",
    "relapse_free",
    "save",
    "screening",
    "side_by_side",
    "subgroup_forest",
    "tornado",
    "tradeoff",
    "two_way_map",
    "uncertainty",
    "utilisation_and_waits",
    "validation",
    "warm_up",
    "worth_of_knowing",
]
