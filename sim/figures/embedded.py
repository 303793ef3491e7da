"""Figures inside a page: as SVG drawn from tables, or as the PNG that a command has left."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from sim.figures import style

FigureMaker = Callable[[], Any]
"""Draws a figure; gives its axes."""
MOST_SVG = 250_000
"""Bytes of an SVG; what would need more is smaller as a PNG."""
_COLOURS = 64  # of an embedded PNG: lines, tints and text need no more
_WIDTH = 1200  # pixels
_ENLARGED = 110  # pixels an inch at most on a wide page
_LONG = re.compile(r"-?\d+\.\d{3,}")
_PATHS = re.compile(r'( (?:d|points|x|y)=")([^"]*)"')
_BEGIN = re.compile(r"^.*?<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


def drawn_inside(draw: FigureMaker, name: str, words: str) -> str:
    """Draw a figure as HTML: an inline SVG, or an image where that is shorter.

    `words` is what a reader hears who does not see it. The same figure gives the same bytes.
    """
    with style.detached(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", style.GLYPHS)
        figure = np.ravel(draw())[0].get_figure(root=True)
        assert isinstance(figure, Figure)
        svg = _svg(figure, name, words)
        return svg if len(svg) <= MOST_SVG else _image(_png(figure), words)


def picture_inside(path: Path, words: str) -> str:
    """Give a PNG file as HTML, with as few colours and pixels as do."""
    with Image.open(path) as picture:
        return _image(_small(picture), words)


def _svg(figure: Figure, name: str, words: str) -> str:
    target = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": name, "svg.fonttype": "path"}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    inner = _METADATA.sub("", target.getvalue())
    inner = _PATHS.sub(lambda found: f'{found[1]}{_shorter(found[2])}"', inner)
    said = escape(words, quote=True)
    width = f"max-width: {_ENLARGED * figure.get_figwidth():.0f}px"
    begin = f'role="img" aria-label="{said}" style="{width}"'
    return _BEGIN.sub(lambda found: f"<svg {found[1]} {begin}>", inner, count=1)


def _shorter(path: str) -> str:
    """Keep a hundredth of a point of each coordinate."""
    return _LONG.sub(lambda number: f"{float(number[0]):.2f}", " ".join(path.split()))


def _png(figure: Figure) -> bytes:
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=style.DPI, metadata={"Software": None})
    with Image.open(target) as picture:
        return _small(picture)


def _small(picture: Image.Image) -> bytes:
    shown = picture.convert("RGB")
    if shown.width > _WIDTH:
        height = round(shown.height * _WIDTH / shown.width)
        shown = shown.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    shown.quantize(_COLOURS).save(target, "PNG", optimize=True)
    return target.getvalue()


def _image(png: bytes, words: str) -> str:
    coded = base64.b64encode(png).decode("ascii")
    said = escape(words, quote=True)
    return f'<img alt="{said}" src="data:image/png;base64,{coded}">'
