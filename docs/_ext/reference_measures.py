"""The reference of measures, read off the catalogue."""

from __future__ import annotations

from as_markdown import bullets, code, described, page, text

from sim.outcomes.catalogue import CATALOGUE, title_of
from sim.outcomes.measures import Measure

BETTER = {
    "higher": "more is better",
    "lower": "less is better",
    "none": "neither way is better by itself",
}
GROUPS = {"clinical": "People", "service": "The clinic, its work and its costs"}


def pages() -> dict[str, str]:
    """Give the page of every measure of the catalogue."""
    parts = [
        "What every replication is measured by: the column `measure` of `metrics.csv`, "
        "`summary.csv` and `comparison.csv`. A measure that is not defined in a replication (an "
        "empty group, an unlimited capacity) has no row there; an infinite value was not reached "
        "within the run. How to add your own: [](../howto_policy.md)."
    ]
    for group, title in GROUPS.items():
        parts.append(f"## {title}")
        parts += [_told(one) for one in CATALOGUE.values() if one.group == group]
    return {"measures": page("Measures", *parts)}


def _told(one: Measure) -> str:
    definition = one.definition[:1].upper() + one.definition[1:].rstrip(".") + "."
    return described(
        "measure",
        one.name,
        [
            text(definition),
            bullets(
                [
                    ("in words", text(title_of(one.name))),
                    ("unit", text(one.unit)),
                    ("which way", BETTER[one.direction]),
                    ("read from", text(one.source)),
                    ("headline", "yes: in every table and forest plot" if one.headline else ""),
                    ("by subgroup", "" if one.of_people else "no: of the clinic as a whole"),
                ]
            ),
        ],
    )


def summary() -> str:
    """Give the headline measures on one line each, for pages that name them."""
    return "\n".join(
        f"- {code(one.name)}: {text(one.definition)}" for one in CATALOGUE.values() if one.headline
    )
