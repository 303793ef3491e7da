"""The table `[population]`: who is referred, as distributions of traits."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from sim.config.value import Value, parameter
from sim.people.correlations import Correlations
from sim.people.named_populations import (
    ANXIETY_TYPES,
    MIXED,
    NONE_FOUND,
    POPULATIONS,
    AnxietyType,
    PopulationName,
    Traits,
    numbers_in_words,
    traits,
)

UNCHANGED = {"baseline_points": 0, "sensitivity": 1, "durability": 1}
_NO_DIFFERENCE = "no source found for a difference between the types"


def _share(meaning: str) -> float:
    value: float = parameter(0.0, meaning, unit="share", source=NONE_FOUND, grade="D", ge=0, le=1)
    return value


def _add_to_one(table: Value, what: str) -> None:
    total = sum(getattr(table, name) for name in type(table).model_fields)
    if abs(total - 1) > 1e-9:
        raise ValueError(f"the shares of {what} must add up to 1, not {total:g}")


class AnxietyTypes(Value):
    """How candidates divide into types of anxiety; a type not given has none of them."""

    generalised: float = _share("with generalised anxiety")
    social: float = _share("with social anxiety")
    panic: float = _share("with panic disorder")
    mixed: float = _share("with several of these")
    secondary: float = _share("secondary to another condition")

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        _add_to_one(self, "the anxiety types")
        return self

    def shares(self) -> tuple[float, ...]:
        """Give the shares in the order of `names`."""
        return tuple(getattr(self, name) for name in self.names())

    @classmethod
    def names(cls) -> tuple[AnxietyType, ...]:
        """Give the types in order; a cohort's `anxiety_type` counts them from 0."""
        return ANXIETY_TYPES


class TypeEffect(Value):
    """What one type of anxiety changes in a person, beside everything else."""

    inline: ClassVar[bool] = True

    baseline_points: float = parameter(
        0.0, "added to the mean of the untreated score", unit="points", source=_NO_DIFFERENCE,
        grade="D", ge=-21, le=21,
    )  # fmt: skip
    sensitivity: float = parameter(
        1.0, "multiplies the sensitivity: below 1, relief takes more infusions",
        unit="multiplier", source=_NO_DIFFERENCE, grade="D", gt=0, le=10,
    )  # fmt: skip
    durability: float = parameter(
        1.0, "multiplies tau_slow: below 1, relief fades sooner", unit="multiplier",
        source=_NO_DIFFERENCE, grade="D", gt=0, le=10,
    )  # fmt: skip


def _effect(who: str) -> TypeEffect:
    value: TypeEffect = parameter(
        TypeEffect(**UNCHANGED),
        f"{who}: baseline_points added, sensitivity and durability multiplied",
        source=_NO_DIFFERENCE, grade="D",
    )  # fmt: skip
    return value


class ByType(Value):
    """In what the types of anxiety differ: in nothing, as no source says otherwise."""

    generalised: TypeEffect = _effect("generalised anxiety")
    social: TypeEffect = _effect("social anxiety")
    panic: TypeEffect = _effect("panic disorder")
    mixed: TypeEffect = _effect("several of these")
    secondary: TypeEffect = _effect("secondary to another condition")

    def differs(self, name: AnxietyType) -> bool:
        """Tell whether a type changes anything."""
        effect = getattr(self, name)
        return any(getattr(effect, field) != default for field, default in UNCHANGED.items())

    def effects(self, which: str) -> tuple[float, ...]:
        """Give one kind of effect in the order of the types."""
        return tuple(getattr(getattr(self, name), which) for name in ANXIETY_TYPES)


class Shares(Value):
    """The parts of a mixture: shares of the named populations among the candidates."""

    mixed_refractory: float = _share("of `mixed_refractory`")
    severe_gad: float = _share("of `severe_gad`")
    social_anxiety: float = _share("of `social_anxiety`")
    panic: float = _share("of `panic`")
    ptsd_and_pain: float = _share("of `ptsd_and_pain`")
    mild_secondary: float = _share("of `mild_secondary`")

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        _add_to_one(self, "the mixture")
        return self


def law(name: str, meaning: str, unit: str = "", **bounds: float) -> Any:
    """Declare a parameter that follows the named population unless it is given."""
    source, grade = MIXED[name].source, MIXED[name].grade
    said = f"{meaning}; left out, as the population says: {numbers_in_words(name)}"
    return parameter(None, said, unit=unit, source=source, grade=grade, **bounds)


