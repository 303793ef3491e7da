"""What draws of uncertain parameters say, and what they are too few to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.outcomes.catalogue import headline_among
from sim.stats import components as c
from sim.study.beside import UNTREATED

if TYPE_CHECKING:
    from sim.experiment.results import TidyTable

FACTOR = 2  # to which the spread between draws is to be known
SURE_SHARE = 0.5  # that the interval of a share of parameters is to have at most


def too_few(shown: TidyTable, draws: int, replications: int) -> str:
    """Say what the draws are too few for, and how many would do; nothing where they do."""
    wide = shown[shown["share_upper"] - shown["share_lower"] > SURE_SHARE]
    enough = {
        "spread": c.draws_to_a_factor(FACTOR),
        "shares": max(
            (c.draws_to_know_share(s, replications, SURE_SHARE) for s in wide["share_parameters"]),
            default=0,
        ),
    }
    said = []
    if draws < enough["spread"]:
        said.append(
            f"How far they lie apart is known only to a factor of {c.known_to_a_factor(draws):.1f} "
            f"(95 %), so another seed may give a ± as different, and ± is "
            f"{100 * c.widened_by(draws):.0f} % wider than with many draws."
        )
        if "draws_above_0" in shown:
            said.append(
                f"What all of {draws} draws agree in, as in a difference above 0, may be otherwise "
                f"in up to {100 * c.left_to_others(draws):.0f} % of further ones."
            )
    if len(wide):
        said.append(
            f"The share of parameters is not known to half of the scale in {len(wide)} of the "
            f"{len(shown)} rows."
        )
    if not said:
        return ""
    needed = max(enough.values())
    return (
        f"{draws} draws are few for what follows. {' '.join(said)} As far as these can "
        f"tell, {needed} draws of {replications} replications would do (--draws {needed})."
    )


def headline_rows(table: TidyTable) -> TidyTable:
    """Keep the headline measures, but for what is the same of the same people untreated."""
    headline = headline_among(set(table["measure"]))
    same = (table["measure"] == UNTREATED) & (table["mean"] == 0) & (table["half_width"] == 0)
    return table[table["measure"].isin(headline) & ~same]
