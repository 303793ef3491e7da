"""A choice of the best in a sentence: only what the procedure promises, and only if it ended."""

from __future__ import annotations

from sim.config.names import listed
from sim.outcomes.catalogue import unit
from sim.study.choice import Choice
from sim.study.ranking_tables import best_table, skewed_differences

_SKEWED = (
    "But differences are skewed between replications, which KN does not allow for: the probability "
    "may be lower."
)


def best_sentence(answer: Choice) -> str:
    """Say which variant is the best and how surely, or why that cannot be said."""
    if not answer.finished:
        return f"No answer: {_why(answer)}"
    if answer.budget is not None:
        return _by_ocba(answer)
    return _by_kn(answer) + (f" {_SKEWED}" if skewed_differences(answer) else "")


def _by_kn(answer: Choice) -> str:
    many = len(answer.values)
    sure = f"with probability at least {answer.confidence:g}"
    within = f"or is within {answer.delta:g} of it, {sure}"
    if len(answer.left) == 1:
        return f"{answer.left[0]} has {answer.aim.words} of the {many} variants, {within}."
    n = min(len(answer.values[name]) for name in answer.left)
    return (
        f"{listed(answer.left)} are equal in all of {n} replications, and have "
        f"{answer.aim.words} of the {many} variants, {within.replace('or is', 'or are')}."
    )


def _by_ocba(answer: Choice) -> str:
    (name,) = answer.left
    table = best_table(answer)
    share = float(table.loc[table["scenario"] == name, "probability_best"].iloc[0])
    return (
        f"{name} has {answer.aim.words} of the {len(answer.values)} variants after "
        f"{answer.budget} replications shared out by OCBA; by a bootstrap it is the best with "
        f"probability {probability_in_words(share)}, which OCBA does not promise."
    )


def _why(answer: Choice) -> str:
    if answer.why == "alike":
        return (
            "OCBA cannot share out replications among variants that are equal, or that chance does "
            "not touch; take KN."
        )
    still = f"{len(answer.left)} of {len(answer.values)} variants are still in"
    if answer.procedure == "ocba":
        still = "the budget is not used up"
    else:
        still += f" ({listed(answer.left)})" if len(answer.left) < len(answer.values) else ""
    if answer.interrupted:
        return f"the work was interrupted, and {still}."
    told = f"at the most of {answer.at_most} replications {still}."
    scale = unit(answer.aim.measure)
    return (
        f"{told} Up to {answer.most:,} replications of each may be needed to tell {answer.delta:g} "
        f"{scale or answer.aim.measure} apart; give a larger delta, or more replications at most."
    )


def probability_in_words(share: float) -> str:
    """Write a probability from a bootstrap, which is never as sure as 0 or 1."""
    if share < 0.01:
        return "below 0.01"
    return "above 0.99" if share > 0.99 else f"{share:.2f}"
