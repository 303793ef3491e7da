"""The reference of commands, read off the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import typer
from as_markdown import code, described, page, text

from sim.cli.commands import app


def commands() -> dict[str, Any]:
    """Give every command by its name, in the order of `ketasim --help`; "" is ketasim itself."""
    root = typer.main.get_command(app)
    return {"": root, **dict(_below(root, ""))}


def parameters(command: Any) -> list[Any]:
    """Give what a command takes: arguments first, then options in order of declaration."""
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    return sorted(shown, key=lambda one: one.param_type_name != "argument")


def pages() -> dict[str, str]:
    """Give the page of all commands."""
    parts = [
        "Every command and option, as `ketasim COMMAND --help` tells them. `--help` (`-h`) goes "
        "with each. Exit status: 0; 2 for a fault of the user's or what could not be written; 130, "
        "143 or 129 when interrupted.",
    ]
    for name, command in commands().items():
        parts.append(f"## {code(f'ketasim {name}'.strip())}")
        parts.append(text(_paragraphs(command.help)))
        parts.append(f"```text\n{usage(name, command)}\n```")
        parts += [_told(name, one) for one in parameters(command) if not _is_help(one)]
    return {"commands": page("Commands", *parts)}


def usage(name: str, command: Any) -> str:
    """Give the line that `--help` begins with."""
    taken = [shown(one) for one in parameters(command) if one.param_type_name == "argument"]
    if hasattr(command, "commands"):
        taken = ["COMMAND"]
    return " ".join(["ketasim", *filter(None, [name]), *taken, "[OPTIONS]"])


def shown(one: Any) -> str:
    """Write an argument or option as one types it: `SCENARIO.toml`, `--seed INTEGER`."""
    if one.param_type_name == "argument":
        many = " ..." if one.nargs == -1 else ""
        return f"{one.metavar or one.name.upper()}{many}"
    names = ", ".join([*one.opts, *one.secondary_opts])
    return names if one.is_flag or one.count else f"{names} {_value(one)}"


def _value(one: Any) -> str:
    """Write what an option takes: its own word for it, or the name of its type."""
    if one.metavar:
        return str(one.metavar)
    kinds = {int: "INTEGER", float: "NUMBER", Path: "PATH"}
    annotation = one.type_descriptor.annotation
    found = [word for kind, word in kinds.items() if kind in (annotation, *get_args(annotation))]
    return found[0] if found else "TEXT"


def _told(command: str, one: Any) -> str:
    words = [text(one.help or "")]
    facts = []
    if one.required:
        facts.append("must be given")
    elif not getattr(one, "is_flag", False) and _has_default(one):
        facts.append(f"default: {code(str(one.default))}")
    for side, limit in (("at least", "min"), ("at most", "max")):
        if (number := getattr(one, limit, None)) is not None:
            facts.append(f"{side} {number:g}")
    if getattr(one, "multiple", False) and "repeatable" not in words[0]:
        facts.append("repeatable")
    told = "; ".join(facts)
    words += [f"{told[:1].upper()}{told[1:]}."] if told else []
    return described("cli-option", f"{command} {shown(one)}".strip(), [" ".join(words)])


def _has_default(one: Any) -> bool:
    return one.default is not None and not callable(one.default) and one.default != ()


def _is_help(one: Any) -> bool:
    return "--help" in one.opts


def _paragraphs(words: str | None) -> str:
    return (words or "").replace("\f", "").strip()


def _below(group: Any, above: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        full = f"{above} {name}".strip()
        yield full, command
        if hasattr(command, "commands"):
            yield from _below(command, full)
