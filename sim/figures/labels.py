"""Places labels beside points so that they cover neither points, bars nor one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation, Text

from sim.arrays import Floats

Boxes = Floats
"""Rectangles, one a row: left, bottom, right, top, in pixels."""

DISTANCES = (7, 11, 17, 26, 38, 52, 70)  # points, from the marker to the nearest edge of its label
ANGLES = np.deg2rad([0, 180, 90, 270, 30, 150, 210, 330, 60, 120, 240, 300])
ROUNDS = 6


def overlap(boxes: Boxes, others: Boxes) -> Floats:
    """Add up, for each of `boxes` (m, 4), the areas that it has in common with `others` (n, 4)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared: Floats = np.clip(high - low, 0, None).prod(axis=2).sum(axis=1)
    return shared


def candidates(point: Boxes, size: Boxes, distances: Sequence[float]) -> Boxes:
    """List boxes of one size around a point, the nearest and the most usual sides first."""
    boxes = []
    for distance in distances:
        for angle in ANGLES:
            side = np.array([np.cos(angle), np.sin(angle)])
            centre = point + side * (distance + np.abs(side) * size / 2)
            boxes.append([*(centre - size / 2), *(centre + size / 2)])
    return np.array(boxes)


def place(points: Boxes, sizes: Boxes, obstacles: Boxes, frame: Boxes, scale: float = 1.0) -> Boxes:
    """Choose a box for every label: least overlap first, no mistake whose it is, then nearness.

    Starts with each at its best place given the obstacles, then lets each in turn give way to the
    others until nothing moves. Deterministic. `scale` is pixels per point.
    """
    distances = [scale * distance for distance in DISTANCES]
    tries = [candidates(p, s, distances) for p, s in zip(points, sizes, strict=True)]
    alone = [
        _cost(boxes, obstacles, frame) + _mistaken(boxes, points, i, scale)
        for i, boxes in enumerate(tries)
    ]
    chosen = [int(cost.argmin()) for cost in alone]
    for _ in range(ROUNDS):
        before = list(chosen)
        for i, boxes in enumerate(tries):
            others = [tries[j][chosen[j]] for j in range(len(tries)) if j != i]
            crossed = overlap(boxes, np.array(others).reshape(-1, 4))
            touched = np.prod(sizes[i]) * (crossed > 0)  # a touch is as bad as a large overlap
            chosen[i] = int((alone[i] + touched + 10 * crossed).argmin())
        if chosen == before:
            break
    return np.array([tries[i][c] for i, c in enumerate(chosen)]).reshape(-1, 4)


def _cost(boxes: Boxes, obstacles: Boxes, frame: Boxes) -> Floats:
    """Price the places of one label by what they cover, leave the frame by, and their order."""
    area = np.prod(boxes[0, 2:] - boxes[0, :2])
    outside = area - overlap(boxes, frame[None, :])
    order = np.arange(len(boxes)) * area / 400
    cost: Floats = 40 * overlap(boxes, obstacles) + 20 * outside + order
    return cost


def _mistaken(boxes: Boxes, points: Boxes, own: int, scale: float) -> Floats:
    """Price the places that cover a point's marker, or are as near to another's as to its own."""
    gaps = gap(points[None, :, :], boxes[:, None, :])
    nearest = np.delete(gaps, own, axis=1).min(axis=1, initial=np.inf)
    area = np.prod(boxes[0, 2:] - boxes[0, :2])
    unclear = nearest < gaps[:, own] + 3 * scale
    price: Floats = area * (unclear + 10.0 * (nearest < 5 * scale))
    return price


def gap(points: Boxes, boxes: Boxes) -> Floats:
    """Measure the distances from points (..., 2) to the nearest edges of boxes (..., 4)."""
    nearest = np.clip(points, boxes[..., :2], boxes[..., 2:])
    distance: Floats = np.linalg.norm(nearest - points, axis=-1)
    return distance


def label_points(ax: Axes, points: Floats, texts: Sequence[str], bars: Floats) -> list[Annotation]:
    """Write a text beside each point (data coordinates), with a thin line where it stands off.

    `bars` are rectangles (left, bottom, right, top in data coordinates) that no text may cover.
    Limits and layout must be final: the figure is laid out once here to measure the texts.
    """
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    notes = [_note(ax, point, text) for point, text in zip(points, texts, strict=True)]
    figure.draw_without_rendering()
    scale = figure.dpi / 72
    at = ax.transData.transform(points).reshape(-1, 2)
    sizes = np.array([Text.get_window_extent(note).size for note in notes]).reshape(-1, 2)
    obstacles = np.vstack([_around(at, 5 * scale), _pixels(ax, bars, scale)])
    frame = np.array(ax.bbox.extents)
    for note, point, box in zip(notes, at, place(at, sizes, obstacles, frame, scale), strict=True):
        note.set_position(tuple((box[:2] - point) / scale))
        assert note.arrow_patch is not None
        note.arrow_patch.set_visible(bool(gap(point, box) > 12 * scale))
    return notes


def _note(ax: Axes, point: Floats, text: str) -> Annotation:
    line: dict[str, Any] = {
        "arrowstyle": "-",
        "lw": 0.6,
        "color": "#7F7F7F",
        "shrinkA": 0,
        "shrinkB": 4,
    }
    return ax.annotate(
        text,
        (float(point[0]), float(point[1])),
        xytext=(0, 0),
        textcoords="offset points",
        fontsize=8.5,
        va="bottom",
        zorder=1.5,  # under the points and bars, over the grid
        path_effects=[withStroke(linewidth=2, foreground="white")],
        arrowprops=line,
    )


def _around(points: Boxes, radius: float) -> Boxes:
    return np.hstack([points - radius, points + radius])


def _pixels(ax: Axes, bars: Floats, scale: float) -> Boxes:
    """Turn rectangles from data coordinates to pixels, and give lines a breadth of a point."""
    low = ax.transData.transform(bars[:, :2]).reshape(-1, 2) - scale
    high = ax.transData.transform(bars[:, 2:]).reshape(-1, 2) + scale
    return np.hstack([low, high])
