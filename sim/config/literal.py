"""How a value is written in TOML: one line, exactly as the reader takes it back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sim.config.overrides import plain
from sim.config.value import Value


def literal(value: Any) -> str:
    """Write a value as TOML, on one line; what TOML has no form for as Python shows it."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(int(value)) if _is_whole(value) else repr(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case date() | time():
            return value.isoformat()
        case Value():
            return literal(plain(value))
        case list() | tuple():
            return f"[{', '.join(literal(entry) for entry in value)}]"
        case Mapping():
            pairs = [f"{key(name)} = {literal(v)}" for name, v in value.items() if v is not None]
            return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    return str(value)


def key(name: object) -> str:
    """Write a key bare where TOML allows it, else in quotes."""
    text = str(name)
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else literal(text)


def _is_whole(value: float) -> bool:
    """Whether the number reads better without a decimal point: 40, not 40.0 and not 1e300."""
    return value == value and abs(value) < 1e15 and value == int(value)
