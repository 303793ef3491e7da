"""The named settings: who leaves treatment and puts visits off, number by number, with sources.

`usual` is complete; the others say where they differ from it. What was fitted was fitted to the
published shares of starters who come to so many infusions, in a clinic without limits
(`tests/people/test_completion.py`). None of them was read in full: abstracts, a preprint, and for
Osmind a vendor's page.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from sim.people.named_populations import Known

SettingName = Literal["usual", "self_pay_clinic", "public_service"]

_SELF_PAY = "fitted to Osmind 2022 (ten self-pay IV clinics, a vendor's page) and Sakurai 2020 n=85"
_INSURED = "fitted to MarketScan n=269, Truax n=833 and Harding n=322 (esketamine, insured)"
_NO_MORE = "as usual: no source says otherwise"
_OFF = "off: no source found"

USUAL_SETTING: dict[str, Known] = {
    "withdrawal_share": Known(0.04, "Rodrigues 2022 n=203", "B"),
    "withdrawal_without_response": Known(1, _OFF, "D"),
    "first_stopping_share": Known(0.0, _OFF, "D"),
    "stopping_without_response": Known(1.0, _OFF, "D"),
    "postponed_share": Known(0.0, _OFF, "D"),
    "postponed_days": Known(21.0, "assumption (none found)", "D"),
}

IN_SETTING: dict[SettingName, dict[str, Known]] = {
    "usual": {},
    "self_pay_clinic": {
        "withdrawal_share": Known(0.25, _SELF_PAY, "D"),
        "withdrawal_without_response": Known(2, "assumption: those without benefit leave", "D"),
        "first_stopping_share": Known(0.15, _SELF_PAY, "D"),
    },
    "public_service": {
        "withdrawal_share": Known(0.15, _INSURED, "D"),
        "withdrawal_without_response": Known(2, "assumption: those without benefit leave", "D"),
        "postponed_share": Known(0.24, _INSURED, "D"),
        "postponed_days": Known(21.0, "assumption: three weeks; only its product with the odds of "
                                "putting off is fitted, to Harding", "D"),
    },
}  # fmt: skip
SETTINGS: tuple[SettingName, ...] = tuple(IN_SETTING)

SETTINGS_IN_WORDS: dict[SettingName, str] = {
    "usual": "people come as ordered and few withdraw",
    "self_pay_clinic": "people pay for each infusion, and half of them do not finish six",
    "public_service": "people are insured, and stretch the first eight visits over ten weeks",
}


class Leaving(NamedTuple):
    """The numbers of one setting that are in force."""

    withdrawal_share: float
    withdrawal_without_response: float  # a whole number
    first_stopping_share: float
    stopping_without_response: float
    postponed_share: float
    postponed_days: float


def known_of(setting: SettingName, name: str) -> Known:
    """Give a number of a setting with its source: its own, or that of `usual`."""
    usual = USUAL_SETTING[name]
    return IN_SETTING[setting].get(name, usual._replace(source=_NO_MORE, grade="D"))


def leaving(setting: SettingName) -> Leaving:
    """Give the numbers of a setting."""
    own = IN_SETTING[setting]
    return Leaving(**{name: own.get(name, usual).value for name, usual in USUAL_SETTING.items()})


def settings_in_words(name: str) -> str:
    """Say what a parameter left out is, in every setting."""
    said = [f"{USUAL_SETTING[name].value:g}"]
    said += [f"{own[name].value:g} in {who}" for who, own in IN_SETTING.items() if name in own]
    return ", ".join(said)
