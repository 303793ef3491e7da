"""The table `[clinic.prices]`: what a session or an evaluation is charged at."""

from __future__ import annotations

from sim.config.value import Value, parameter

GUIDES = "US price guides"


def _price(dollars: float, what: str, source: str = GUIDES) -> float:
    value: float = parameter(
        dollars, what, unit="US$", source=source, grade="C", ge=0, le=1_000_000
    )
    return value


class Prices(Value):
    """US$ a session by route; the drug, chair and staff are in it."""

    iv: float = _price(600, "an intravenous session")
    im: float = _price(450, "an intramuscular session")
    sc: float = _price(450, "a subcutaneous session", "as intramuscular, assumed")
    intranasal: float = _price(750, "an intranasal session", GUIDES + " (esketamine)")
    sublingual: float = _price(150, "a dose by lozenge")
    oral: float = _price(150, "a dose by mouth", "as the lozenge, assumed")
    evaluation: float = _price(225, "an assessment or an evaluation")
