"""The register of parameters against the code (witness: the fields themselves)."""

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import sim
from sim.config.listing import entries
from sim.model.register import CHOICE, JOINT, LAWS, from_code, path_of, register, renewed, uncertain
from sim.report.assumptions import describe
from sim.symptoms.calibrations import Calibration

REMEDY = (
    "renew sim/evidence/parameters.csv with `python -m sim register --renew`, then say there how "
    "uncertain a new default is (a distribution, or: fixed), and its DOI"
)


def test_the_register_is_what_the_code_says_of_default_unit_grade_and_source():
    assert path_of().read_text(encoding="utf-8") == renewed(), REMEDY


def test_every_number_of_the_model_has_a_source_or_is_marked_as_an_assumption_or_a_choice():
    without = []
    for entry in from_code():
        a_number = entry.default.replace(".", "", 1).replace("-", "", 1).isdigit()
        is_model = not entry.path.startswith(("run.", "referrals."))
        chosen = entry.source.startswith("a choice of ")
        graded = entry.grade != CHOICE or chosen or not (a_number and is_model)
        if not graded or (entry.grade in "ABCD" and not entry.source):
            without.append(entry.path)
    assert not without, (
        f"{without}: give parameter() a source and a grade; where no source was found, say "
        'source="assumption", grade="D"'
    )


TRIALS = {  # outside sim/symptoms: what a trial or a meta-analysis says, or a definition
    "population.enrolled_to",  # the top of the scale
    "population.clearance_median",  # Kamp 2020, a meta-analysis
    "clinic.session.infuse_minutes",  # forty minutes, as in the trials
}


def test_grade_a_is_kept_for_trials_and_meta_analyses():
    """Witness: the definition of the grades in docs/evidence.md, read entry by entry."""
    best = {entry.path for entry in from_code() if entry.grade == "A"}
    assert {path for path in best if not path.startswith("symptoms.")} == TRIALS


@pytest.mark.parametrize("entry", from_code(), ids=lambda entry: f"{entry.path} {entry.kinds}")
def test_a_source_that_is_weak_by_its_own_words_is_not_graded_as_better(entry):
    ours = not entry.path.startswith("symptoms.")
    if ours and entry.source.startswith(("assumption", "a choice")):
        assert entry.grade in ("D", CHOICE)
    if ours and entry.source.startswith(("source text", "reviews", "clinic pages")):
        assert entry.grade in "CD"
    if ours and entry.source.endswith(", assumed"):
        assert entry.grade == "D"


def test_every_parameter_of_a_scenario_is_in_the_register():
    known = {path for path, _ in register()}
    missing = {entry.path for entry in entries(sim.Scenario())} - known
    assert not missing, f"not in the register: {sorted(missing)}; {REMEDY}"


ECONOMIC = ("clinic.prices.", "economics.utilities.", "economics.lost_work.")
NO_MONEY = ("share", "utility", "minutes")


def what_worth_lacks(entry):
    """Say what a price, a utility or lost work lacks of source, year, currency, grade, spread."""
    money = not entry.unit.startswith(NO_MONEY)
    dated = entry.unit if money else f"{entry.source} {entry.unit}"
    lacks = {
        "source": not entry.source,
        "year": not re.search(r"\b(19|20)\d\d\b", dated),
        "currency": money and not entry.unit.startswith("US$ ("),
        "grade": entry.grade not in "ABCD",
        "uncertainty": not entry.uncertainty,
    }
    return [what for what, lacking in lacks.items() if lacking]


def test_every_cost_and_utility_has_source_year_currency_grade_and_uncertainty():
    worth = [
        entry
        for entry in register().values()
        if entry.path.startswith(ECONOMIC) and entry.unit != "times"
    ]
    assert len(worth) > 30
    assert {entry.path: lacks for entry in worth if (lacks := what_worth_lacks(entry))} == {}
    elsewhere = {entry.path for entry in register().values() if "$" in entry.unit}
    assert elsewhere - {entry.path for entry in worth} == {"economics.willingness_to_pay"}


def test_a_price_without_any_of_them_would_be_found():
    price = register()["clinic.prices.iv", ""]
    assert not what_worth_lacks(price)
    for field, value, missing in (
        ("source", "", "source"), ("unit", "US$", "year"), ("unit", "(2024)", "currency"),
        ("grade", "choice", "grade"), ("uncertainty", "", "uncertainty"),
    ):  # fmt: skip
        assert missing in what_worth_lacks(replace(price, **{field: value}))


def test_a_default_lies_within_its_own_uncertainty():
    for entry in uncertain():
        assert entry.quantile(0.001) <= float(entry.default) <= entry.quantile(0.999), entry.path


@pytest.mark.parametrize("uniform", [0.001, 0.5, 0.999])
def test_whatever_may_be_drawn_is_allowed(uniform):
    sim.Scenario().override({entry.path: entry.quantile(uniform) for entry in uncertain()})


def test_what_the_calibrations_settle_is_drawn_jointly():
    joint = [entry.path for entry in from_code() if entry.uncertainty == JOINT]
    assert len(joint) == len(Calibration._fields) == 12


def test_describe_says_how_uncertain_a_default_is_and_where_it_comes_from():
    text = " ".join(describe(sim.Scenario()).split())
    said = text[text.index("symptoms.c50 = ") :]
    said = said[: said.index("symptoms.reference_clearance")]
    assert "[C: Fava 2018" in said
    assert "[uncertainty: LogNormal(1.5, 0.5)]" in said
    assert "[uncertainty: joint posterior]" in text


WITNESSES = {
    "Normal": ((3.0, 2.0), stats.norm(3, 2)),
    "LogNormal": ((1.5, 0.5), stats.lognorm(0.5, scale=1.5)),
    "Uniform": ((7.0, 28.0), stats.uniform(7, 21)),
    "Beta": ((6.0, 4.0), stats.beta(6, 4)),
    "Gamma": ((600.0, 0.3), stats.gamma(0.3**-2, scale=600 * 0.3**2)),
}


@pytest.mark.parametrize("name", LAWS)
def test_quantiles_of_the_distributions_are_those_of_scipy(name):
    numbers, witness = WITNESSES[name]
    for uniform in np.linspace(0.01, 0.99, 9):
        assert LAWS[name](uniform, *numbers) == pytest.approx(witness.ppf(uniform), rel=1e-9)
