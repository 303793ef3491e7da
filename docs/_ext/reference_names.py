"""The reference of Python names: what `sim` and `sim.figures` export, in groups by their homes."""

from __future__ import annotations

import inspect
from types import ModuleType

from as_markdown import page

import sim

GROUPS = {  # a name stands in the group of the package that is its home
    "Scenarios": ("sim.config", "sim.model"),
    "Studies and results": ("sim.experiment",),
    "Comparing and choosing": ("sim.study",),
    "Questions": (
        "sim.planning",
        "sim.economics",
        "sim.doses",
        "sim.evidence",
        "sim.story",
        "sim.sensitivity",
    ),
    "Showing": ("sim.page", "sim.events"),
    "Policies of one's own": ("sim.policy",),
    "Measures of one's own": ("sim.outcomes",),
}
OTHERS = "More"
WITHOUT_DOCSTRING = ("__version__",)
"""A text, which has none of its own: the page says what it is."""


def public(module: ModuleType) -> list[str]:
    """Give the names that a module exports, without modules and what has no docstring."""
    found = [name for name in module.__all__ if name not in WITHOUT_DOCSTRING]
    return [name for name in found if not isinstance(getattr(module, name), ModuleType)]


def grouped() -> dict[str, list[str]]:
    """Sort the names of `sim` into groups, in alphabetical order; none is left out."""
    found: dict[str, list[str]] = {group: [] for group in (*GROUPS, OTHERS)}
    for name in sorted(public(sim), key=str.lower):
        home = getattr(sim, name).__module__
        fits = [group for group, homes in GROUPS.items() if home.startswith(homes)]
        found[fits[0] if fits else OTHERS].append(name)
    return {group: names for group, names in found.items() if names}


def submodules(module: ModuleType) -> list[str]:
    """Give the names of a module that are modules themselves, such as `sim.figures.doses`."""
    return [name for name in module.__all__ if isinstance(getattr(module, name), ModuleType)]


def functions_of(module: ModuleType) -> list[str]:
    """Give the public functions that a module without `__all__` makes itself."""
    own = inspect.getmembers(module, inspect.isfunction)
    return [name for name, function in own
            if function.__module__ == module.__name__ and not name.startswith("_")]  # fmt: skip


def pages() -> dict[str, str]:
    """Give the page of `sim` and that of its figures."""
    parts = [
        "`import sim` (or `import ketasim`, which is the same) names all that a user needs; "
        "modules below it may move at any time. `sim.__version__` is the version, `sim.figures` "
        "has [a page of its own](figures.md)."
    ]
    for group, names in grouped().items():
        parts += [f"## {group}", *(_entry("sim", name) for name in names)]
    drawn = [
        "Every figure takes tidy results and gives matplotlib axes; `ax=` or `figure=` draws on "
        "those of your own. What each looks like: [the gallery](../figures/index.rst).",
        *(_entry("sim.figures", name) for name in sorted(public(sim.figures))),
    ]
    for name in submodules(sim.figures):
        module = getattr(sim.figures, name)
        drawn.append(f"## `sim.figures.{name}`")
        drawn += [_entry(f"sim.figures.{name}", one) for one in functions_of(module)]
    return {"python": page("Python", *parts), "figures": page("Figures", *drawn)}


def _entry(module: str, name: str) -> str:
    thing = sim
    for part in [*module.split(".")[1:], name]:
        thing = getattr(thing, part)
    what = f"{module}.{name}"
    kind, options = "autofunction", ""
    if inspect.isclass(thing):
        kind, options = "autoclass", "   :members:\n"
    fields = getattr(thing, "model_fields", {})
    if fields:  # a table of a scenario, whose defaults have pages of their own
        what += f"({', '.join(f'{field}=...' for field in fields)})"
        options += "   :exclude-members: model_config\n"
    return f"```{{eval-rst}}\n.. {kind}:: {what}\n{options}```"
