"""Markdown as the reference pages are written in: text is text, whatever signs are in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SIGNS = re.compile(r"([\\*_\[\]<>|#$~^])")
_CODE = re.compile(r"(`[^`]+`)")


def text(words: str) -> str:
    """Give words so that no sign in them is markup; what stands between backticks is code."""
    parts = _CODE.split(" ".join(words.split()))
    return "".join(p if _CODE.fullmatch(p) else _SIGNS.sub(r"\\\1", p) for p in parts)


def code(words: str) -> str:
    """Give words as code, with a fence as long as what is in them needs."""
    fence = "`" * (max(map(len, re.findall("`+", words)), default=0) + 1)
    space = " " if "`" in words else ""
    return f"{fence}{space}{words}{space}{fence}"


def described(kind: str, name: str, lines: Iterable[str], fence: str = ":::") -> str:
    """Give one entry of a reference: an object of a kind that can be linked and searched."""
    body = "\n\n".join(line for line in lines if line)
    return f"{fence}{{{kind}}} {name}\n\n{body}\n{fence}\n"


def bullets(pairs: Iterable[tuple[str, str]]) -> str:
    """Give what is known of an entry, a line each, without those that say nothing."""
    return "\n".join(f"- {label}: {said}" for label, said in pairs if said)


def page(title: str, *parts: str) -> str:
    """Give a page of parts under its title."""
    return "\n\n".join([f"# {title}", *(part.strip("\n") for part in parts if part)]) + "\n"
