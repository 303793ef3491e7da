"""How every figure looks: told apart by colour, by line and by marker, so that print in grey works.

Colours: Okabe and Ito (2008), without their yellow, which is too pale for a line on white.
"""

from __future__ import annotations

import re
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from itertools import cycle
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase, SubFigure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from sim.config.writing import aside
from sim.experiment.log import wrote
from sim.experiment.results import Results
from sim.outcomes.catalogue import own_words, unit

_Given = ParamSpec("_Given")
_Drawn = TypeVar("_Drawn")
Panels = NDArray[Any]
"""An array of matplotlib axes, as `Figure.subplots` gives it."""

OfResults = dict[str, tuple[Callable[[Results], Any], Callable[[Results], bool]]]
"""Figures of a study by name: what draws each, and whether results have something for it."""

COLOURS = (
    "#0072B2",  # blue
    "#D55E00",  # vermilion
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#E69F00",  # orange
    "#56B4E9",  # sky blue
    "#000000",
    "#7F7F7F",  # grey, not of the eight: for an eighth scenario
)
GREY = "#595959"
CUT_OFF: Any = {"color": GREY, "lw": 1, "ls": (0, (4, 3))}
BETTER = "#009E73"
LINES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (6, 2, 1.2, 2)), (0, (1.5, 1.5)), (0, (3, 1.5)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<")  # nine against eight colours: 72 pairs
DPI = 150
_LONGEST = 60  # letters of a name in a figure

RC: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same picture everywhere
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#E5E5E5",
    "grid.linewidth": 0.6,
    "figure.titlesize": 11,
    "figure.titleweight": "bold",
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "text.usetex": False,
    "text.parse_math": False,  # a name with dollars is a name
}


@contextmanager
def _style() -> Iterator[None]:
    """Apply RC and put those settings back, and no others.

    `matplotlib.rc_context` would put back all: also that a notebook shows its figures, which is
    switched on when pyplot is first imported, inside a drawing function.
    """
    before = {key: matplotlib.rcParams[key] for key in RC}
    matplotlib.rcParams.update(RC)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", GLYPHS)
            yield
    finally:
        matplotlib.rcParams.update(before)


_OWN_UNITS: ContextVar[Mapping[str, str]] = ContextVar("own_units", default={})  # noqa: B039
"""Units of the measures of the user's own in what is being drawn, by name."""


def styled(draw: Callable[_Given, _Drawn]) -> Callable[_Given, _Drawn]:
    """Decorate a drawing function: the style holds inside it, and the user's settings afterwards.

    Where it draws results, their own measures have their units in it.
    """

    @wraps(draw)
    def drawn(*given: _Given.args, **more: _Given.kwargs) -> _Drawn:
        results = next((one for one in given if isinstance(one, Results)), None)
        own = {} if results is None else results.own_units
        token = _OWN_UNITS.set({**_OWN_UNITS.get(), **own})
        try:
            with _style():
                return draw(*given, **more)
        finally:
            _OWN_UNITS.reset(token)

    return drawn


def _unit(measure: str) -> str:
    return _OWN_UNITS.get().get(measure) or unit(measure)


TITLES = {  # where the name of a measure does not read as words
    "wait_first_infusion_days": "Wait for the first infusion",
    "clinic_wait_first_infusion_days": "Clinic's wait for the first infusion",
    "started_within_14_days": "Started within 14 days",
    "induction_span": "Length of an induction",
    "overtime_minutes_per_week": "Overtime",
}
GLYPHS = "Glyph .* missing from"
"""How matplotlib warns of a letter that its font lacks, which it draws as a box."""
_DETACHED: ContextVar[bool] = ContextVar("detached", default=False)


@dataclass(frozen=True)
class Look:
    """What sets one scenario apart: no two of eight share a colour, no two of 72 both marks."""

    colour: str
    line: Any
    marker: str


def looks(names: Iterable[str]) -> dict[str, Look]:
    """Give each name the look of its place in the list, the same in every figure of a study."""
    wheel = zip(cycle(COLOURS), cycle(LINES), cycle(MARKERS), strict=False)
    return {name: Look(*look) for name, look in zip(names, wheel, strict=False)}


def spoken(name: str) -> str:
    """Read a scenario's name as words: `every_4_weeks` is "every 4 weeks".

    Of a very long one the beginning and the end are told; one of underscores alone is quoted, as
    matplotlib hides what begins with one.
    """
    words = name.replace("_", " ").strip() or f'"{name}"'
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 21]}…{words[-20:]}"


def title(measure: str) -> str:
    """Name a measure in words: `booster_delay_days_p95` is "Booster delay, P95".

    A unit at the end of the name is left out, as axes say it anyway.
    """
    stem, mark, percentile = re.sub(r"_p(\d+)$", r"|P|\1", measure).partition("|P|")
    bare = re.sub(r"_(days|minutes|share)$", "", stem)
    words = TITLES.get(stem) or own_words(measure) or spoken(bare).replace("gad7", "GAD-7")
    words = re.sub(r"per (\w+) year$", r"per \1-year", words)
    return words[:1].upper() + words[1:] + (f", P{percentile}" if mark else "")


