"""How each figure is to be read, in a sentence: its caption, and what is heard without it."""

from __future__ import annotations

from sim.figures.style import spoken

_OF_FACTOR = "factor_"
CAPTIONS = {
    "mean_scores": "Mean GAD-7 of everybody referred, by week since referral, and of the same "
    "people untreated.",
    "patients": "Single people's scores and infusions, as examples; one replication.",
    "tradeoff": "Days well against infusions per patient: up is better, left is cheaper.",
    "forest": "Paired differences from the reference: a filled mark is a difference found, a bar "
    "that crosses zero none.",
    "utilisation_and_waits": "How full the chairs are, and how long people wait for them.",
    "closed_loop": "What a shortage of chairs does to people: waits, then days well.",
    "relapse_free": "How long response lasts: the share free of relapse since response, with the "
    "numbers still at risk below.",
    "caseload": "Infusions, people in treatment and people waiting, by calendar week, against what "
    "the clinic has room for where it has a limit.",
    "subgroup_forest": "Paired differences from the reference within groups of people, and "
    "between the groups.",
    "pathways": "Where people are by week since referral, and why their treatment ended.",
    "uncertainty": "How much of the spread is parameters, which only evidence narrows, and how "
    "much is chance.",
    "main_effects": "What each factor of the design changes by itself, over all its points.",
    "warm_up": "The days at the start that are left out, and the course they were found from.",
    "capacity": "Each value tried: the quantity asked for, and in what share of replications the "
    "targets are met.",
    "mix": "Mixes of two capacities: which meet the target, and what they cost.",
    "chair_plan": "One week of the chair plan: who sits where, and when; one replication.",
    "build_up": "How the demand of a new clinic grows until it is level.",
    "validation": "Published results and the model's, each on the scale of its own band.",
    "infusions_needed": "How many infusions people need to a rated and a true response.",
    "booster_interval": "The longest booster interval that keeps people well, over people.",
    "groups": "The same answers for groups of people.",
    "best": "How far each variant lies behind the best, with what the procedure knows of it.",
    "capacity_worth": "What every limit of the clinic costs in net benefit a year, and what an "
    "hour more of each would bring.",
    "best_by_capacity": "Which policy has most net benefit, by capacity and by what a QALY may "
    "cost; pale where others may be as good.",
    "tornado": "What each uncertain parameter changes by itself, from its 5 % to its 95 % "
    "quantile; hollow bars are not told from chance.",
    "screening": "The mean effect of each uncertain parameter over many combinations of the "
    "others, and the part of it that chance would make.",
    "indices": "What share of the variance of one run each group of parameters makes, and what "
    "chance.",
    "alternatives": "What other assumptions change, on the same people: a bar that crosses zero is "
    "no difference found.",
    "two_way_map": "Means over two parameters; cells with a dot differ from the base by more than "
    "chance explains.",
    "plane": "Differences of cost and QALYs from the reference: right is more health, down is "
    "cheaper; below a dashed line a scenario is better than the reference at that threshold.",
    "acceptability": "In how many draws each scenario is best, by what a QALY is worth; thick is "
    "whom one would choose.",
    "frontier": "Expected costs and QALYs: the scenarios on the line are dominated by no other and "
    "no mix of two.",
    "evppi": "What knowing parameters before choosing would be worth; only filled bars are more "
    "than chance.",
    "budget": "What the clinic's patients cost in each year, and how much more than the reference.",
    "cost_items": "What a patient costs by item, as payer, provider and society count it.",
    "pareto": "Variants by two aims: those on the front are beaten in both by none.",
}
"""By the name of the figure's file; factors of a dose count share theirs."""


def caption_of(name: str) -> str:
    """Give the caption of a figure."""
    if name.startswith(_OF_FACTOR):
        factor = spoken(name.removeprefix(_OF_FACTOR))
        return f"The same people with {factor} changed: what that does to the infusions needed."
    return CAPTIONS[name]
