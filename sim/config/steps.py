"""Values of a path as they are written on the command line: `clinic.chairs=3:6` or `=3,4,6`.

Decimal arithmetic, so that 0.1:0.4:0.1 ends with 0.4 and no step is lost to rounding.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sim.config.errors import ScenarioError

RangeValue = int | float

MOST_VALUES = 1000
"""Of one path."""


def read_values(text: str, example: str) -> tuple[str, list[RangeValue]]:
    """Read `path=low:high[:step]` or `path=a,b,c` as path and numbers, in the order written.

    Raises ScenarioError, whose message says what is wrong and what is allowed.
    """
    path, written = _parted(text, example)
    if ":" in written:
        return path, _range(text, written, example)
    return path, [_number(text, part, example) for part in written.split(",")]


def read_words(text: str, example: str) -> tuple[str, list[RangeValue | str]]:
    """Read the same where a value may be a word as well: `clinic.chairs=3,4,unlimited`."""
    path, written = _parted(text, example)
    if ":" in written:
        return path, list(_range(text, written, example))
    return path, [_number_or_word(text, part.strip(), example) for part in written.split(",")]


def upwards(low: Decimal, high: Decimal, step: Decimal) -> list[RangeValue]:
    """List low, low + step, ... up to high at most; whole numbers are whole."""
    return [plain_number(low + step * number) for number in range(steps_in(low, high, step))]


def steps_in(low: Decimal, high: Decimal, step: Decimal) -> int:
    """Count the values that `upwards` would list."""
    return int((high - low) / step) + 1


def plain_number(number: Decimal) -> RangeValue:
    """Give a whole number as such, and any other as a float."""
    return int(number) if number == number.to_integral_value() else float(number)


def _parted(text: str, example: str) -> tuple[str, str]:
    path, equals, written = (part.strip() for part in text.partition("="))
    if not (path and equals and written):
        raise ScenarioError(f'vary "{text}": write a path and its values, such as {example}.')
    return path, written


def _range(text: str, written: str, example: str) -> list[RangeValue]:
    parts = [part.strip() for part in written.split(":")]
    if len(parts) not in (2, 3):
        raise ScenarioError(f'vary "{text}": a range is low:high or low:high:step, as {example}.')
    low, high, step = (_decimal(text, part, example) for part in (*parts, "1")[:3])
    if step <= 0 or high < low:
        raise ScenarioError(
            f'vary "{text}": a range goes upwards in steps above 0, such as {example}.'
        )
    count = steps_in(low, high, step)
    if count > MOST_VALUES:
        raise ScenarioError(f'vary "{text}": {count} values are too many; raise the step.')
    return upwards(low, high, step)


def _number(text: str, part: str, example: str) -> RangeValue:
    return plain_number(_decimal(text, part, example))


def _number_or_word(text: str, part: str, example: str) -> RangeValue | str:
    if not part or part[0] in "[{":
        raise ScenarioError(
            f'vary "{text}": values are numbers or words, such as {example}; tables and lists '
            "are levels of a [design] in a study file."
        )
    if part[0].isdigit() or part[0] in "+-.":
        return _number(text, part, example)
    return part == "true" if part in ("true", "false") else part.strip("\"'")


def _decimal(text: str, part: str, example: str) -> Decimal:
    try:
        number = Decimal(part.strip())
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise ScenarioError(f'vary "{text}": "{part.strip()}" is no number; such as {example}.')
    return number
