"""ketasim: cohorts of people treated with ketamine for severe anxiety, in limited clinics.

The names below are the public interface; each is imported when it is first used, so that
`import sim` and the command line start at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim import figures as figures
    from sim.analysis.capacity import CapacityAnswer as CapacityAnswer
    from sim.analysis.capacity import capacity as capacity
    from sim.analysis.comparison import compare as compare
    from sim.analysis.story import explained as explained
    from sim.analysis.story import tell as tell
    from sim.analysis.validation import validate as validate
    from sim.config.errors import ScenarioError as ScenarioError
    from sim.experiment.design import read_study as read_study
    from sim.experiment.results import Results as Results
    from sim.experiment.runner import run as run
    from sim.experiment.store import read_results as read_results
    from sim.experiment.store import write as write_results  # noqa: F401
    from sim.experiment.uncertainty import propagate as propagate
    from sim.model.replication import Replication as Replication
    from sim.model.replication import replicate as replicate
    from sim.model.scenario import Scenario as Scenario
    from sim.model.scenario import read_scenario as read_scenario
    from sim.outcomes.measures import Measure as Measure
    from sim.outcomes.reading import Reading as Reading
    from sim.policy.chart import Chart as Chart
    from sim.policy.chart import Visit as Visit
    from sim.policy.orders import Discharge as Discharge
    from sim.policy.orders import Gap as Gap
    from sim.policy.orders import Order as Order
    from sim.policy.orders import Prescription as Prescription
    from sim.policy.regimen import Phase as Phase

__version__ = "0.1.0"

_HOMES = {
    "CapacityAnswer": "sim.analysis.capacity",
    "Chart": "sim.policy.chart",
    "Discharge": "sim.policy.orders",
    "Gap": "sim.policy.orders",
    "Measure": "sim.outcomes.measures",
    "Order": "sim.policy.orders",
    "Phase": "sim.policy.regimen",
    "Prescription": "sim.policy.orders",
    "Reading": "sim.outcomes.reading",
    "Replication": "sim.model.replication",
    "Results": "sim.experiment.results",
    "Scenario": "sim.model.scenario",
    "ScenarioError": "sim.config.errors",
    "Visit": "sim.policy.chart",
    "capacity": "sim.analysis.capacity",
    "compare": "sim.analysis.comparison",
    "explained": "sim.analysis.story",
    "propagate": "sim.experiment.uncertainty",
    "read_results": "sim.experiment.store",
    "read_scenario": "sim.model.scenario",
    "read_study": "sim.experiment.design",
    "replicate": "sim.model.replication",
    "run": "sim.experiment.runner",
    "tell": "sim.analysis.story",
    "validate": "sim.analysis.validation",
    "write_results": "sim.experiment.store",
}
_NAMED_THERE = {"write_results": "write"}

__all__ = ["__version__", "figures", *_HOMES]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name == "figures":
        return import_module("sim.figures")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), _NAMED_THERE.get(name, name))
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
