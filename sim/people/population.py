"""The table `[population]`: who is referred, as distributions of traits."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from sim.config.value import Value, parameter

CLINIC = "IM clinic cohort n=452 (preprint rs-1331173)"
NONE_FOUND = "assumption (no source found)"


class AnxietyTypes(Value):
    """How the referred divide into types of anxiety, which differ in nothing else (no source)."""

    generalised: float = parameter(
        0.45, "with generalised anxiety", unit="share", source=NONE_FOUND, grade="D", ge=0
    )
    social: float = parameter(
        0.20, "with social anxiety", unit="share", source=NONE_FOUND, grade="D", ge=0
    )
    panic: float = parameter(
        0.15, "with panic disorder", unit="share", source=NONE_FOUND, grade="D", ge=0
    )
    mixed: float = parameter(
        0.10, "with several of these", unit="share", source=NONE_FOUND, grade="D", ge=0
    )
    secondary: float = parameter(
        0.10, "secondary to another condition", unit="share", source=NONE_FOUND, grade="D", ge=0
    )

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        total = sum(self.shares())
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the shares of the anxiety types must add up to 1, not {total:g}")
        return self

    def shares(self) -> tuple[float, ...]:
        """Give the shares in the order of `names`."""
        return tuple(getattr(self, name) for name in self.names())

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Give the types in order; a cohort's `anxiety_type` counts them from 0."""
        return tuple(cls.model_fields)


class Population(Value):
    """The table `[population]`. Sensitivity, durability and ceiling are in `[symptoms]`."""

    kind: Literal["mixed_refractory"] = parameter(
        "mixed_refractory", "the named population whose traits are the defaults below"
    )
    baseline_mean: float = parameter(
        12.8,
        "true untreated GAD-7 of the referred, mean of a normal truncated to 0..21",
        unit="points",
        source=CLINIC,
        grade="B",
        ge=0,
        le=21,
    )
    baseline_sd: float = parameter(
        5.7, "its standard deviation", unit="points", source=CLINIC, grade="B", ge=0.1, le=50
    )
    enrolled_from: int = parameter(
        10,
        "rated GAD-7 from which a person is enrolled (so regression to the mean is in the model)",
        unit="points",
        source="the usual cut",
        grade="A",
        ge=1,
        le=21,
    )
    age_mean: float = parameter(
        42, "age, normal truncated to 18-75, mean", unit="years", source="clinic cohorts",
        grade="C", ge=18, le=75,
    )  # fmt: skip
    age_sd: float = parameter(
        13, "its standard deviation", unit="years", source="Perez-Ruixo 2021", grade="C", gt=0,
        le=50,
    )  # fmt: skip
    weight_median: float = parameter(
        74, "body weight, log-normal, median", unit="kg", source="Perez-Ruixo 2021", grade="C",
        ge=30, le=200,
    )  # fmt: skip
    weight_sigma: float = parameter(
        0.22, "its sd of ln weight", source=NONE_FOUND, grade="D", ge=0, le=1
    )
    clearance_median: float = parameter(
        79, "clearance at 70 kg, log-normal, median", unit="L/h per 70 kg",
        source="Kamp 2020, 18 studies, 10.1097/ALN.0000000000003577", grade="A", gt=0, le=1000,
    )  # fmt: skip
    clearance_cv: float = parameter(
        0.25, "its coefficient of variation between persons",
        source="Perez-Ruixo 2021 (hepatic flow CV 23 %)", grade="B", ge=0, le=2,
    )  # fmt: skip
    ptsd_share: float = parameter(
        0.28, "with PTSD", unit="share", source=CLINIC, grade="B", ge=0, le=1
    )
    depression_share: float = parameter(
        0.93, "with major depression (no moderator: no source)", unit="share", source=CLINIC,
        grade="B", ge=0, le=1,
    )  # fmt: skip
    chronic_pain_share: float = parameter(
        0.20, "with chronic pain", unit="share", source=NONE_FOUND, grade="D", ge=0, le=1
    )
    benzodiazepine_share: float = parameter(
        0.42, "taking a benzodiazepine daily", unit="share", source="Andrashko 2020, 19 of 47",
        grade="B", ge=0, le=1,
    )  # fmt: skip
    benzodiazepine_high_share: float = parameter(
        0.5, "of these above 8 mg diazepam-equivalent", unit="share",
        source="Feeney 2023, 44 of 99", grade="D", ge=0, le=1,
    )  # fmt: skip
    anxiety_types: AnxietyTypes = AnxietyTypes()