class Population(Value):
    """The table `[population]`. Sensitivity, durability and ceiling are in `[symptoms]`."""

    kind: Literal[PopulationName, "mixture"] = parameter(
        "mixed_refractory",
        "the named population that settles every parameter left out below: "
        f"{', '.join(POPULATIONS)}; or a mixture of them",
    )
    shares: Shares | None = parameter(
        None, "of a mixture: the shares of its named populations, such as { panic = 0.5, "
        "severe_gad = 0.5 }", unit="share",
    )  # fmt: skip
    file: str | None = parameter(
        None, "a table of your own patients, CSV or Parquet, relative to this file; what it leaves "
        "out is drawn as the population says", min_length=1,
    )  # fmt: skip
    baseline_mean: float | None = law(
        "baseline_mean", "true untreated GAD-7 of the candidates, mean of a normal truncated to "
        "0..21", "points", ge=0, le=21,
    )  # fmt: skip
    baseline_sd: float | None = law(
        "baseline_sd", "its standard deviation", "points", ge=0.1, le=50
    )
    enrolled_from: int | None = law(
        "enrolled_from", "rated GAD-7 from which a candidate is enrolled (so regression to the "
        "mean is in the model)", "points", ge=0, le=21,
    )  # fmt: skip
    enrolled_to: int | None = law(
        "enrolled_to", "rated GAD-7 up to which a candidate is enrolled", "points", ge=0, le=21
    )
    age_mean: float | None = law(
        "age_mean", "age, normal truncated to 18-75, mean", "years", ge=18, le=75
    )
    age_sd: float | None = law("age_sd", "its standard deviation", "years", gt=0, le=50)
    weight_median: float | None = law(
        "weight_median", "body weight, log-normal, median", "kg", ge=30, le=200
    )
    weight_sigma: float | None = law("weight_sigma", "its sd of ln weight", ge=0, le=1)
    clearance_median: float | None = law(
        "clearance_median", "clearance at 70 kg, log-normal, median", "L/h per 70 kg", gt=0,
        le=1000,
    )  # fmt: skip
    clearance_cv: float | None = law(
        "clearance_cv", "its coefficient of variation between persons", ge=0, le=2
    )
    ptsd_share: float | None = law("ptsd_share", "with PTSD", "share", ge=0, le=1)
    depression_share: float | None = law(
        "depression_share", "with major depression (no moderator: no source)", "share", ge=0, le=1
    )
    chronic_pain_share: float | None = law(
        "chronic_pain_share", "with chronic pain", "share", ge=0, le=1
    )
    benzodiazepine_share: float | None = law(
        "benzodiazepine_share", "taking a benzodiazepine daily", "share", ge=0, le=1
    )
    benzodiazepine_high_share: float | None = law(
        "benzodiazepine_high_share", "of these above 8 mg diazepam-equivalent", "share", ge=0, le=1
    )
    anxiety_types: AnxietyTypes | None = parameter(
        None, "shares of the types of anxiety; left out, as the population says: generalised 0.45, "
        "social 0.2, panic 0.15, mixed 0.1, secondary 0.1 in mixed_refractory and ptsd_and_pain, "
        "one type in the others", unit="share", source=NONE_FOUND, grade="D",
    )  # fmt: skip
    correlations: Correlations = parameter(
        Correlations(), 'of the traits\' normal scores, such as { "sensitivity~tau_slow" = 0.3 }; '
        "empty: independent", source=NONE_FOUND, grade="D",
    )  # fmt: skip
    by_type: ByType = ByType()

    @model_validator(mode="after")
    def _shares_belong_to_a_mixture(self) -> Self:
        if self.kind == "mixture" and self.shares is None:
            raise ValueError(
                'kind = "mixture" needs shares, such as shares = { panic = 0.5, severe_gad = 0.5 }'
            )
        if self.kind != "mixture" and self.shares is not None:
            raise ValueError(f'shares belong to kind = "mixture", not to "{self.kind}"')
        for name, _, numbers in self.components():
            if numbers.enrolled_from > numbers.enrolled_to:
                raise ValueError(
                    f"enrolled_from = {numbers.enrolled_from:g} is above enrolled_to = "
                    f"{numbers.enrolled_to:g} ({name}), so nobody could be enrolled"
                )
        return self

    def components(self) -> tuple[tuple[PopulationName, float, Traits], ...]:
        """Give the named populations present, with their shares and the numbers in force."""
        numbers = self.everybody()
        if self.shares is None:
            return tuple((name, 1.0, numbers[name]) for name in POPULATIONS if name == self.kind)
        shares = {name: float(getattr(self.shares, name)) for name in POPULATIONS}
        return tuple((name, share, numbers[name]) for name, share in shares.items() if share)

    def everybody(self) -> dict[PopulationName, Traits]:
        """Give the numbers of all named populations, in which those given here replace theirs."""
        given = {name: value for name in MIXED if (value := getattr(self, name)) is not None}
        if self.anxiety_types is not None:
            given["types"] = self.anxiety_types.shares()
        return {name: traits(name)._replace(**given) for name in POPULATIONS}
