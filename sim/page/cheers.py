"""CHEERS 2022, the reporting standard of economic evaluations, as far as a folder can answer it.

The names of its 28 items (Husereau and others 2022, doi 10.1136/bmj-2021-067975); what each asks is
written there. What only the author can say is marked so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.figures.style import spoken
from sim.page.content import ReadFolder, TextTable

ITEMS = (
    "Title", "Abstract", "Background and objectives", "Health economic analysis plan",
    "Study population", "Setting and location", "Comparators", "Perspective", "Time horizon",
    "Discount rate", "Selection of outcomes", "Measurement of outcomes", "Valuation of outcomes",
    "Measurement and valuation of resources and costs", "Currency, price date, and conversion",
    "Rationale and description of model", "Analytics and assumptions",
    "Characterising heterogeneity", "Characterising distributional effects",
    "Characterising uncertainty",
    "Approach to engagement with patients and others affected by the study", "Study parameters",
    "Summary of main results", "Effect of uncertainty",
    "Effect of engagement with patients and others affected by the study",
    "Study findings, limitations, generalisability, and current knowledge",
    "Source of funding", "Conflicts of interest",
)  # fmt: skip
"""The names of the items in their order, 1 to 28."""
AUTHOR = "For the author to say"
_MOST_NAMED = 12
_HEADING = "CHEERS 2022: what the program knows of the 28 items"


def cheers(told: ReadFolder) -> TextTable:
    """Answer each item from the manifest, or mark it as the author's."""
    known = _known(told.manifest)
    rows = [
        [f"{place}. {name}", known.get(place, f"{AUTHOR}.")]
        for place, name in enumerate(ITEMS, start=1)
    ]
    return TextTable(_HEADING, ["item", "answer"], rows)


def _known(manifest: Mapping[str, Any]) -> dict[int, str]:
    described: Mapping[str, Any] = manifest["scenarios"]
    names = [spoken(str(name)) for name in described]
    reference = manifest.get("reference")
    first = str(reference) if reference in described else next(iter(described))
    resolved = described[first]["resolved"]
    run, terms, people = resolved["run"], resolved["economics"], resolved["population"]
    perspective = str(manifest["perspective"])
    draws, each = manifest["draws"], manifest["replications"]
    listed = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    money = f"{terms['currency']}, prices of {terms['price_year']}"
    warm = run.get("warmup_days") or 0
    return {
        1: f"{AUTHOR}; this is a cost-utility analysis by simulation of {listed}{more}.",
        2: f"{AUTHOR}; its numbers stand under Answer.",
        5: f"Simulated people: {_population(people)}. Traits and how they are drawn stand under "
        "Assumptions.",
        6: "A clinic of limited capacity that gives ketamine; chairs, staff and opening hours "
        f"stand under Assumptions. Country and health service: {AUTHOR.lower()}.",
        7: f"{listed}{more}" + (f"; compared with {spoken(str(reference))}" if reference else "")
        + f". In what they differ stands under Assumptions; why these: {AUTHOR.lower()}.",
        8: f"{perspective.capitalize()}. The costs of all three perspectives stand in "
        f"cost_items.csv. Why this one: {AUTHOR.lower()}.",
        9: f"{run['days']} days from {run['start_date']}"
        + (f", the first {warm} not counted" if warm else "")
        + f"; people referred late are followed for less. Why so long: {AUTHOR.lower()}.",
        10: f"{100 * terms['discount_costs']:g} % a year of costs and "
        f"{100 * terms['discount_qalys']:g} % of QALYs, from the beginning of the measured time. "
        f"Why these: {AUTHOR.lower()}.",
        11: "QALYs per patient; days well and other outcomes are in metrics.csv.",
        12: "True GAD-7 of each simulated person at noon of each day that counts.",
        13: f"Utility by GAD-7: {terms['utility']}; its source stands under Sources.",
        14: "Counted from the simulated visits by item and multiplied by unit costs; each has its "
        "source and grade under Sources.",
        15: f"{money}. These are labels: nothing is converted or inflated by the program; the year "
        "of each price stands with its source.",
        16: "Discrete-event simulation of single people and the clinic's chairs and staff; open "
        "source, version and commit stand under Origin. Its equations are in the documentation "
        "(The model).",
        17: "Assumptions are listed on this page in words. Net benefits of draws, paired on the "
        "same people; by regression on splines for single parameters (EVPPI).",
        18: f"Not in these results; ketasim compare --by splits by groups of people. Else: "
        f"{AUTHOR.lower()}.",
        19: f"Not in these results. {AUTHOR}.",
        20: f"{draws} draws of the calibration's joint posterior and of every parameter with a "
        f"distribution, {each} replications of each. Structural alternatives, such as the other "
        f"calibration: {AUTHOR.lower()}.",
        22: "Every value with grade, distribution and source under Sources; what was drawn in "
        "parameters.csv.",
        23: "Under Answer and in economics.csv, cost_items.csv and net_benefit.csv.",
        24: "Probabilities, expected loss and value of information in net_benefit.csv, "
        "acceptability.csv and evppi.csv; other discount rates, horizons and utilities are "
        "further runs (--set).",
        26: f"{AUTHOR}; what the model does not know stands under its cautions.",
    }  # fmt: skip


def _population(people: Mapping[str, Any]) -> str:
    if people.get("file"):
        return "a table of one's own"
    return f"the named population {spoken(str(people.get('kind', '')))}"