def is_share(measure: str) -> bool:
    """Tell whether a measure is a share from 0 to 1, which axes show in per cent."""
    return _unit(measure).startswith(("share", "proportion", "probability"))


def label(measure: str, width: int = 40) -> str:
    """Write a measure's title, and its unit in brackets unless the title says it already."""
    words, written = title(measure), _shown_unit(measure)
    said = set(_words(written)) <= set(_words(words)) and "%" not in written
    return wrapped(words if said else f"{words} ({written})", width)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def wrapped(text: str, width: int) -> str:
    """Break a text into lines of at most `width`, but not at a hyphen."""
    return textwrap.fill(text, width, break_on_hyphens=False)


def unit_label(measure: str, width: int = 34) -> str:
    """Write a measure's unit for an axis whose panel already names the measure."""
    return wrapped(_shown_unit(measure), width)


def _shown_unit(measure: str) -> str:
    return "%" + _unit(measure).removeprefix("share") if is_share(measure) else _unit(measure)


def difference_unit(measure: str, width: int = 28) -> str:
    """Write the unit of a difference of a measure; of shares it is percentage points."""
    return wrapped("percentage points" if is_share(measure) else _unit(measure), width)


def in_per_cent(axis: Any, measure: str | None = None, symbol: str = "%") -> None:
    """Show a share in per cent on its axis; without a measure it is one. The numbers stay."""
    if measure is None or is_share(measure):
        axis.set_major_formatter(PercentFormatter(1.0, symbol=symbol))


@contextmanager
def detached() -> Iterator[None]:
    """Keep new figures out of pyplot, so that a notebook does not show what is only stored."""
    token = _DETACHED.set(True)
    try:
        yield
    finally:
        _DETACHED.reset(token)


def new_figure(width: float, height: float) -> Figure:
    """Make a figure (inches) that a notebook shows by itself and that elsewhere nobody holds.

    pyplot keeps all its figures alive and picks a window system, so it is used under IPython only.
    """
    ipython = sys.modules.get("IPython")
    if _DETACHED.get() or ipython is None or ipython.get_ipython() is None:
        return Figure(figsize=(width, height), layout="constrained")
    from matplotlib import pyplot

    return pyplot.figure(figsize=(width, height), layout="constrained")


def panels(figure: FigureBase, rows: int, columns: int, **options: Any) -> Panels:
    """Divide a figure into a rows x columns array of axes."""
    axes: Panels = figure.subplots(rows, columns, squeeze=False, **options)
    return axes


def finish(ax: Axes) -> None:
    """Fix what matplotlib would otherwise read from the settings at the time of saving."""
    ax.tick_params(labelsize=8.5, color=GREY, labelcolor="#262626")


def heading(figure: FigureBase, text: str) -> None:
    """Write the title of a figure of several panels, flush left."""
    figure.suptitle(wrapped(text, _fits(figure, 9)), x=0.01, ha="left")


def footnote(on: Axes | FigureBase, text: str) -> None:
    """Write a note in small grey type below the axes or below all panels of a figure."""
    text = wrapped(text, _fits(on, 17))
    if isinstance(on, Axes):
        at: Any = {"xy": (0, 0), "xycoords": "axes fraction", "textcoords": "offset points"}
        on.annotate(text, xytext=(0, -34), va="top", fontsize=7.5, color=GREY, **at)
    else:
        on.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=GREY)


def _fits(on: Axes | FigureBase, per_inch: float) -> int:
    """Count the characters that fit into one line across the axes or figure."""
    root: Any = on.get_figure(root=True)
    box: Any = on.bbox if isinstance(on, Axes | Figure | SubFigure) else root.bbox
    inches = box.width / root.dpi
    return max(20, int(per_inch * inches))


def sample_note(replications: int, what: str = "bars") -> str:
    """Say what the intervals rest on, or that one replication has none."""
    if replications < 2:
        return "One replication: no intervals."
    return f"Means over {replications} replications; {what}: 95 % intervals."


def empty(ax: Axes, text: str = "not in these results") -> None:
    """Say in the middle of a panel why there is nothing in it."""
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=GREY)
    ax.set(xticks=[], yticks=[])


def write_png(figure: Figure, path: Path) -> Path:
    """Write a PNG whose bytes depend on the figure alone: no date, no version inside."""
    with aside(path) as part, warnings.catch_warnings():
        warnings.filterwarnings("ignore", GLYPHS)
        figure.savefig(part, dpi=DPI, metadata={"Software": None}, facecolor="white")
    wrote(path)
    return path
