"""ketasim: cohorts of people treated with ketamine for severe anxiety, in limited clinics.

The names below are the public interface; each is imported when it is first used, so that
`import sim` and the command line start at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim import figures as figures
    from sim.config.errors import ScenarioError as ScenarioError
    from sim.doses.dose_count import dose_count as dose_count
    from sim.doses.sentences import dose_sentences as dose_sentences
    from sim.economics.cost_effectiveness import CostEffectiveness as CostEffectiveness
    from sim.economics.cost_effectiveness import cost_effectiveness as cost_effectiveness
    from sim.economics.economic_words import economic_sentences as economic_sentences
    from sim.events.event_log import events_of as events_of
    from sim.evidence.model_validation import validate as validate
    from sim.experiment.design import read_study as read_study
    from sim.experiment.enough import until as until
    from sim.experiment.results import Results as Results
    from sim.experiment.runner import run as run
    from sim.experiment.store import read_results as read_results
    from sim.experiment.store import write_results as write_results
    from sim.experiment.uncertainty import propagate as propagate
    from sim.experiment.workers import Workers as Workers
    from sim.model.replication import Replication as Replication
    from sim.model.replication import replicate as replicate
    from sim.model.scenario import Scenario as Scenario
    from sim.model.scenario import read_scenario as read_scenario
    from sim.outcomes.measures import Measure as Measure
    from sim.outcomes.reading import Reading as Reading
    from sim.page.one_page import write_report as write_report
    from sim.planning.answer import CapacityAnswer as CapacityAnswer
    from sim.planning.answer import capacity as capacity
    from sim.planning.policy_by_capacity import policy_by_capacity as policy_by_capacity
    from sim.planning.worth_of_capacity import worth_of_capacity as worth_of_capacity
    from sim.policy.chart import Chart as Chart
    from sim.policy.chart import Visit as Visit
    from sim.policy.orders import Discharge as Discharge
    from sim.policy.orders import Gap as Gap
    from sim.policy.orders import Order as Order
    from sim.policy.orders import Prescription as Prescription
    from sim.policy.regimen import Phase as Phase
    from sim.sensitivity.answered import what_matters as what_matters
    from sim.story.tell import explained as explained
    from sim.story.tell import tell as tell
    from sim.study.by_factor import by_factor as by_factor
    from sim.study.by_factor import with_factors as with_factors
    from sim.study.controlled import controlled as controlled
    from sim.study.crossed import crossed as crossed
    from sim.study.frontier import frontier as frontier
    from sim.study.needed import replications_needed as replications_needed
    from sim.study.oracle import Oracle as Oracle
    from sim.study.oracle import foreseen as foreseen
    from sim.study.paired import compare as compare
    from sim.study.pareto import pareto as pareto
    from sim.study.ranking import best as best

__version__ = "0.1.0"

_HOMES = {
    "CapacityAnswer": "sim.planning.answer",
    "Chart": "sim.policy.chart",
    "CostEffectiveness": "sim.economics.cost_effectiveness",
    "Discharge": "sim.policy.orders",
    "Gap": "sim.policy.orders",
    "Measure": "sim.outcomes.measures",
    "Oracle": "sim.study.oracle",
    "Order": "sim.policy.orders",
    "Phase": "sim.policy.regimen",
    "Prescription": "sim.policy.orders",
    "Reading": "sim.outcomes.reading",
    "Replication": "sim.model.replication",
    "Results": "sim.experiment.results",
    "Scenario": "sim.model.scenario",
    "ScenarioError": "sim.config.errors",
    "Visit": "sim.policy.chart",
    "Workers": "sim.experiment.workers",
    "best": "sim.study.ranking",
    "by_factor": "sim.study.by_factor",
    "capacity": "sim.planning.answer",
    "compare": "sim.study.paired",
    "controlled": "sim.study.controlled",
    "cost_effectiveness": "sim.economics.cost_effectiveness",
    "crossed": "sim.study.crossed",
    "dose_count": "sim.doses.dose_count",
    "dose_sentences": "sim.doses.sentences",
    "economic_sentences": "sim.economics.economic_words",
    "events_of": "sim.events.event_log",
    "explained": "sim.story.tell",
    "foreseen": "sim.study.oracle",
    "frontier": "sim.study.frontier",
    "pareto": "sim.study.pareto",
    "policy_by_capacity": "sim.planning.policy_by_capacity",
    "propagate": "sim.experiment.uncertainty",
    "read_results": "sim.experiment.store",
    "read_scenario": "sim.model.scenario",
    "read_study": "sim.experiment.design",
    "replicate": "sim.model.replication",
    "replications_needed": "sim.study.needed",
    "run": "sim.experiment.runner",
    "tell": "sim.story.tell",
    "until": "sim.experiment.enough",
    "validate": "sim.evidence.model_validation",
    "what_matters": "sim.sensitivity.answered",
    "with_factors": "sim.study.by_factor",
    "worth_of_capacity": "sim.planning.worth_of_capacity",
    "write_report": "sim.page.one_page",
    "write_results": "sim.experiment.store",
}

__all__ = ["__version__", "figures", *_HOMES]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name == "figures":
        return import_module("sim.figures")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
